//! Updates of a profile, which the service finishes at once or later: a PATCH of what changes or,
//! in later api versions, a PUT of the full profile.

use std::fmt;
use std::sync::Arc;

use billing_core::http::Method;
use billing_core::pipeline::{Request, in_operation};
use billing_core::{
    Error, PollOptions, PollToken, Poller, RequestId, RequestPreview, Response, request_builder,
    send_on_await,
};

use crate::client::ArmClient;
use crate::common::Document as _;
use crate::full_update::{Accepted, FullUpdate, require_same};
use crate::settled::{OPERATION, is_settled};
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
        update: &V::BillingProfileUpdate,
    ) -> BeginUpdateBillingProfile<V> {
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
    /// - Those of [`Poller::wait`]: the update may have taken effect. If it is still running, the
    ///   error has its [token](Error::poll_token); resume it with [`ArmClient::resume`].
    ///
    /// A future that is dropped before it ends may still have sent the update, and loses its token.
    pub async fn send(self) -> Result<Response<V::BillingProfile>, Error> {
        let Accepted {
            mut poller,
            system_id,
        } = self.begin.begin().await?;
        if let Some(options) = self.poll_options {
            poller = poller.with_options(options);
        }
        let response = poller.wait().await?;
        if V::BillingProfile::IS_WRITTEN_IN_FULL {
            require_same(&response, system_id.as_deref())?;
        }
        Ok(response)
    }
}

send_on_await!(where [V: Version] UpdateBillingProfile<V> => Response<V::BillingProfile>);

/// Request builder of [`ArmClient::begin_update_billing_profile`].
#[derive(Clone)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct BeginUpdateBillingProfile<V: Version = V2019_10_01Preview> {
    client: ArmClient<V>,
    account: String,
    profile: String,
    update: V::BillingProfileUpdate,
    before: Option<Arc<V::BillingProfile>>,
    request_id: RequestId,
}

impl<V: Version> BeginUpdateBillingProfile<V> {
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
    /// Where the full profile is written, nothing is sent if somebody else has changed it since: by
    /// its etag or `systemData.lastModifiedAt` if it has one, else by the members that the update
    /// names. The error [is a conflict](Error::is_conflict).
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
    pub fn with_before(mut self, profile: &V::BillingProfile) -> Self {
        self.before = Some(Arc::new(profile.clone()));
        self
    }

    /// Sends the update; `.await` on the builder does the same.
    ///
    /// It is retried, from the read on where the full profile is written, as the
    /// [`RetryPolicy`](crate::RetryPolicy) allows, only if the service cannot
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
    /// - Where the full profile is written, those of [reading
    ///   it](crate::GetBillingProfile::send), and a [conflict](Error::is_conflict) if somebody else
    ///   has changed it since the profile of [`with_before`](Self::with_before), or before each of
    ///   three writes: nothing was changed.
    /// - A protocol error if the update has created a profile, because the one that was read was
    ///   deleted in between.
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
    pub async fn send(self) -> Result<Poller<V::BillingProfile>, Error> {
        Ok(self.begin().await?.poller)
    }

    async fn begin(self) -> Result<Accepted<V>, Error> {
        if V::BillingProfile::IS_WRITTEN_IN_FULL {
            let update = self.full_update();
            return in_operation("ReplaceBillingProfile", update.send()).await;
        }
        let request = self.request()?;
        let transport = self.client.transport().clone();
        let begun = Poller::begin(transport, &request, &self.account, is_settled::<V>);
        Ok(Accepted {
            poller: begun.await?,
            system_id: None,
        })
    }

    fn full_update(&self) -> FullUpdate<'_, V> {
        FullUpdate {
            client: &self.client,
            account: &self.account,
            profile: &self.profile,
            update: &self.update,
            before: self.before.as_deref(),
            request_id: self.request_id,
        }
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
    pub fn resume(self, token: PollToken) -> Result<Poller<V::BillingProfile>, Error> {
        token.require_write(&self.patch()?)?;
        self.client.resume(token)
    }

    /// Returns the request as it is sent first.
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry, and for a PUT of a profile that is not
    /// known.
    fn request(&self) -> Result<Request, Error> {
        if !V::BillingProfile::IS_WRITTEN_IN_FULL {
            return self.patch();
        }
        let Some(before) = self.before.as_deref() else {
            return Err(Error::invalid_input(format!(
                "api version {} writes the full profile: set the profile that was read by \
                 `with_before` to see the request",
                V::NAME
            )));
        };
        self.full_update().request(before, None)
    }

    fn patch(&self) -> Result<Request, Error> {
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

request_builder!(where [V: Version] BeginUpdateBillingProfile<V> => Poller<V::BillingProfile>);

// A profile has personal data.
impl<V: Version> fmt::Debug for BeginUpdateBillingProfile<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeginUpdateBillingProfile")
            .field("account", &self.account)
            .field("profile", &self.profile)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}
