//! `PATCH …/billingProfiles/{name}`, which the service finishes at once or later.

use std::fmt;
use std::sync::Arc;

use billing_core::http::Method;
use billing_core::pipeline::{Request, is_about};
use billing_core::{
    Error, PollOptions, PollToken, Poller, RequestId, RequestPreview, Response, Url,
    request_builder, send_on_await,
};

use crate::client::ArmClient;
use crate::models::{BillingProfile, BillingProfileUpdate};

/// The name of an update in traces.
pub(crate) const OPERATION: &str = "UpdateBillingProfile";

impl ArmClient {
    /// Updates members of a billing profile and waits until the service has finished: members that
    /// `update` does not name stay as they are.
    ///
    /// If the process may end while it waits, use
    /// [`begin_update_billing_profile`](Self::begin_update_billing_profile) and store the token.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
    ///
    /// let properties = BillingProfilePropertiesUpdate::default().po_number("PO-2041");
    /// let update = BillingProfileUpdate::default().properties(properties);
    /// let updated = client.update_billing_profile(account, profile, &update).await?;
    /// println!("{:?}", updated.outcome());
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_billing_profile(
        &self,
        account: &str,
        profile: &str,
        update: &BillingProfileUpdate,
    ) -> UpdateBillingProfile {
        UpdateBillingProfile {
            begin: self.begin_update_billing_profile(account, profile, update),
            poll_options: None,
        }
    }

    /// Begins an update of members of a billing profile, and returns a poller as soon as the
    /// service has accepted it: members that `update` does not name stay as they are.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, models::BillingProfileUpdate};
    /// # async fn example(
    /// #     client: ArmClient,
    /// #     account: &str,
    /// #     profile: &str,
    /// #     update: BillingProfileUpdate,
    /// # ) -> Result<(), Error> {
    /// let poller = client.begin_update_billing_profile(account, profile, &update).await?;
    /// if let Some(token) = poller.token() {
    ///     println!("resume with {token}");
    /// }
    /// let updated = poller.await?;
    /// println!("{:?}", updated.outcome());
    /// # Ok(())
    /// # }
    /// ```
    pub fn begin_update_billing_profile(
        &self,
        account: &str,
        profile: &str,
        update: &BillingProfileUpdate,
    ) -> BeginUpdateBillingProfile {
        BeginUpdateBillingProfile {
            client: self.clone(),
            account: account.to_owned(),
            profile: profile.to_owned(),
            update: update.clone(),
            before: None,
            request_id: RequestId::generate(),
        }
    }
}

/// Request builder of [`ArmClient::update_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct UpdateBillingProfile {
    begin: BeginUpdateBillingProfile,
    poll_options: Option<PollOptions>,
}

impl UpdateBillingProfile {
    /// Sets the pace and the deadline of polling.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, models::BillingProfileUpdate};
    /// # async fn example(
    /// #     client: ArmClient,
    /// #     account: &str,
    /// #     profile: &str,
    /// #     update: BillingProfileUpdate,
    /// # ) -> Result<(), Error> {
    /// use std::time::Duration;
    ///
    /// use arm_client::PollOptions;
    ///
    /// let options = PollOptions::default().with_deadline(Duration::from_secs(300));
    /// let update = client.update_billing_profile(account, profile, &update);
    /// match update.with_poll_options(options).await {
    ///     Err(error) if error.poll_token().is_some() => println!("resume later: {error}"),
    ///     updated => println!("{:?}", updated?.outcome()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_poll_options(mut self, options: PollOptions) -> Self {
        self.poll_options = Some(options);
        self
    }

    /// Sets the request id; see [`BeginUpdateBillingProfile::with_request_id`].
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.begin = self.begin.with_request_id(id);
        self
    }

    /// Sets the profile before the update; see [`BeginUpdateBillingProfile::with_before`].
    pub fn with_before(mut self, profile: &BillingProfile) -> Self {
        self.begin = self.begin.with_before(profile);
        self
    }

    /// Returns the request as it would be sent, with the token hidden. Nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.begin.preview()
    }

    /// Sends the update and waits for its result; `.await` on the builder does the same.
    ///
    /// A success response does not prove that the change was stored: [`Response::outcome`] compares
    /// the profile in the response with the update.
    ///
    /// # Errors
    /// - Those of [`BeginUpdateBillingProfile::send`], which say whether the update may have taken
    ///   effect.
    /// - Those of [`Poller::wait`]: the update may have taken effect. If it is still running, the
    ///   error has its [token](Error::poll_token); resume it with [`ArmClient::resume`].
    ///
    /// A future that is dropped before it ends may still have sent the update, and loses its token.
    pub async fn send(self) -> Result<Response<BillingProfile>, Error> {
        let mut poller = self.begin.send().await?;
        if let Some(options) = self.poll_options {
            poller = poller.with_options(options);
        }
        poller.wait().await
    }
}

send_on_await!(UpdateBillingProfile => Response<BillingProfile>);

/// Request builder of [`ArmClient::begin_update_billing_profile`].
#[derive(Clone)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct BeginUpdateBillingProfile {
    client: ArmClient,
    account: String,
    profile: String,
    update: BillingProfileUpdate,
    before: Option<Arc<BillingProfile>>,
    request_id: RequestId,
}

