//! `POST …/validations/address`.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, RequestPreview, Response};

use crate::PartnerClient;
use crate::headers::header_options;
use crate::ids::{CallIds, id_options};
use crate::models::{Address, AddressValidationResult};

/// Asks whether an address exists; made by [`PartnerClient::validate_address`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let builder = billing_emulator::Emulator::builder().sample_data();
/// # let emulator = builder.start().await?;
/// # let credential = partner_client::StaticToken::new(emulator.token().reveal());
/// # let client = partner_client::PartnerClient::new(emulator.partner_url().parse()?, credential)?;
/// # let profile = client.get_customer_billing_profile(billing_emulator::SAMPLE_CUSTOMER_ID).send().await?;
/// # let address = profile.into_body().default_address.unwrap_or_default();
/// use partner_client::models::AddressValidationStatus as Status;
///
/// let result = client.validate_address(&address).send().await?.into_body();
/// match result.status {
///     Some(Status::Verified | Status::VerifiedShippable) => {}
///     // One suggestion or more, at most three: let somebody choose.
///     _ => drop(result.suggested_addresses),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct ValidateAddress {
    client: PartnerClient,
    address: Address,
    ids: CallIds,
}

impl ValidateAddress {
    pub(crate) fn new(client: PartnerClient, address: &Address) -> Self {
        Self {
            client,
            address: address.clone(),
            ids: CallIds::generate(),
        }
    }

    id_options!();
    header_options!();

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for an option that no header can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the request, and again as the [`RetryPolicy`](crate::RetryPolicy) says: it is a POST, but it only asks, so
    /// that sending it twice is asking twice.
    ///
    /// An address that the service cannot find is an answer with a
    /// [status](crate::models::AddressValidationStatus), not an error.
    ///
    /// # Errors
    /// Nothing is changed, whatever happens.
    /// - A credential without a token, no connection, no response in time.
    /// - The service's refusal: of an address that lacks a required member, and the others of its "Error codes".
    /// - An answer that is no result. Until 2021 the service answered a valid address with an empty 200, which is a
    ///   decode error here.
    pub async fn send(self) -> Result<Response<AddressValidationResult>, Error> {
        let response: Response<AddressValidationResult> =
            self.client.transport().fetch(&self.request()?).await?;
        if response.body().status.is_none() {
            return Err(response.refuse("but its body is no validation of an address", false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let path = ["validations", "address"];
        let mut request = self.client.request(Method::POST, &path, "path")?;
        request.set_safe();
        request.set_operation("ValidateAddress");
        self.ids.put_on(&mut request);
        request.set_json(&self.address)?;
        Ok(request)
    }
}
