//! What one needs around an update, without async.

use billing_core::blocking::Runtime;
use billing_core::{CorrelationId, CorrelationVector, Error};
use billing_core::{RequestId, blocking_options, blocking_pages};

use super::PartnerClient;
use crate::models::{
    Address, AddressValidationResult, CountryValidationRules, Customer, CustomerBillingProfile,
    CustomerCompanyProfile,
};
use crate::{CustomerFilter, Finding};

impl PartnerClient {
    /// As [`PartnerClient::list_customers`](crate::PartnerClient::list_customers).
    pub fn list_customers(&self) -> CustomerPager {
        CustomerPager {
            inner: self.inner.list_customers(),
            runtime: self.runtime.clone(),
            has_failed: false,
        }
    }

    /// As [`PartnerClient::get_customer`](crate::PartnerClient::get_customer).
    pub fn get_customer(&self, customer_id: &str) -> GetCustomer {
        GetCustomer {
            inner: self.inner.get_customer(customer_id),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::get_customer_company_profile`](crate::PartnerClient::get_customer_company_profile).
    pub fn get_customer_company_profile(&self, customer_id: &str) -> GetCustomerCompanyProfile {
        GetCustomerCompanyProfile {
            inner: self.inner.get_customer_company_profile(customer_id),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::validate_address`](crate::PartnerClient::validate_address).
    pub fn validate_address(&self, address: &Address) -> ValidateAddress {
        ValidateAddress {
            inner: self.inner.validate_address(address),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::preflight`](crate::PartnerClient::preflight).
    pub fn preflight(&self, profile: &CustomerBillingProfile) -> Preflight {
        Preflight {
            inner: self.inner.preflight(profile),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::get_country_validation_rules`](crate::PartnerClient::get_country_validation_rules).
    pub fn get_country_validation_rules(&self, iso2_code: &str) -> GetCountryValidationRules {
        GetCountryValidationRules {
            inner: self.inner.get_country_validation_rules(iso2_code),
            runtime: self.runtime.clone(),
        }
    }
}

/// Checks a profile against its country's rules; made by [`PartnerClient::preflight`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct Preflight {
    inner: crate::Preflight,
    runtime: Runtime,
}

impl Preflight {
    blocking_options!(Preflight {
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    });

    /// As [`Preflight::send`](crate::Preflight::send).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
    pub fn send(self) -> Result<Vec<Finding>, Error> {
        self.runtime.block_on(self.inner.send())
    }
}

/// A partner's customers, page by page; made by [`PartnerClient::list_customers`].
///
/// It iterates over the pages, and ends after an error, where [`next_page`](Self::next_page) would ask for the same page
/// again.
#[derive(Clone, Debug)]
#[must_use = "nothing happens before a page is asked for"]
pub struct CustomerPager {
    inner: crate::CustomerPager,
    runtime: Runtime,
    has_failed: bool,
}

impl CustomerPager {
    blocking_options!(CustomerPager {
        with_size(size: u32)
        with_max_pages(pages: u32)
        with_filter(filter: CustomerFilter)
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    });
}

blocking_pages!(CustomerPager => Customer);

/// Gets one customer; made by [`PartnerClient::get_customer`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct GetCustomer {
    inner: crate::GetCustomer,
    runtime: Runtime,
}

impl GetCustomer {
    blocking_options!(GetCustomer {
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    } => Customer);
}

/// Gets a customer's company profile; made by [`PartnerClient::get_customer_company_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct GetCustomerCompanyProfile {
    inner: crate::GetCustomerCompanyProfile,
    runtime: Runtime,
}

impl GetCustomerCompanyProfile {
    blocking_options!(GetCustomerCompanyProfile {
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    } => CustomerCompanyProfile);
}

/// Asks whether an address exists; made by [`PartnerClient::validate_address`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct ValidateAddress {
    inner: crate::ValidateAddress,
    runtime: Runtime,
}

impl ValidateAddress {
    blocking_options!(ValidateAddress {
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    } => AddressValidationResult);
}

/// Gets a country's rules; made by [`PartnerClient::get_country_validation_rules`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct GetCountryValidationRules {
    inner: crate::GetCountryValidationRules,
    runtime: Runtime,
}

impl GetCountryValidationRules {
    blocking_options!(GetCountryValidationRules {
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    } => CountryValidationRules);
}