impl BeginUpdateBillingProfile {
    /// Sends this `x-ms-client-request-id` instead of a fresh one. Choose and store it beforehand
    /// if you may have to trace the update after an unknown outcome.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, models::BillingProfileUpdate};
    /// # async fn example(
    /// #     client: ArmClient,
    /// #     account: &str,
    /// #     profile: &str,
    /// #     update: BillingProfileUpdate,
    /// # ) -> Result<(), Error> {
    /// use arm_client::RequestId;
    ///
    /// let begin = client.begin_update_billing_profile(account, profile, &update);
    /// let poller = begin.with_request_id(RequestId::generate()).await?;
    /// # drop(poller);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Sets the profile as it was read before the update. Nothing of it is sent: with it, the
    /// [outcome](Response::outcome) can tell an unchanged member from one that the service stored
    /// in another form or someone else changed.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, models::BillingProfileUpdate};
    /// # async fn example(
    /// #     client: ArmClient,
    /// #     account: &str,
    /// #     profile: &str,
    /// #     update: BillingProfileUpdate,
    /// # ) -> Result<(), Error> {
    /// let before = client.get_billing_profile(account, profile).await?.into_body();
    /// let begin = client.begin_update_billing_profile(account, profile, &update);
    /// let updated = begin.with_before(&before).await?.await?;
    /// println!("{:?}", updated.outcome());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_before(mut self, profile: &BillingProfile) -> Self {
        self.before = Some(Arc::new(profile.clone()));
        self
    }

    /// Sends the update; `.await` on the builder does the same.
    ///
    /// It is retried, as the [`RetryPolicy`](crate::RetryPolicy) allows, only if the service cannot
    /// have accepted it: there was no connection, or the response was 401, 429, or 503 with
    /// `Retry-After`. Every other 5xx, 408, a timeout and a broken or unreadable response leave the
    /// outcome unknown. The profile is then read back for the time of
    /// [`SendOptions::with_read_back`](crate::SendOptions::with_read_back). If it shows the change,
    /// the update succeeded. If not, the update may still have been accepted, and the error says
    /// that the outcome is unknown: look at the profile, and repeat the update on purpose.
    ///
    /// The poller is finished if the response was the profile, and has a token as soon as the
    /// service has accepted the update (202). A success response does not prove that the change was
    /// stored: [`Response::outcome`] compares the profile in the response with the update.
    ///
    /// # Errors
    /// - Invalid input for a name that no URL can carry; no token; no connection: nothing was sent.
    /// - An error response in the 400s, except 408 and 499, and a 503 with `Retry-After`: nothing
    ///   was changed. [`Error::is_merge_patch_refused`] is true if changing the update cannot help.
    /// - No response in time, a broken connection, 408, 499, any other status, a response that is
    ///   not a billing profile, or is [another one](Error::is_other_resource): the update may have
    ///   taken effect. [`Error::outcome`] compares the profile that was read back last.
    /// - An accepted update without an `Azure-AsyncOperation` or a `Location` that may be followed,
    ///   if the profile does not show the change: it may take effect. A link to another origin that
    ///   the endpoint does not [trust](billing_core::Endpoint::with_trusted_origin) is not
    ///   followed, and the token is not sent there.
    /// - A response that reports that the update [failed](Error::is_operation_failed): it may have
    ///   taken effect in part.
    ///
    /// A future that is dropped before it ends may still have sent the update.
    pub async fn send(self) -> Result<Poller<BillingProfile>, Error> {
        let request = self.request()?;
        let transport = self.client.transport().clone();
        Poller::begin(transport, &request, &self.account, is_settled).await
    }

    /// Resumes this update, which was sent before, instead of sending it. Nothing is sent before
    /// the first poll.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, models::BillingProfileUpdate};
    /// # async fn example(
    /// #     client: ArmClient,
    /// #     account: &str,
    /// #     profile: &str,
    /// #     update: BillingProfileUpdate,
    /// #     stored_token: &str,
    /// # ) -> Result<(), Error> {
    /// let begin = client.begin_update_billing_profile(account, profile, &update);
    /// let updated = begin.resume(stored_token.parse()?)?.await?;
    /// # drop(updated);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Nothing was sent.
    /// - Invalid input for a token of another account, profile or update (its changes must be the
    ///   same), and the errors of [`ArmClient::resume`].
    /// - Invalid input for a name that no URL can carry.
    pub fn resume(self, token: PollToken) -> Result<Poller<BillingProfile>, Error> {
        token.require_write(&self.request()?)?;
        self.client.resume(token)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request =
            self.client
                .request(Method::PATCH, &self.account, Some(&self.profile), None)?;
        request.set_operation(OPERATION);
        request.set_request_id(self.request_id);
        request.set_json(&self.update)?;
        if let Some(before) = &self.before {
            request.set_before(Arc::clone(before));
        }
        Ok(request)
    }
}

request_builder!(BeginUpdateBillingProfile => Poller<BillingProfile>);

/// Returns whether the profile is the one at `url`, and no member of it could mean that the service
/// is still changing it.
pub(crate) fn is_settled(profile: &BillingProfile, url: &Url) -> bool {
    let is_requested = is_about(url, profile.id.as_deref(), profile.name.as_deref());
    let is_profile = profile.id.is_some() || profile.name.is_some() || profile.type_.is_some();
    let has_state = profile.properties.as_ref().is_some_and(|properties| {
        let unknown = &properties.additional_properties;
        unknown.contains_key("provisioningState")
    });
    is_requested
        && is_profile
        && !has_state
        && !profile.additional_properties.contains_key("status")
}

// A profile has personal data.
impl fmt::Debug for BeginUpdateBillingProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeginUpdateBillingProfile")
            .field("account", &self.account)
            .field("profile", &self.profile)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}
