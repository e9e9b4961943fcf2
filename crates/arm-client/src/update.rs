//! `PATCH …/billingProfiles/{name}`, finished at once or later.

use billing_core::http::Method;
use billing_core::wire::Request;
use billing_core::{Error, PollToken, Poller, RequestId, RequestPreview};

use crate::ArmClient;
use crate::models::{BillingProfile, BillingProfileUpdate};

/// Updates a billing profile in part; made by [`ArmClient::begin_update_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct UpdateBillingProfile {
    client: ArmClient,
    account: String,
    profile: String,
    update: BillingProfileUpdate,
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
            request_id: RequestId::generate(),
        }
    }

    /// Sends this `x-ms-client-request-id` instead of a fresh one. Choose and store it beforehand
    /// where the outcome must be traceable.
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for an account or profile that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the update. While its outcome is unknown, the profile is read, and the update is sent again
    /// only if the profile is not as it wants it, as the [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// The poller is finished if the service answered with the profile, and
    /// has a token as soon as the service has accepted the update (202).
    ///
    /// # Errors
    /// - Invalid input for an account or profile that no URL can carry; a credential without a token;
    ///   no connection: nothing was sent.
    /// - The service's refusal in the 400s, but for 408 and 499: nothing was changed.
    ///   [`Error::is_merge_patch_refused`] tells one that no change of the update will mend.
    /// - No answer in time, a broken connection, 408, 499, any other status, an answer that is not a
    ///   billing profile: the update may have taken effect.
    /// - An accepted update without an `Azure-AsyncOperation` or a `Location` that may be followed: it may
    ///   take effect. A link to another origin that the endpoint does not
    ///   [trust](billing_core::Endpoint::with_trusted_origin) is not followed, and the token does not go there.
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
    /// - Invalid input for a token of another account, profile or update (its body is compared byte for
    ///   byte), and those of [`ArmClient::resume`].
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
        Ok(request)
    }
}

/// Whether the profile names itself, and says nothing that could mean that the service is still at work on it.
fn is_settled(profile: &BillingProfile) -> bool {
    let names_itself = profile.id.is_some() || profile.name.is_some() || profile.type_.is_some();
    let has_state = profile.properties.as_ref().is_some_and(|properties| {
        let unlisted = &properties.additional_properties;
        unlisted.contains_key("provisioningState")
    });
    names_itself && !has_state && !profile.additional_properties.contains_key("status")
}
