//! Partner Center without async; feature `blocking`.
//!
//! ```no_run
//! use partner_client::blocking::PartnerClient;
//! use partner_client::{PUBLIC_ENDPOINT, StaticToken};
//!
//! # fn example(customer_id: &str) -> Result<(), partner_client::Error> {
//! let client = PartnerClient::new(PUBLIC_ENDPOINT.parse()?, StaticToken::new("…"))?;
//! let updated = client
//!     .edit_customer_billing_profile(customer_id, |profile| {
//!         profile.company_name = Some("Fabrikam, Inc.".to_owned());
//!     })
//!     .with(|edit| edit.with_attempts(5))
//!     .send()?;
//! println!("{:?}", updated.body().company_name);
//! # Ok(())
//! # }
//! ```
//!
//! Each operation has the name of the async one and returns its builder as a [`RequestBuilder`]:
//! [`with`](RequestBuilder::with) sets its options, and [`send`](RequestBuilder::send) waits for
//! the response.
//!
//! A client has its own thread for timers and connections, which its clones share; any number of
//! threads may use it at once.
//!
//! Every method that waits has one more error than the async one: invalid input if it is called
//! inside an async runtime, whose other tasks could not run. Nothing is sent then. Creating,
//! keeping and dropping a client is allowed there.

use std::error::Error as StdError;

use billing_core::blocking::Runtime;
use billing_core::{Credential, Endpoint, Error, Throttle, blocking_pager};

pub use billing_core::blocking::RequestBuilder;

use crate::client;
use crate::edit_profile::EditCustomerBillingProfile;
use crate::get_profile::GetCustomerBillingProfile;
use crate::get_resource::GetResource;
use crate::list_customers;
use crate::models::{
    Address, CountryValidationRules, Customer, CustomerBillingProfile, CustomerCompanyProfile,
};
use crate::options::PartnerClientOptions;
#[cfg(feature = "preflight")]
use crate::preflight::Preflight;
use crate::update_profile::UpdateCustomerBillingProfile;
use crate::validate_address::ValidateAddress;

/// Client of Partner Center whose operations wait; see [`PartnerClient`](crate::PartnerClient).
#[derive(Clone, Debug)]
pub struct PartnerClient {
    inner: client::PartnerClient,
    runtime: Runtime,
}

