//! The same client, operations and errors without async; feature `blocking`.
//!
//! ```
//! use arm_client::blocking::ArmClient;
//! use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
//! use arm_client::StaticToken;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let aside = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! # let builder = billing_emulator::Emulator::builder().sample_data().polls_until_done(0);
//! # let emulator = aside.block_on(builder.start())?;
//! # let (endpoint, token) = (emulator.arm_url(), emulator.token().reveal());
//! # let (account, profile) = (billing_emulator::SAMPLE_ACCOUNT, billing_emulator::SAMPLE_PROFILE);
//! let client = ArmClient::new(endpoint.parse()?, StaticToken::new(token))?;
//! let update = BillingProfileUpdate::default()
//!     .properties(BillingProfilePropertiesUpdate::default().po_number("PO-2041"));
//! let mut poller = client.begin_update_billing_profile(account, profile, &update).send()?;
//! let updated = poller.wait()?;
//! assert_eq!(updated.body().name.as_deref(), Some(profile));
//! # Ok(())
//! # }
//! ```
//!
//! Each name stands for the async one of the same name, and its documentation holds here too. A client has one
//! thread of its own for timers and connections, shared by its clones; any number of threads may call it at once.
//!
//! Every method that waits gives one error more: invalid input when it is called inside of an async runtime, whose
//! other tasks would stand still. Nothing is sent then. Making, keeping and dropping a client is allowed there.

use billing_core::blocking::Runtime;
use billing_core::{
    Credential, Endpoint, Error, PollToken, RequestId, Throttle, blocking_options, blocking_pages,
};

use crate::ArmClientOptions;
use crate::models::{BillingProfile, BillingProfileUpdate};
pub use billing_core::blocking::{PollIter, Poller};

/// Talks to Azure Resource Manager: the [`ArmClient`](crate::ArmClient) whose operations wait.
#[derive(Clone, Debug)]
pub struct ArmClient {
    inner: crate::ArmClient,
    runtime: Runtime,
}

impl ArmClient {
    /// As [`ArmClient::new`](crate::ArmClient::new).
    ///
    /// # Errors
    /// Those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, ArmClientOptions::default())
    }

    /// As [`ArmClient::with_options`](crate::ArmClient::with_options).
    ///
    /// # Errors
    /// Those of the async method, and a set-up error when the system grants no thread.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: ArmClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self {
            inner: crate::ArmClient::with_options(endpoint, credential, options)?,
            runtime: Runtime::new()?,
        })
    }

    /// As [`ArmClient::get_billing_profile`](crate::ArmClient::get_billing_profile).
    pub fn get_billing_profile(&self, account: &str, profile: &str) -> GetBillingProfile {
        GetBillingProfile {
            inner: self.inner.get_billing_profile(account, profile),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`ArmClient::list_billing_profiles`](crate::ArmClient::list_billing_profiles).
    pub fn list_billing_profiles(&self, account: &str) -> BillingProfilePager {
        BillingProfilePager {
            inner: self.inner.list_billing_profiles(account),
            runtime: self.runtime.clone(),
            has_failed: false,
        }
    }

    /// As [`ArmClient::begin_update_billing_profile`](crate::ArmClient::begin_update_billing_profile).
    pub fn begin_update_billing_profile(
        &self,
        account: &str,
        profile: &str,
        update: &BillingProfileUpdate,
    ) -> UpdateBillingProfile {
        UpdateBillingProfile {
            inner: self
                .inner
                .begin_update_billing_profile(account, profile, update),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`ArmClient::resume`](crate::ArmClient::resume).
    ///
    /// # Errors
    /// Those of the async method.
    pub fn resume(&self, token: PollToken) -> Result<Poller<BillingProfile>, Error> {
        Ok(Poller::new(self.inner.resume(token)?, self.runtime.clone()))
    }

    /// As [`ArmClient::throttle`](crate::ArmClient::throttle).
    pub fn throttle(&self) -> &Throttle {
        self.inner.throttle()
    }
}

/// Gets a billing profile; made by [`ArmClient::get_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct GetBillingProfile {
    inner: crate::GetBillingProfile,
    runtime: Runtime,
}

impl GetBillingProfile {
    blocking_options!(GetBillingProfile {
        with_expand(members: impl Into<String>)
        with_request_id(id: RequestId)
    } => BillingProfile);
}

/// The billing profiles of an account, page by page; made by [`ArmClient::list_billing_profiles`].
///
/// It iterates over the pages, and ends after an error, where [`next_page`](Self::next_page) would ask for the same page
/// again.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let aside = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
/// # let builder = billing_emulator::Emulator::builder().sample_data().polls_until_done(0);
/// # let emulator = aside.block_on(builder.start())?;
/// # let credential = arm_client::StaticToken::new(emulator.token().reveal());
/// # let client = arm_client::blocking::ArmClient::new(emulator.arm_url().parse()?, credential)?;
/// # let (account, profile) = (billing_emulator::SAMPLE_ACCOUNT, billing_emulator::SAMPLE_PROFILE);
/// for page in client.list_billing_profiles(account) {
///     for profile in page?.into_body() {
///         // …
/// #       drop(profile);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing happens before a page is asked for"]
pub struct BillingProfilePager {
    inner: crate::BillingProfilePager,
    runtime: Runtime,
    has_failed: bool,
}

impl BillingProfilePager {
    blocking_options!(BillingProfilePager {
        with_max_pages(pages: u32)
        with_expand(members: impl Into<String>)
        with_request_id(id: RequestId)
    });
}

blocking_pages!(BillingProfilePager => BillingProfile);

/// Updates a billing profile in part; made by [`ArmClient::begin_update_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send()`"]
pub struct UpdateBillingProfile {
    inner: crate::UpdateBillingProfile,
    runtime: Runtime,
}

impl UpdateBillingProfile {
    blocking_options!(UpdateBillingProfile {
        with_before(profile: &BillingProfile)
        with_request_id(id: RequestId)
    });
    blocking_options!(UpdateBillingProfile preview);

    /// As [`UpdateBillingProfile::send`](crate::UpdateBillingProfile::send).
    ///
    /// # Errors
    /// Those of the async method, and [that of all](self) inside of an async runtime.
    pub fn send(self) -> Result<Poller<BillingProfile>, Error> {
        let poller = self.runtime.block_on(self.inner.send())?;
        Ok(Poller::new(poller, self.runtime))
    }

    /// As [`UpdateBillingProfile::resume`](crate::UpdateBillingProfile::resume).
    ///
    /// # Errors
    /// Those of the async builder's method.
    pub fn resume(self, token: PollToken) -> Result<Poller<BillingProfile>, Error> {
        let poller = self.inner.resume(token)?;
        Ok(Poller::new(poller, self.runtime))
    }
}
