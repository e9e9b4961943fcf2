//! `POST …/validateAddress`, in the api versions before 2024-04-01.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, RequestId, Response, request_builder};

use crate::client::ArmClient;
use crate::common::Validation as _;
use crate::version::{AddressValidation, V2019_10_01Preview};

impl<V: AddressValidation> ArmClient<V> {
    /// Checks whether an address can be used as a billing address. Nothing is changed.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient) -> Result<(), Error> {
    /// use arm_client::models::AddressDetails;
    ///
    /// let address = AddressDetails::default().address_line1("1 Microsoft Way").country("US");
    /// let result = client.validate_address(&address).await?.into_body();
    /// println!("{:?}", result.status);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The address of a profile is checked by `&address.into()`; see
    /// [`Profile::address`](crate::common::Profile::address).
    pub fn validate_address(&self, address: &V::AddressDetails) -> ValidateAddress<V> {
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
pub struct ValidateAddress<V: AddressValidation = V2019_10_01Preview> {
    client: ArmClient<V>,
    address: V::AddressDetails,
    request_id: RequestId,
}

impl<V: AddressValidation> ValidateAddress<V> {
    /// Sends this `x-ms-client-request-id` instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error, models::AddressDetails};
    /// # async fn example(client: ArmClient, address: AddressDetails) -> Result<(), Error> {
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
    pub async fn send(self) -> Result<Response<V::ValidateAddressResponse>, Error> {
        let response: Response<V::ValidateAddressResponse> =
            self.client.transport().fetch(&self.request()?).await?;
        if response.body().status().is_none() {
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

request_builder!(
    where [V: AddressValidation] ValidateAddress<V> => Response<V::ValidateAddressResponse>
);