impl PartnerClient {
    /// Creates a client of `endpoint` with the default options.
    ///
    /// # Errors
    /// The same as those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, PartnerClientOptions::default())
    }

    /// Creates a client of `endpoint`, the only origin that ever receives the credential's token.
    ///
    /// # Errors
    /// Nothing is sent.
    /// - Those of [`PartnerClient::with_options`](crate::PartnerClient::with_options).
    /// - A setup error if the system grants no thread.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: PartnerClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self {
            inner: client::PartnerClient::with_options(endpoint, credential, options)?,
            runtime: Runtime::new()?,
        })
    }

    /// Gets a customer's billing profile; see
    /// [`PartnerClient::get_customer_billing_profile`][get_customer_billing_profile].
    ///
    /// [get_customer_billing_profile]: crate::PartnerClient::get_customer_billing_profile
    pub fn get_customer_billing_profile(
        &self,
        customer_id: &str,
    ) -> RequestBuilder<GetCustomerBillingProfile> {
        self.wrap(self.inner.get_customer_billing_profile(customer_id))
    }

    /// Replaces a customer's billing profile; see
    /// [`PartnerClient::update_customer_billing_profile`][update_customer_billing_profile].
    ///
    /// [update_customer_billing_profile]: crate::PartnerClient::update_customer_billing_profile
    pub fn update_customer_billing_profile(
        &self,
        customer_id: &str,
        profile: &CustomerBillingProfile,
    ) -> RequestBuilder<UpdateCustomerBillingProfile> {
        self.wrap(
            self.inner
                .update_customer_billing_profile(customer_id, profile),
        )
    }

    /// Reads, changes and writes back a customer's billing profile; see
    /// [`PartnerClient::edit_customer_billing_profile`][edit_customer_billing_profile].
    ///
    /// [edit_customer_billing_profile]: crate::PartnerClient::edit_customer_billing_profile
    pub fn edit_customer_billing_profile<'f>(
        &self,
        customer_id: &str,
        change: impl FnMut(&mut CustomerBillingProfile) + Send + 'f,
    ) -> RequestBuilder<EditCustomerBillingProfile<'f>> {
        self.wrap(
            self.inner
                .edit_customer_billing_profile(customer_id, change),
        )
    }

    /// Edits a customer's billing profile with a change that can fail; see
    /// [`PartnerClient::try_edit_customer_billing_profile`][try_edit_customer_billing_profile].
    ///
    /// [try_edit_customer_billing_profile]: crate::PartnerClient::try_edit_customer_billing_profile
    pub fn try_edit_customer_billing_profile<'f, E: Into<Box<dyn StdError + Send + Sync>>>(
        &self,
        customer_id: &str,
        change: impl FnMut(&mut CustomerBillingProfile) -> Result<(), E> + Send + 'f,
    ) -> RequestBuilder<EditCustomerBillingProfile<'f>> {
        self.wrap(
            self.inner
                .try_edit_customer_billing_profile(customer_id, change),
        )
    }

    /// Lists the partner's customers, page by page; see
    /// [`PartnerClient::list_customers`](crate::PartnerClient::list_customers).
    pub fn list_customers(&self) -> CustomerPager {
        CustomerPager::new(self.inner.list_customers(), &self.runtime)
    }

    /// Gets a customer; see [`PartnerClient::get_customer`](crate::PartnerClient::get_customer).
    pub fn get_customer(&self, customer_id: &str) -> RequestBuilder<GetResource<Customer>> {
        self.wrap(self.inner.get_customer(customer_id))
    }

    /// Gets a customer's company profile; see
    /// [`PartnerClient::get_customer_company_profile`][get_customer_company_profile].
    ///
    /// [get_customer_company_profile]: crate::PartnerClient::get_customer_company_profile
    pub fn get_customer_company_profile(
        &self,
        customer_id: &str,
    ) -> RequestBuilder<GetResource<CustomerCompanyProfile>> {
        self.wrap(self.inner.get_customer_company_profile(customer_id))
    }

    /// Gets a country's rules; see
    /// [`PartnerClient::get_country_validation_rules`][get_country_validation_rules].
    ///
    /// [get_country_validation_rules]: crate::PartnerClient::get_country_validation_rules
    pub fn get_country_validation_rules(
        &self,
        iso2_code: &str,
    ) -> RequestBuilder<GetResource<CountryValidationRules>> {
        self.wrap(self.inner.get_country_validation_rules(iso2_code))
    }

    /// Checks whether an address exists; see
    /// [`PartnerClient::validate_address`](crate::PartnerClient::validate_address).
    pub fn validate_address(&self, address: &Address) -> RequestBuilder<ValidateAddress> {
        self.wrap(self.inner.validate_address(address))
    }

    /// Checks a profile against its country's rules; see
    /// [`PartnerClient::preflight`](crate::PartnerClient::preflight).
    #[cfg(feature = "preflight")]
    pub fn preflight(&self, profile: &CustomerBillingProfile) -> RequestBuilder<Preflight> {
        self.wrap(self.inner.preflight(profile))
    }

    /// Returns the pauses that Partner Center has asked this client and its clones for.
    pub fn throttle(&self) -> &Throttle {
        self.inner.throttle()
    }

    fn wrap<B>(&self, builder: B) -> RequestBuilder<B> {
        RequestBuilder::new(builder, &self.runtime)
    }
}

blocking_pager! {
    /// Pager of a partner's customers; created by [`PartnerClient::list_customers`].
    ///
    /// ```no_run
    /// # use partner_client::{Error, blocking::PartnerClient};
    /// # fn example(client: PartnerClient) -> Result<(), Error> {
    /// for page in client.list_customers().with(|list| list.with_size(500)) {
    ///     for customer in page?.into_body() {
    ///         println!("{:?}", customer.id);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    CustomerPager(list_customers::CustomerPager) => Customer
}
