//! `PATCH …/billingProfiles/{name}`, finished at once or later.

use std::fmt;
use std::sync::Arc;

use billing_core::http::Method;
use billing_core::pipeline::{Request, is_about};
use billing_core::{Error, PollToken, Poller, RequestId, RequestPreview, Url};

use crate::ArmClient;
use crate::models::{BillingProfile, BillingProfileUpdate};

/// Updates a billing profile in part; made by [`ArmClient::begin_update_billing_profile`].
#[derive(Clone)]
#[must_use = "nothing happens before `send().await`"]
pub struct UpdateBillingProfile {
    client: ArmClient,
    account: String,
    profile: String,
    update: BillingProfileUpdate,
    before: Option<Arc<BillingProfile>>,
    request_id: RequestId,
}

impl UpdateBillingProfile {
    pub(crate) fn new(
        client: ArmClient,
        account: &str,
        profile: &str,
        update: &BillingProfileUpdate,
    ) -> Self {
        Self {
            client,
            account: account.to_owned(),
            profile: profile.to_owned(),
            update: update.clone(),
            before: None,
            request_id: RequestId::generate(),
        }
    }

    /// Sends this `x-ms-client-request-id` instead of a fresh one. Choose and store it beforehand
    /// where the outcome must be traceable.
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Says what the profile was before the update, as it was read. Nothing of it is sent: the
    /// [outcome](crate::Response::outcome) can then tell a member that is unchanged from one that the
    /// service stored in another form or somebody else changed.
    pub fn with_before(mut self, profile: &BillingProfile) -> Self {
        self.before = Some(Arc::new(profile.clone()));
        self
    }

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for an account or profile that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the update.
    ///
    /// It is sent again, as the [`RetryPolicy`](crate::RetryPolicy) says, only where nothing can have been
    /// accepted: no connection was made, or the service answered 401, 429, or 503 with `Retry-After`. Every
    /// other 5xx, 408, a timeout and a broken or unreadable answer leave the outcome unknown. Then the
    /// profile is read back, for as long as
    /// [`SendOptions::with_read_back`](crate::SendOptions::with_read_back) says; if it shows the change,
    /// the update succeeded. If not, that is no proof that the update was not accepted, and the error says
    /// that the outcome is unknown: look, and repeat the update on purpose.
    ///
    /// The poller is finished if the service answered with the profile, and has a token as soon as the
    /// service has accepted the update (202). A success is the service's word; whether the profile in it
    /// shows the change, says [`Response::outcome`](crate::Response::outcome).
    ///
    /// # Errors
    /// - Invalid input for an account or profile that no URL can carry; a credential without a token;
    ///   no connection: nothing was sent.
    /// - The service's refusal in the 400s, except 408 and 499, and a 503 with `Retry-After`: nothing was
    ///   changed. [`Error::is_merge_patch_refused`] is true if changing the update cannot help.
    /// - No answer in time, a broken connection, 408, 499, any other status, an answer that is not a
    ///   billing profile, or that [names another one](Error::is_other_resource): the update may have taken
    ///   effect. [`Error::outcome`] says what the profile showed when it was read back last.
    /// - An accepted update without an `Azure-AsyncOperation` or a `Location` that may be followed, if the
    ///   profile does not show the change: it may take effect. A link to another origin that the endpoint
    ///   does not [trust](billing_core::Endpoint::with_trusted_origin) is not followed, and the token does
    ///   not go there.
    /// - An answer that says that the update [failed](Error::is_operation_failed): it may have taken
    ///   effect in part.
    ///
    /// A future that is dropped before it ends may have sent the update all the same.
    pub async fn send(self) -> Result<Poller<BillingProfile>, Error> {
        let request = self.request()?;
        let transport = self.client.transport().clone();
        Poller::begin(transport, &request, &self.account, is_settled).await
    }

    /// Goes on with this update, which was sent before, instead of sending it. Nothing is sent before the
    /// first poll.
    ///
    /// # Errors
    /// Nothing was sent.
    /// - Invalid input for a token of another account, profile or update (it has to ask for the same
    ///   changes), and those of [`ArmClient::resume`].
    /// - Invalid input for an account or profile that no URL can carry.
    pub fn resume(self, token: PollToken) -> Result<Poller<BillingProfile>, Error> {
        token.require_write(&self.request()?)?;
        self.client.resume(token)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request =
            self.client
                .request(Method::PATCH, &self.account, Some(&self.profile), None)?;
        request.set_operation("UpdateBillingProfile");
        request.set_request_id(self.request_id);
        request.set_json(&self.update)?;
        if let Some(before) = &self.before {
            request.set_before(Arc::clone(before));
        }
        Ok(request)
    }
}

/// Whether the profile is the one at `url`, and says nothing that could mean that the service is still at work on it.
fn is_settled(profile: &BillingProfile, url: &Url) -> bool {
    let is_asked = is_about(url, profile.id.as_deref(), profile.name.as_deref());
    let names_itself = profile.id.is_some() || profile.name.is_some() || profile.type_.is_some();
    let has_state = profile.properties.as_ref().is_some_and(|properties| {
        let unlisted = &properties.additional_properties;
        unlisted.contains_key("provisioningState")
    });
    is_asked && names_itself && !has_state && !profile.additional_properties.contains_key("status")
}

// A profile is about a person.
impl fmt::Debug for UpdateBillingProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateBillingProfile")
            .field("account", &self.account)
            .field("profile", &self.profile)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}
