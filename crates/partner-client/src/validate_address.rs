//! `POST …/validations/address`.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, Response, request_builder};

use crate::client::PartnerClient;
use crate::headers::header_options;
use crate::ids::{RequestIds, id_options};
use crate::models::{Address, AddressValidationResult};

impl PartnerClient {
    /// Checks whether an address exists, and gets suggestions for a better one. Nothing is changed.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient, models::Address};
    /// # async fn example(client: PartnerClient, address: Address) -> Result<(), Error> {
    /// use partner_client::models::AddressValidationStatus as Status;
    ///
    /// let result = client.validate_address(&address).await?.into_body();
    /// match result.status {
    ///     Some(Status::Verified | Status::VerifiedShippable) => println!("the address exists"),
    ///     // One to three suggestions to choose from.
    ///     _ => println!("did you mean {:?}", result.suggested_addresses),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn validate_address(&self, address: &Address) -> ValidateAddress {
        ValidateAddress {
            client: self.clone(),
            address: address.clone(),
            ids: RequestIds::generate(),
        }
    }
}

/// Request builder of [`PartnerClient::validate_address`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct ValidateAddress {
    client: PartnerClient,
    address: Address,
    ids: RequestIds,
}

impl ValidateAddress {
    id_options!();
    header_options!();

    /// Sends the request, with retries as the [`RetryPolicy`](crate::RetryPolicy) allows; `.await`
    /// on the builder does the same. The request is a POST, but it changes nothing, so it is safe
    /// to retry.
    ///
    /// For an address that the service cannot find, the response has a
    /// [status](crate::models::AddressValidationStatus); it is not an error.
    ///
    /// # Errors
    /// Nothing is changed, whatever happens.
    /// - No token, no connection, or no response in time.
    /// - An error response: for an address without a required member, and the others of the page
    ///   "Error codes".
    /// - A response that is no result. Until 2021 the service sent an empty 200 for a valid
    ///   address, which is a decode error here.
    pub async fn send(self) -> Result<Response<AddressValidationResult>, Error> {
        let response: Response<AddressValidationResult> =
            self.client.transport().fetch(&self.request()?).await?;
        if response.body().status.is_none() {
            return Err(response.refuse("but its body is not an address validation", false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let path = ["validations", "address"];
        let mut request = self.client.request(Method::POST, &path, "path")?;
        request.set_safe();
        request.set_operation("ValidateAddress");
        self.ids.set_on(&mut request);
        request.set_json(&self.address)?;
        Ok(request)
    }
}

request_builder!(ValidateAddress => Response<AddressValidationResult>);
