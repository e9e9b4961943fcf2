//! `DELETE …/billingProfiles/{name}`, in api version 2024-04-01, which the service finishes at once
//! or later.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{
    Error, PollOptions, PollToken, Poller, RequestId, RequestPreview, Response, request_builder,
    send_on_await,
};

use crate::client::ArmClient;
use crate::version::V2024_04_01;

impl ArmClient<V2024_04_01> {
    /// Deletes a billing profile and waits until it is gone.
    ///
    /// If the process may end while it waits, use
    /// [`begin_delete_billing_profile`](Self::begin_delete_billing_profile) and store the token.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// client.delete_billing_profile(account, profile).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_billing_profile(&self, account: &str, profile: &str) -> DeleteBillingProfile {
        DeleteBillingProfile {
            begin: self.begin_delete_billing_profile(account, profile),
            poll_options: None,
        }
    }

    /// Begins the deletion of a billing profile, and returns a poller as soon as the service has
    /// accepted it.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let poller = client.begin_delete_billing_profile(account, profile).await?;
    /// if let Some(token) = poller.token() {
    ///     println!("resume with {token}");
    /// }
    /// poller.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn begin_delete_billing_profile(
        &self,
        account: &str,
        profile: &str,
    ) -> BeginDeleteBillingProfile {
        BeginDeleteBillingProfile {
            client: self.clone(),
            account: account.to_owned(),
            profile: profile.to_owned(),
            request_id: RequestId::generate(),
        }
    }

    /// Resumes a deletion that this or another process began, from its [`Poller::token`]. The first
    /// poll is due at once; nothing is sent before it, and the deletion itself is never sent again.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, stored_token: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// client.resume_deletion(stored_token.parse()?)?.await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Invalid input for a token of an update, and for the tokens that [`resume`](Self::resume)
    /// refuses. Nothing was sent.
    pub fn resume_deletion(&self, token: PollToken) -> Result<Poller<()>, Error> {
        self.require_own(&token)?;
        Poller::resume_deletion(self.transport().clone(), token)
    }
}

/// Request builder of [`ArmClient::delete_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct DeleteBillingProfile {
    begin: BeginDeleteBillingProfile,
    poll_options: Option<PollOptions>,
}

impl DeleteBillingProfile {
    /// Sends this `x-ms-client-request-id` instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let id = arm_client::RequestId::generate();
    /// client.delete_billing_profile(account, profile).with_request_id(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.begin = self.begin.with_request_id(id);
        self
    }

    /// Sets the pace and the deadline of polling; without a deadline by default.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use std::time::Duration;
    ///
    /// use arm_client::{ApiVersion, PollOptions};
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let options = PollOptions::default().with_deadline(Duration::from_secs(300));
    /// match client.delete_billing_profile(account, profile).with_poll_options(options).await {
    ///     Err(error) if error.poll_token().is_some() => println!("resume later: {error}"),
    ///     deleted => drop(deleted?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_poll_options(mut self, options: PollOptions) -> Self {
        self.poll_options = Some(options);
        self
    }

    /// Returns the request as it would be sent, with the token hidden. Nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.begin.preview()
    }

    /// Deletes the profile and waits until it is gone; `.await` on the builder does the same.
    ///
    /// # Errors
    /// - Those of [`BeginDeleteBillingProfile::send`], which say whether the profile may have been
    ///   deleted.
    /// - Those of [`Poller::wait`]: the profile may have been deleted. If the deletion is still
    ///   running, the error has its [token](Error::poll_token); resume it with
    ///   [`ArmClient::resume_deletion`].
    ///
    /// A future that is dropped before it ends may still have sent the deletion, and loses its
    /// token.
    pub async fn send(self) -> Result<Response<()>, Error> {
        let mut poller = self.begin.send().await?;
        if let Some(options) = self.poll_options {
            poller = poller.with_options(options);
        }
        poller.wait().await
    }
}

send_on_await!(DeleteBillingProfile => Response<()>);

/// Request builder of [`ArmClient::begin_delete_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct BeginDeleteBillingProfile {
    client: ArmClient<V2024_04_01>,
    account: String,
    profile: String,
    request_id: RequestId,
}

impl BeginDeleteBillingProfile {
    /// Sends this `x-ms-client-request-id` instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let id = arm_client::RequestId::generate();
    /// let begin = client.begin_delete_billing_profile(account, profile);
    /// begin.with_request_id(id).await?.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Sends the deletion; `.await` on the builder does the same.
    ///
    /// It is sent again only if the service cannot have accepted it. The poller is finished if the
    /// profile was deleted at once, and has a token as soon as the service has accepted the
    /// deletion (202).
    ///
    /// # Errors
    /// - Invalid input for a name that no URL can carry; no token; no connection: nothing was sent.
    /// - An error response in the 400s, except 408 and 499, and a 503 with `Retry-After`: nothing
    ///   was changed.
    /// - Every other error: the profile may have been deleted. Get it to see whether it is gone.
    ///
    /// A future that is dropped before it ends may still have sent the deletion.
    pub async fn send(self) -> Result<Poller<()>, Error> {
        let transport = self.client.transport().clone();
        Poller::begin_deletion(transport, &self.request()?, &self.account).await
    }

    /// Resumes this deletion, which was sent before, instead of sending it. Nothing is sent before
    /// the first poll.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(
    /// #     client: ArmClient,
    /// #     account: &str,
    /// #     profile: &str,
    /// #     stored_token: &str,
    /// # ) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let begin = client.begin_delete_billing_profile(account, profile);
    /// begin.resume(stored_token.parse()?)?.await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Nothing was sent.
    /// - Invalid input for a token of another account or profile, and the errors of
    ///   [`ArmClient::resume_deletion`].
    /// - Invalid input for a name that no URL can carry.
    pub fn resume(self, token: PollToken) -> Result<Poller<()>, Error> {
        token.require_write(&self.request()?)?;
        self.client.resume_deletion(token)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request =
            self.client
                .request(Method::DELETE, &self.account, Some(&self.profile), None)?;
        request.set_operation("DeleteBillingProfile");
        request.set_request_id(self.request_id);
        Ok(request)
    }
}

request_builder!(BeginDeleteBillingProfile => Poller<()>);
