//! `GET …/customers/{id}` and `GET …/customers/{id}/profiles/company`.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, RequestPreview, Response, decode};

use crate::PartnerClient;
use crate::headers::header_options;
use crate::identity::require_same;
use crate::ids::{CallIds, id_options};
use crate::models::{Customer, CustomerCompanyProfile};

/// Gets one customer; made by [`PartnerClient::get_customer`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct GetCustomer {
    client: PartnerClient,
    customer_id: String,
    ids: CallIds,
}

impl GetCustomer {
    pub(crate) fn new(client: PartnerClient, customer_id: &str) -> Self {
        Self {
            client,
            customer_id: customer_id.to_owned(),
            ids: CallIds::generate(),
        }
    }

    id_options!();
    header_options!();

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a customer id that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the request, and again as the [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// # Errors
    /// Those of [`GetCustomerBillingProfile::send`](crate::GetCustomerBillingProfile::send), of a
    /// customer. A read changes nothing, whatever happens.
    pub async fn send(self) -> Result<Response<Customer>, Error> {
        let read = |_: Option<&str>, body: &[u8]| {
            let customer: Customer = decode(body)?;
            require_same(customer.id.as_deref(), &self.customer_id)?;
            Ok(customer)
        };
        let transport = self.client.transport();
        let response = transport.fetch_with(&self.request()?, read).await?;
        // Every member is optional, so an error that is answered with 200 would pass for an empty
        // customer.
        if response.body().id.is_none() {
            return Err(response.refuse("but its body is no customer", false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = self
            .client
            .of_customer(Method::GET, &self.customer_id, &[])?;
        request.set_operation("GetCustomer");
        self.ids.put_on(&mut request);
        Ok(request)
    }
}

/// Gets a customer's company profile; made by [`PartnerClient::get_customer_company_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct GetCustomerCompanyProfile {
    client: PartnerClient,
    customer_id: String,
    ids: CallIds,
}

impl GetCustomerCompanyProfile {
    pub(crate) fn new(client: PartnerClient, customer_id: &str) -> Self {
        Self {
            client,
            customer_id: customer_id.to_owned(),
            ids: CallIds::generate(),
        }
    }

    id_options!();
    header_options!();

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a customer id that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the request, and again as the [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// # Errors
    /// Those of [`GetCustomerBillingProfile::send`](crate::GetCustomerBillingProfile::send), of a
    /// company profile. A read changes nothing, whatever happens.
    pub async fn send(self) -> Result<Response<CustomerCompanyProfile>, Error> {
        let read = |_: Option<&str>, body: &[u8]| {
            let profile: CustomerCompanyProfile = decode(body)?;
            require_same(profile.tenant_id.as_deref(), &self.customer_id)?;
            Ok(profile)
        };
        let transport = self.client.transport();
        let response = transport.fetch_with(&self.request()?, read).await?;
        if response.body().tenant_id.is_none() {
            return Err(response.refuse("but its body is no company profile", false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let path = ["profiles", "company"];
        let mut request = self
            .client
            .of_customer(Method::GET, &self.customer_id, &path)?;
        request.set_operation("GetCustomerCompanyProfile");
        self.ids.put_on(&mut request);
        Ok(request)
    }
}
