//! `POST …/validateDeleteEligibility` of a billing profile, in api version 2024-04-01.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, RequestId, Response, request_builder};
use billing_models::arm::v2024_04_01::DeleteBillingProfileEligibilityResult;

use crate::client::ArmClient;
use crate::version::V2024_04_01;

impl ArmClient<V2024_04_01> {
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
