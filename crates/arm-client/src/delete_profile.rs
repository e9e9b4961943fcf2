//! `DELETE …/billingProfiles/{name}` and the check before it, in api version 2024-04-01.

use std::time::Duration;

use billing_core::http::{Method, StatusCode};
use billing_core::pipeline::Request;
use billing_core::{Error, PollOptions, RequestId, Response, request_builder};
use billing_models::arm::v2024_04_01::DeleteBillingProfileEligibilityResult;

use crate::client::ArmClient;
use crate::version::V2024_04_01;

impl ArmClient<V2024_04_01> {
    /// Deletes a billing profile and waits until it is gone.
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
            client: self.clone(),
            account: account.to_owned(),
            profile: profile.to_owned(),
            poll_options: PollOptions::default(),
            request_id: RequestId::generate(),
        }
    }

    /// Tells whether a billing profile can be deleted, and if not, why.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let result = client.check_delete_eligibility(account, profile).await?.into_body();
    /// println!("{:?}", result.eligibility_status);
    /// # Ok(())
    /// # }
    /// ```
    pub fn check_delete_eligibility(&self, account: &str, profile: &str) -> CheckDeleteEligibility {
        CheckDeleteEligibility {
            client: self.clone(),
            account: account.to_owned(),
            profile: profile.to_owned(),
            request_id: RequestId::generate(),
        }
    }
}

/// Request builder of [`ArmClient::delete_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct DeleteBillingProfile {
    client: ArmClient<V2024_04_01>,
    account: String,
    profile: String,
    poll_options: PollOptions,
    request_id: RequestId,
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
        self.request_id = id;
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
    /// client.delete_billing_profile(account, profile).with_poll_options(options).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_poll_options(mut self, options: PollOptions) -> Self {
        self.poll_options = options;
        self
    }

    /// Deletes the profile and waits until it is gone; `.await` on the builder does the same.
    ///
    /// The request is sent again only if the service cannot have accepted it. A wait that ends
    /// early loses nothing, and has no resume token: read the profile to see whether it is gone.
    ///
    /// # Errors
    /// - Invalid input for a name that no URL can carry; no token; no connection: nothing was sent.
    /// - An error response in the 400s, except 408 and 499, and a 503 with `Retry-After`: nothing
    ///   was changed.
    /// - [Still running](Error::is_still_running) as soon as the next poll would come after the
    ///   deadline: the profile may have been deleted.
    /// - Every other error, each one of a poll included: the profile may have been deleted.
    pub async fn send(self) -> Result<Response<()>, Error> {
        let request = self.request()?;
        let transport = self.client.transport();
        let mut response = transport.fetch_unread(&request).await?;
        let mut location = request.url().clone();
        let started = transport.clock().elapsed();
        while response.status() == StatusCode::ACCEPTED {
            let Some(link) = response.header("location").map(str::to_owned) else {
                return Err(response.refuse(
                    "but did not say where to ask whether the profile is gone; read the profile",
                    true,
                ));
            };
            location = transport
                .endpoint()
                .resolve(&location, &link)
                .map_err(Error::after_accepted_write)?;
            let waited = transport.clock().elapsed().saturating_sub(started);
            let pause = self.poll_options.next_pause(retry_after(&response), waited);
            let Some(pause) = pause else {
                return Err(Error::still_running(format!(
                    "the deletion is still running after {} s; read the profile to see whether it \
                     is gone",
                    waited.as_secs(),
                )));
            };
            transport.clock().sleep(pause).await;
            let mut poll = transport.request(Method::GET, location.clone());
            poll.set_operation("PollOperation");
            response = transport
                .fetch_unread(&poll)
                .await
                .map_err(Error::after_accepted_write)?;
        }
        Ok(response)
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

request_builder!(DeleteBillingProfile => Response<()>);

/// Returns how long the service asks to wait before the next poll.
fn retry_after<T>(response: &Response<T>) -> Option<Duration> {
    let seconds = response.header("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Request builder of [`ArmClient::check_delete_eligibility`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct CheckDeleteEligibility {
    client: ArmClient<V2024_04_01>,
    account: String,
    profile: String,
    request_id: RequestId,
}

impl CheckDeleteEligibility {
    /// Sends this `x-ms-client-request-id` instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let id = arm_client::RequestId::generate();
    /// client.check_delete_eligibility(account, profile).with_request_id(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Sends the request, with retries as the [`RetryPolicy`](crate::RetryPolicy) allows; `.await`
    /// on the builder does the same.
    ///
    /// # Errors
    /// It changes nothing, whatever happens.
    /// - Invalid input for a name that no URL can carry.
    /// - No token, no connection, or no response in time.
    /// - An error response, or a response that cannot be read.
    pub async fn send(self) -> Result<Response<DeleteBillingProfileEligibilityResult>, Error> {
        self.client.transport().fetch(&self.request()?).await
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = self.client.action(
            Method::POST,
            &self.account,
            &self.profile,
            "validateDeleteEligibility",
        )?;
        request.set_operation("CheckDeleteEligibility");
        request.set_request_id(self.request_id);
        request.set_safe();
        Ok(request)
    }
}

request_builder!(CheckDeleteEligibility => Response<DeleteBillingProfileEligibilityResult>);
