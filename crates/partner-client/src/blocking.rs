//! The same client, operations and errors without async; feature `blocking`.
//!
//! ```
//! use partner_client::blocking::PartnerClient;
//! use partner_client::StaticToken;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let aside = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! # let builder = billing_emulator::Emulator::builder().sample_data();
//! # let emulator = aside.block_on(builder.start())?;
//! # let (endpoint, token) = (emulator.partner_url(), emulator.token().reveal());
//! # let customer_id = billing_emulator::SAMPLE_CUSTOMER_ID;
//! let client = PartnerClient::new(endpoint.parse()?, StaticToken::new(token))?;
//! let updated = client
//!     .edit(customer_id, |profile| {
//!         profile.company_name = Some("Fabrikam, Inc.".to_owned());
//!     })
//!     .send()?;
//! assert_eq!(updated.body().company_name.as_deref(), Some("Fabrikam, Inc."));
//! # Ok(())
//! # }
//! ```
//!
//! Each name stands for the async one of the same name, and its documentation holds here too. A client has one
//! thread of its own for timers and connections, shared by its clones; any number of threads may call it at once.
//!
//! Every method that waits gives one error more: invalid input when it is called inside of an async runtime, whose
//! other tasks would stand still. Nothing is sent then. Making, keeping and dropping a client is allowed there.

mod related;

pub use self::related::{
    CustomerPager, GetCountryValidationRules, GetCustomer, GetCustomerCompanyProfile, Preflight,
    ValidateAddress,
};

use billing_core::blocking::Runtime;
use billing_core::{CorrelationId, CorrelationVector, Credential, Endpoint, Error, Throttle};
use billing_core::{RequestId, Response, blocking_options};

use crate::edit_profile::Refusal;
use crate::models::CustomerBillingProfile;
use crate::{Accept, ContentType, IfMatch, PartnerClientOptions};

/// Talks to Partner Center: the [`PartnerClient`](crate::PartnerClient) whose operations wait.
#[derive(Clone, Debug)]
pub struct PartnerClient {
    inner: crate::PartnerClient,
    runtime: Runtime,
}

impl PartnerClient {
    /// As [`PartnerClient::new`](crate::PartnerClient::new).
    ///
    /// # Errors
    /// Those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, PartnerClientOptions::default())
    }

    /// As [`PartnerClient::with_options`](crate::PartnerClient::with_options).
    ///
    /// # Errors
    /// Those of the async method, and a set-up error when the system grants no thread.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: PartnerClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self {
            inner: crate::PartnerClient::with_options(endpoint, credential, options)?,
            runtime: Runtime::new()?,
        })
    }

    /// As [`PartnerClient::get_customer_billing_profile`](crate::PartnerClient::get_customer_billing_profile).
    pub fn get_customer_billing_profile(&self, customer_id: &str) -> GetCustomerBillingProfile {
        GetCustomerBillingProfile {
            inner: self.inner.get_customer_billing_profile(customer_id),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::update_customer_billing_profile`](crate::PartnerClient::update_customer_billing_profile).
    pub fn update_customer_billing_profile(
        &self,
        customer_id: &str,
        profile: &CustomerBillingProfile,
    ) -> UpdateCustomerBillingProfile {
        UpdateCustomerBillingProfile {
            inner: self
                .inner
                .update_customer_billing_profile(customer_id, profile),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::edit`](crate::PartnerClient::edit).
    pub fn edit<F: FnMut(&mut CustomerBillingProfile)>(
        &self,
        customer_id: &str,
        change: F,
    ) -> EditCustomerBillingProfile<
        impl FnMut(&mut CustomerBillingProfile) -> Result<(), Refusal> + use<F>,
    > {
        EditCustomerBillingProfile {
            inner: self.inner.edit(customer_id, change),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::try_edit`](crate::PartnerClient::try_edit).
    pub fn try_edit<F, E>(
        &self,
        customer_id: &str,
        change: F,
    ) -> EditCustomerBillingProfile<
        impl FnMut(&mut CustomerBillingProfile) -> Result<(), Refusal> + use<F, E>,
    >
    where
        F: FnMut(&mut CustomerBillingProfile) -> Result<(), E>,
        E: Into<Refusal>,
    {
        EditCustomerBillingProfile {
            inner: self.inner.try_edit(customer_id, change),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`PartnerClient::throttle`](crate::PartnerClient::throttle).
    pub fn throttle(&self) -> &Throttle {
        self.inner.throttle()
    }
}

/// Gets a customer's billing profile; made by [`PartnerClient::get_customer_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct GetCustomerBillingProfile {
    inner: crate::GetCustomerBillingProfile,
    runtime: Runtime,
}

impl GetCustomerBillingProfile {
    blocking_options!(GetCustomerBillingProfile {
        with_accept(accept: impl Into<Accept>)
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    } => CustomerBillingProfile);
}

/// Replaces a customer's billing profile; made by [`PartnerClient::update_customer_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct UpdateCustomerBillingProfile {
    inner: crate::UpdateCustomerBillingProfile,
    runtime: Runtime,
}

impl UpdateCustomerBillingProfile {
    blocking_options!(UpdateCustomerBillingProfile {
        with_if_match(if_match: IfMatch)
        with_content_type(content_type: impl Into<ContentType>)
        with_accept(accept: impl Into<Accept>)
        with_request_id(id: RequestId)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    } => CustomerBillingProfile);
}

/// Edits a customer's billing profile; made by [`PartnerClient::edit`].
#[must_use = "nothing happens before `send()`"]
pub struct EditCustomerBillingProfile<F> {
    inner: crate::EditCustomerBillingProfile<F>,
    runtime: Runtime,
}

impl<F: FnMut(&mut CustomerBillingProfile) -> Result<(), Refusal>> EditCustomerBillingProfile<F> {
    blocking_options!(EditCustomerBillingProfile {
        with_attempts(attempts: u32)
        without_if_match()
        with_preflight()
        with_content_type(content_type: impl Into<ContentType>)
        with_accept(accept: impl Into<Accept>)
        with_correlation_id(id: CorrelationId)
        with_correlation_vector(vector: CorrelationVector)
        with_locale(locale: impl Into<String>)
        with_application(name: impl Into<String>)
        with_mfa_validation()
    });

    /// As [`EditCustomerBillingProfile::send`](crate::EditCustomerBillingProfile::send).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](self) inside of an async runtime.
    pub fn send(self) -> Result<Response<CustomerBillingProfile>, Error> {
        self.runtime.block_on(self.inner.send())
    }
}
