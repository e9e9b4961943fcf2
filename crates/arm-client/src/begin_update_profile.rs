//! Updates of a profile, which the service finishes at once or later: a PATCH of what changes or,
//! in later api versions, a PUT of the full profile.

use std::fmt;
use std::sync::Arc;

use billing_core::http::Method;
use billing_core::pipeline::{Request, in_operation};
use billing_core::{
    Error, PollToken, Poller, RequestId, RequestPreview, Response, request_builder,
};

use crate::client::ArmClient;
use crate::common::Document as _;
use crate::full_update::{FullUpdate, etag, strong};
use crate::settled::{OPERATION, is_settled};
use crate::version::{V2019_10_01Preview, Version};

impl<V: Version> ArmClient<V> {
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
    /// - That the profile [was recreated](Error::is_recreated), because the one that was read was
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
        if V::BillingProfile::IS_WRITTEN_IN_FULL {
            let update = self.full_update();
            return in_operation("ReplaceBillingProfile", update.send()).await;
        }
        let request = self.request()?;
        let transport = self.client.transport().clone();
        Poller::begin(transport, &request, &self.account, is_settled::<V>).await
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

    /// Returns the request as it would be sent for the profile that was just read, with the token
    /// hidden. Nothing is sent.
    ///
    /// Unlike [`preview`](Self::preview) after [`with_before`](Self::with_before), it shows an
    /// `If-Match` from the `ETag` header, too.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::{ApiVersion, common::ProfileUpdate};
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let update = ProfileUpdate::default().po_number("PO-2041").into();
    /// let read = client.get_billing_profile(account, profile).await?;
    /// let begin = client.begin_update_billing_profile(account, profile, &update);
    /// println!("{:?}", begin.preview_of(&read)?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry.
    pub fn preview_of(&self, read: &Response<V::BillingProfile>) -> Result<RequestPreview, Error> {
        let request = if V::BillingProfile::IS_WRITTEN_IN_FULL {
            self.full_update()
                .request(read.body(), etag(read, read.body()))?
        } else {
            self.patch()?
        };
        self.client.transport().preview(&request)
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
        let etag = before.etag().and_then(strong);
        self.full_update().request(before, etag)
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
