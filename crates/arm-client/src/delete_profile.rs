//! `DELETE …/billingProfiles/{name}` and the check before it, in api version 2024-04-01.

use std::time::Duration;

use billing_core::http::{Method, StatusCode};
use billing_core::pipeline::Request;
use billing_core::{Error, RequestId, Response, request_builder};
use billing_models::arm::v2024_04_01::DeleteBillingProfileEligibilityResult;

use crate::client::ArmClient;
use crate::version::V2024_04_01;

/// The pause between two polls if the service names none, and the longest pause.
const PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

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

    /// Deletes the profile and waits until it is gone; `.await` on the builder does the same.
    ///
    /// The request is sent again only if the service cannot have accepted it. A wait that ends
    /// early loses nothing: read the profile to see whether it is gone.
    ///
    /// # Errors
    /// - Invalid input for a name that no URL can carry; no token; no connection: nothing was sent.
    /// - An error response in the 400s, except 408 and 499, and a 503 with `Retry-After`: nothing
    ///   was changed.
    /// - Every other error: the profile may have been deleted.
    pub async fn send(self) -> Result<Response<()>, Error> {
        let request = self.request()?;
        let transport = self.client.transport();
        let mut response = transport.fetch_unread(&request).await?;
        let mut location = request.url().clone();
        while response.status() == StatusCode::ACCEPTED {
            let Some(link) = response.header("location").map(str::to_owned) else {
                return Err(response.refuse(
                    "but did not say where to ask whether the profile is gone; read the profile",
                    true,
                ));
            };
            location = transport.endpoint().resolve(&location, &link)?;
            transport.clock().sleep(pause(&response)).await;
            let mut poll = transport.request(Method::GET, location.clone());
            poll.set_operation("PollOperation");
            response = transport.fetch_unread(&poll).await?;
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
fn pause<T>(response: &Response<T>) -> Duration {
    let seconds = response.header("retry-after").map(str::trim);
    let seconds = seconds.and_then(|text| text.parse().ok());
    seconds
        .map_or(PAUSE, Duration::from_secs)
        .min(LONGEST_PAUSE)
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
