//! `GET` of a customer, a customer's company profile, or a country's validation rules.

use std::marker::PhantomData;

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, Response, decode, request_builder};
use serde::de::DeserializeOwned;

use crate::client::PartnerClient;
use crate::headers::header_options;
use crate::identity::require_same;
use crate::ids::{RequestIds, id_options};
use crate::models::{CountryValidationRules, Customer, CustomerCompanyProfile};

impl PartnerClient {
    /// Gets a customer, with company profile and billing profile.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let customer = client.get_customer(customer_id).await?.into_body();
    /// println!("{:?}", customer.relationship_to_partner);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_customer(&self, customer_id: &str) -> GetResource<Customer> {
        GetResource::new(self.clone(), customer_id)
    }

    /// Gets a customer's company profile, whose address has its state in `region`.
    ///
    /// The page "Get a customer's company profile" requires the token of a user: that of an
    /// application alone is refused.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let company = client.get_customer_company_profile(customer_id).await?;
    /// println!("{:?}", company.body().domain);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_customer_company_profile(
        &self,
        customer_id: &str,
    ) -> GetResource<CustomerCompanyProfile> {
        GetResource::new(self.clone(), customer_id)
    }

    /// Gets the rules for profiles and addresses of a country, given by its ISO 3166 code of two
    /// letters. Great Britain is `GB`; `UK` is refused.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient) -> Result<(), Error> {
    /// let rules = client.get_country_validation_rules("US").await?;
    /// println!("{:?}", rules.body().postal_code_regex);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_country_validation_rules(
        &self,
        iso2_code: &str,
    ) -> GetResource<CountryValidationRules> {
        GetResource::new(self.clone(), iso2_code)
    }
}

/// A resource that [`GetResource`] reads.
pub trait Resource: DeserializeOwned {
    /// The name of the operation in traces.
    const OPERATION: &'static str;
    /// The resource in errors.
    const NAME: &'static str;

    /// Makes the request, without ids.
    fn request(client: &PartnerClient, id: &str) -> Result<Request, Error>;

    /// Returns the requested id, as the response has it.
    fn id(&self) -> Option<&str>;
}

impl Resource for Customer {
    const OPERATION: &'static str = "GetCustomer";
    const NAME: &'static str = "customer";

    fn request(client: &PartnerClient, id: &str) -> Result<Request, Error> {
        client.customer_request(Method::GET, id, &[])
    }

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Resource for CustomerCompanyProfile {
    const OPERATION: &'static str = "GetCustomerCompanyProfile";
    const NAME: &'static str = "company profile";

    fn request(client: &PartnerClient, id: &str) -> Result<Request, Error> {
        client.customer_request(Method::GET, id, &["profiles", "company"])
    }

    fn id(&self) -> Option<&str> {
        self.tenant_id.as_deref()
    }
}

impl Resource for CountryValidationRules {
    const OPERATION: &'static str = "GetCountryValidationRules";
    const NAME: &'static str = "country's rules";

    fn request(client: &PartnerClient, id: &str) -> Result<Request, Error> {
        let path = ["countryvalidationrules", id];
        client.request(Method::GET, &path, "country code")
    }

    fn id(&self) -> Option<&str> {
        self.iso2_code.as_deref()
    }
}

/// Request builder of a `GET` of one resource; created by [`PartnerClient::get_customer`],
/// [`PartnerClient::get_customer_company_profile`] and
/// [`PartnerClient::get_country_validation_rules`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct GetResource<T> {
    client: PartnerClient,
    id: String,
    ids: RequestIds,
    resource: PhantomData<fn() -> T>,
}

impl<T: Resource> GetResource<T> {
    fn new(client: PartnerClient, id: &str) -> Self {
        Self {
            client,
            id: id.to_owned(),
            ids: RequestIds::generate(),
            resource: PhantomData,
        }
    }

    id_options!();
    header_options!();

    /// Replaces all ids.
    #[cfg(feature = "preflight")]
    pub(crate) fn with_ids(mut self, ids: RequestIds) -> Self {
        self.ids = ids;
        self
    }

    /// Sends the request, with retries as the [`RetryPolicy`](crate::RetryPolicy) allows; `.await`
    /// on the builder does the same.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Invalid input for an id that no URL can carry.
    /// - No token, no connection, or no response in time.
    /// - An error response: 401, 403, 404, and the others of the page "Error codes". For a country
    ///   without rules, such as `UK`, it is a 400.
    /// - A response that is not the resource, or is [another
    ///   customer's or country's](Error::is_other_resource).
    pub async fn send(self) -> Result<Response<T>, Error> {
        let read = |_: Option<&str>, body: &[u8]| {
            let resource: T = decode(body)?;
            require_same(resource.id(), &self.id)?;
            Ok(resource)
        };
        let transport = self.client.transport();
        let response = transport.fetch_with(&self.request()?, read).await?;
        // Every member is optional, so an error sent with status 200 would pass for an empty
        // resource.
        if response.body().id().is_none() {
            return Err(response.refuse(&format!("but its body is not a {}", T::NAME), false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = T::request(&self.client, &self.id)?;
        request.set_operation(T::OPERATION);
        self.ids.set_on(&mut request);
        Ok(request)
    }
}

request_builder!(where [T: Resource + Send + 'static] GetResource<T> => Response<T>);
