//! What one needs around an update, without async.

use billing_core::blocking::Runtime;
use billing_core::{CorrelationId, CorrelationVector, Error};
use billing_core::{RequestId, RequestPreview, Response, blocking_options};

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
        with_filter(filter: CustomerFilter)
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
    });

    /// As [`CustomerPager::preview`](crate::CustomerPager::preview).
    ///
    /// # Errors
    /// Those of the async pager's method.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.inner.preview()
    }

    /// As [`CustomerPager::next_page`](crate::CustomerPager::next_page).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
    pub fn next_page(&mut self) -> Result<Option<Response<Vec<Customer>>>, Error> {
        self.runtime.block_on(self.inner.next_page())
    }

    /// As [`CustomerPager::collect_all`](crate::CustomerPager::collect_all).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
    pub fn collect_all(self) -> Result<Vec<Customer>, Error> {
        self.runtime.block_on(self.inner.collect_all())
    }
}

impl Iterator for CustomerPager {
    type Item = Result<Response<Vec<Customer>>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        // A loop that goes on after an error must not ask for the same page for ever.
        if self.has_failed {
            return None;
        }
        let page = self.next_page().transpose();
        self.has_failed = matches!(page, Some(Err(_)));
        page
    }
}

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
    });

    /// As [`GetCustomer::preview`](crate::GetCustomer::preview).
    ///
    /// # Errors
    /// Those of the async builder's method.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.inner.preview()
    }

    /// As [`GetCustomer::send`](crate::GetCustomer::send).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
    pub fn send(self) -> Result<Response<Customer>, Error> {
        self.runtime.block_on(self.inner.send())
    }
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
    });

    /// As [`GetCustomerCompanyProfile::preview`](crate::GetCustomerCompanyProfile::preview).
    ///
    /// # Errors
    /// Those of the async builder's method.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.inner.preview()
    }

    /// As [`GetCustomerCompanyProfile::send`](crate::GetCustomerCompanyProfile::send).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
    pub fn send(self) -> Result<Response<CustomerCompanyProfile>, Error> {
        self.runtime.block_on(self.inner.send())
    }
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
    });

    /// As [`ValidateAddress::preview`](crate::ValidateAddress::preview).
    ///
    /// # Errors
    /// Those of the async builder's method.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.inner.preview()
    }

    /// As [`ValidateAddress::send`](crate::ValidateAddress::send).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
    pub fn send(self) -> Result<Response<AddressValidationResult>, Error> {
        self.runtime.block_on(self.inner.send())
    }
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
    });

    /// As [`GetCountryValidationRules::preview`](crate::GetCountryValidationRules::preview).
    ///
    /// # Errors
    /// Those of the async builder's method.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.inner.preview()
    }

    /// As [`GetCountryValidationRules::send`](crate::GetCountryValidationRules::send).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](crate::blocking) inside of an async runtime.
    pub fn send(self) -> Result<Response<CountryValidationRules>, Error> {
        self.runtime.block_on(self.inner.send())
    }
}
