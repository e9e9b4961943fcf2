//! `GET …/countryvalidationrules/{iso2}`.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, RequestPreview, Response, decode};

use crate::PartnerClient;
use crate::headers::header_options;
use crate::identity::require_same;
use crate::ids::{CallIds, id_options};
use crate::models::CountryValidationRules;

/// Gets a country's rules; made by [`PartnerClient::get_country_validation_rules`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct GetCountryValidationRules {
    client: PartnerClient,
    iso2_code: String,
    ids: CallIds,
}

impl GetCountryValidationRules {
    pub(crate) fn new(client: PartnerClient, iso2_code: &str) -> Self {
        Self {
            client,
            iso2_code: iso2_code.to_owned(),
            ids: CallIds::generate(),
        }
    }

    id_options!();
    header_options!();

    pub(crate) fn with_ids(mut self, ids: CallIds) -> Self {
        self.ids = ids;
        self
    }

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a country code that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the request, and again as the [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Invalid input for a country code that no URL can carry.
    /// - A credential without a token, no connection, no response in time.
    /// - The service's refusal: that of a country for which it has no rules, such as `UK`, and the
    ///   others of its "Error codes".
    /// - An answer that is not a country's rules, or has [those of another
    ///   country](Error::is_other_resource).
    pub async fn send(self) -> Result<Response<CountryValidationRules>, Error> {
        let read = |_: Option<&str>, body: &[u8]| {
            let rules: CountryValidationRules = decode(body)?;
            require_same(rules.iso2_code.as_deref(), &self.iso2_code)?;
            Ok(rules)
        };
        let transport = self.client.transport();
        let response = transport.fetch_with(&self.request()?, read).await?;
        if response.body().iso2_code.is_none() {
            return Err(response.refuse("but its body is no country's rules", false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let path = ["countryvalidationrules", &self.iso2_code];
        let mut request = self.client.request(Method::GET, &path, "country code")?;
        request.set_operation("GetCountryValidationRules");
        self.ids.put_on(&mut request);
        Ok(request)
    }
}
