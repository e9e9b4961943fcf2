//! `POST …/validateAddress`, in api version 2020-05-01.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, RequestId, Response, request_builder};
use billing_models::arm::v2020_05_01::{AddressDetails, ValidateAddressResponse};

use crate::client::ArmClient;
use crate::version::V2020_05_01;

impl ArmClient<V2020_05_01> {
    /// Checks whether an address can be used as a billing address. Nothing is changed.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    /// use billing_models::arm::v2020_05_01::AddressDetails;
    ///
    /// let client = client.with_api_version(ApiVersion::V2020_05_01);
    /// let address = AddressDetails::default().address_line1("1 Microsoft Way").country("US");
    /// let result = client.validate_address(&address).await?.into_body();
    /// println!("{:?}", result.status);
    /// # Ok(())
    /// # }
    /// ```
    pub fn validate_address(&self, address: &AddressDetails) -> ValidateAddress {
        ValidateAddress {
            client: self.clone(),
            address: address.clone(),
            request_id: RequestId::generate(),
        }
    }
}

/// Request builder of [`ArmClient::validate_address`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct ValidateAddress {
    client: ArmClient<V2020_05_01>,
    address: AddressDetails,
    request_id: RequestId,
}

impl ValidateAddress {
    /// Sends this `x-ms-client-request-id` instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, V2020_05_01};
    /// # use billing_models::arm::v2020_05_01::AddressDetails;
    /// # async fn example(
    /// #     client: ArmClient<V2020_05_01>,
    /// #     address: AddressDetails,
    /// # ) -> Result<(), Error> {
    /// let id = arm_client::RequestId::generate();
    /// client.validate_address(&address).with_request_id(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Sends the request, with retries as the [`RetryPolicy`](crate::RetryPolicy) allows; `.await`
    /// on the builder does the same. The request is a POST, but it changes nothing, so it is safe
    /// to retry.
    ///
    /// For an address that cannot be used, the response has a status and a message; it is not an
    /// error.
    ///
    /// # Errors
    /// It changes nothing, whatever happens.
    /// - No token, no connection, or no response in time.
    /// - An error response, or a response that is no result.
    pub async fn send(self) -> Result<Response<ValidateAddressResponse>, Error> {
        let response: Response<ValidateAddressResponse> =
            self.client.transport().fetch(&self.request()?).await?;
        if response.body().status.is_none() {
            return Err(response.refuse("but its body is not an address validation", false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = self
            .client
            .provider_action(Method::POST, "validateAddress")?;
        request.set_operation("ValidateAddress");
        request.set_request_id(self.request_id);
        request.set_safe();
        request.set_json(&self.address)?;
        Ok(request)
    }
}

request_builder!(ValidateAddress => Response<ValidateAddressResponse>);
