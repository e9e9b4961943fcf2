//! Updates of a profile, and the wait for their results.

use billing_core::{Error, PollOptions, RequestId, RequestPreview, Response, send_on_await};

use crate::begin_update_profile::BeginUpdateBillingProfile;
use crate::client::ArmClient;
use crate::version::{V2019_10_01Preview, Version};

impl<V: Version> ArmClient<V> {
    /// Updates members of a billing profile and waits until the service has finished: members that
    /// `update` does not name stay as they are.
    ///
    /// Api version 2019-10-01-preview updates by a PATCH of those members. Later versions write the
    /// full profile by a PUT: the profile is read, the update is written into it, without the
    /// members that only the service writes and with all that this crate does not know, and it is
    /// sent back with `If-Match` if it has an etag. If somebody else changes the profile in
    /// between, the update starts again on the new state, three times at most.
    ///
    /// Without an etag, the service cannot notice what happens between the read and the write,
    /// which are as close together as they can be: another change of the members that this update
    /// does not name is undone, and a profile that is deleted then is created again. The second is
    /// reported as an error, as far as the ids that the service gives a profile once
    /// (`properties.systemId`) and the status 201 show it.
    ///
    /// `update` is of the client's version, such as `models::v2024_04_01::BillingProfileUpdate`;
    /// [`ProfileUpdate`](crate::common::ProfileUpdate) converts into that of each.
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
        update: &V::BillingProfileUpdate,
    ) -> UpdateBillingProfile<V> {
        UpdateBillingProfile {
            begin: self.begin_update_billing_profile(account, profile, update),
            poll_options: None,
        }
    }
}

/// Request builder of [`ArmClient::update_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct UpdateBillingProfile<V: Version = V2019_10_01Preview> {
    begin: BeginUpdateBillingProfile<V>,
    poll_options: Option<PollOptions>,
}

impl<V: Version> UpdateBillingProfile<V> {
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
    pub fn with_before(mut self, profile: &V::BillingProfile) -> Self {
        self.begin = self.begin.with_before(profile);
        self
    }

    /// Returns the request as it would be sent, with the token hidden. Nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry, and for a write of the full profile without
    /// [`with_before`](Self::with_before).
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
    /// - Those of [`Poller::wait`](crate::Poller::wait): the update may have taken effect. If it is
    ///   still running, the error has its [token](Error::poll_token); resume it with
    ///   [`ArmClient::resume`].
    ///
    /// A future that is dropped before it ends may still have sent the update, and loses its token.
    pub async fn send(self) -> Result<Response<V::BillingProfile>, Error> {
        let mut poller = self.begin.send().await?;
        if let Some(options) = self.poll_options {
            poller = poller.with_options(options);
        }
        poller.wait().await
    }
}

send_on_await!(where [V: Version] UpdateBillingProfile<V> => Response<V::BillingProfile>);
