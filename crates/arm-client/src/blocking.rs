//! Azure Resource Manager without async; feature `blocking`.
//!
//! ```no_run
//! use arm_client::blocking::ArmClient;
//! use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
//! use arm_client::{PUBLIC_ENDPOINT, StaticToken};
//!
//! # fn example(account: &str, profile: &str) -> Result<(), arm_client::Error> {
//! let client = ArmClient::new(PUBLIC_ENDPOINT.parse()?, StaticToken::new("…"))?;
//! let properties = BillingProfilePropertiesUpdate::default().po_number("PO-2041");
//! let update = BillingProfileUpdate::default().properties(properties);
//! let updated = client.update_billing_profile(account, profile, &update).send()?;
//! println!("{:?}", updated.body().name);
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

use billing_core::blocking::Runtime;
use billing_core::{Credential, Endpoint, Error, PollToken, Throttle, blocking_pager};

pub use billing_core::blocking::{Poller, RequestBuilder};

use crate::begin_update_profile;
use crate::check_delete_eligibility::CheckDeleteEligibility;
use crate::client;
use crate::delete_profile::{self, DeleteBillingProfile};
use crate::get_profile::GetBillingProfile;
use crate::list_permissions;
use crate::list_profiles;
use crate::options::ArmClientOptions;
use crate::update_profile::UpdateBillingProfile;
use crate::validate_address::ValidateAddress;
use crate::version::{
    AddressValidation, BillingPermissions, V2019_10_01Preview, V2024_04_01, Version,
};

/// Client of Azure Resource Manager whose operations wait; see [`ArmClient`](crate::ArmClient).
#[derive(Clone, Debug)]
pub struct ArmClient<V: Version = V2019_10_01Preview> {
    inner: client::ArmClient<V>,
    runtime: Runtime,
}

impl ArmClient {
    /// Creates a client of `endpoint` with the default options.
    ///
    /// # Errors
    /// The same as those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, ArmClientOptions::default())
    }

    /// Creates a client of `endpoint`; see
    /// [`ArmClient::with_options`](crate::ArmClient::with_options).
    ///
    /// # Errors
    /// Nothing is sent.
    /// - Those of the async method.
    /// - A setup error if the system grants no thread.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: ArmClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self {
            inner: client::ArmClient::with_options(endpoint, credential, options)?,
            runtime: Runtime::new()?,
        })
    }
}

impl<V: Version> ArmClient<V> {
    /// Returns a client that speaks another api version; see
    /// [`ArmClient::with_api_version`](crate::ArmClient::with_api_version).
    pub fn with_api_version<W: Version>(&self, version: W) -> ArmClient<W> {
        ArmClient {
            inner: self.inner.with_api_version(version),
            runtime: self.runtime.clone(),
        }
    }

    /// Gets a billing profile; see
    /// [`ArmClient::get_billing_profile`](crate::ArmClient::get_billing_profile).
    pub fn get_billing_profile(
        &self,
        account: &str,
        profile: &str,
    ) -> RequestBuilder<GetBillingProfile<V>> {
        let inner = self.inner.get_billing_profile(account, profile);
        RequestBuilder::new(inner, &self.runtime)
    }

    /// Lists the billing profiles of an account, page by page; see
    /// [`ArmClient::list_billing_profiles`](crate::ArmClient::list_billing_profiles).
    pub fn list_billing_profiles(&self, account: &str) -> BillingProfilePager<V> {
        BillingProfilePager::new(self.inner.list_billing_profiles(account), &self.runtime)
    }

    /// Updates members of a billing profile and waits for the result; see
    /// [`ArmClient::update_billing_profile`](crate::ArmClient::update_billing_profile).
    pub fn update_billing_profile(
        &self,
        account: &str,
        profile: &str,
        update: &V::BillingProfileUpdate,
    ) -> RequestBuilder<UpdateBillingProfile<V>> {
        let inner = self.inner.update_billing_profile(account, profile, update);
        RequestBuilder::new(inner, &self.runtime)
    }

    /// Begins an update of members of a billing profile; see
    /// [`ArmClient::begin_update_billing_profile`](crate::ArmClient::begin_update_billing_profile).
    pub fn begin_update_billing_profile(
        &self,
        account: &str,
        profile: &str,
        update: &V::BillingProfileUpdate,
    ) -> BeginUpdateBillingProfile<V> {
        let inner = &self.inner;
        BeginUpdateBillingProfile {
            inner: inner.begin_update_billing_profile(account, profile, update),
            runtime: self.runtime.clone(),
        }
    }

    /// Resumes an update; see [`ArmClient::resume`](crate::ArmClient::resume).
    ///
    /// # Errors
    /// Those of the async method. Nothing was sent.
    pub fn resume(&self, token: PollToken) -> Result<Poller<V::BillingProfile>, Error> {
        Ok(Poller::new(self.inner.resume(token)?, self.runtime.clone()))
    }

    /// Returns the pauses that Resource Manager has asked this client and its clones for, and what
    /// is left of its limits.
    pub fn throttle(&self) -> &Throttle {
        self.inner.throttle()
    }
}

impl<V: AddressValidation> ArmClient<V> {
    /// Checks whether an address can be used as a billing address; see
    /// [`ArmClient::validate_address`](crate::ArmClient::validate_address).
    pub fn validate_address(
        &self,
        address: &V::AddressDetails,
    ) -> RequestBuilder<ValidateAddress<V>> {
        RequestBuilder::new(self.inner.validate_address(address), &self.runtime)
    }
}

impl<V: BillingPermissions> ArmClient<V> {
    /// Lists what the caller may do with a billing profile; see
    /// [`ArmClient::list_billing_permissions`](crate::ArmClient::list_billing_permissions).
    pub fn list_billing_permissions(
        &self,
        account: &str,
        profile: &str,
    ) -> BillingPermissionPager<V> {
        let inner = self.inner.list_billing_permissions(account, profile);
        BillingPermissionPager::new(inner, &self.runtime)
    }
}

/// What only api version 2024-04-01 has.
impl ArmClient<V2024_04_01> {
    /// Deletes a billing profile; see
    /// [`ArmClient::delete_billing_profile`](crate::ArmClient::delete_billing_profile).
    pub fn delete_billing_profile(
        &self,
        account: &str,
        profile: &str,
    ) -> RequestBuilder<DeleteBillingProfile> {
        let inner = self.inner.delete_billing_profile(account, profile);
        RequestBuilder::new(inner, &self.runtime)
    }

    /// Begins the deletion of a billing profile; see
    /// [`ArmClient::begin_delete_billing_profile`](crate::ArmClient::begin_delete_billing_profile).
    pub fn begin_delete_billing_profile(
        &self,
        account: &str,
        profile: &str,
    ) -> BeginDeleteBillingProfile {
        BeginDeleteBillingProfile {
            inner: self.inner.begin_delete_billing_profile(account, profile),
            runtime: self.runtime.clone(),
        }
    }

    /// Resumes a deletion; see [`ArmClient::resume_deletion`](crate::ArmClient::resume_deletion).
    ///
    /// # Errors
    /// Those of the async method. Nothing was sent.
    pub fn resume_deletion(&self, token: PollToken) -> Result<Poller<()>, Error> {
        let poller = self.inner.resume_deletion(token)?;
        Ok(Poller::new(poller, self.runtime.clone()))
    }

    /// Tells whether a billing profile can be deleted; see
    /// [`ArmClient::check_delete_eligibility`](crate::ArmClient::check_delete_eligibility).
    pub fn check_delete_eligibility(
        &self,
        account: &str,
        profile: &str,
    ) -> RequestBuilder<CheckDeleteEligibility> {
        let inner = self.inner.check_delete_eligibility(account, profile);
        RequestBuilder::new(inner, &self.runtime)
    }
}

blocking_pager! {
    /// Pager of the billing profiles of an account; created by
    /// [`ArmClient::list_billing_profiles`].
    ///
    /// ```no_run
    /// # use arm_client::{Error, blocking::ArmClient};
    /// # fn example(client: ArmClient, account: &str) -> Result<(), Error> {
    /// for page in client.list_billing_profiles(account) {
    ///     for profile in page?.into_body() {
    ///         println!("{:?}", profile.name);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    BillingProfilePager<V: Version = V2019_10_01Preview>(list_profiles::BillingProfilePager<V>) => V::BillingProfile
}

blocking_pager! {
    /// Pager of the permissions of a caller; created by [`ArmClient::list_billing_permissions`].
    ///
    /// ```no_run
    /// # use arm_client::{Error, blocking::ArmClient};
    /// # fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// for page in client.list_billing_permissions(account, profile) {
    ///     for permissions in page?.into_body() {
    ///         println!("{:?}", permissions.actions);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    BillingPermissionPager<V: BillingPermissions = V2019_10_01Preview>(list_permissions::BillingPermissionPager<V>) => V::BillingPermissionsProperties
}

/// Defines a builder that begins an operation and returns a poller.
macro_rules! begin_builder {
    (
        $(#[$attribute:meta])*
        $name:ident $(<$v:ident: $bound:ident = $default:ty>)? ($inner:ty) => $result:ty
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent before `send()`"]
        pub struct $name $(<$v: $bound = $default>)? {
            inner: $inner,
            runtime: Runtime,
        }

        impl $(<$v: $bound>)? $name $(<$v>)? {
            /// Sets options of the request: `set` gets the async builder and returns it.
            pub fn with(mut self, set: impl FnOnce($inner) -> $inner) -> Self {
                self.inner = set(self.inner);
                self
            }

            /// Sends the request; see `send` of the async builder.
            ///
            /// # Errors
            /// - Those of the async method, which say whether the request may have taken effect.
            /// - Invalid input inside an async runtime, whose other tasks could not run. Nothing
            ///   was sent.
            pub fn send(self) -> Result<Poller<$result>, Error> {
                let poller = self.runtime.block_on(self.inner.send())?;
                Ok(Poller::new(poller, self.runtime))
            }

            /// Resumes the operation, which was begun before, instead of sending the request; see
            /// `resume` of the async builder.
            ///
            /// # Errors
            /// Those of the async method. Nothing was sent.
            pub fn resume(self, token: PollToken) -> Result<Poller<$result>, Error> {
                let poller = self.inner.resume(token)?;
                Ok(Poller::new(poller, self.runtime))
            }
        }
    };
}

begin_builder! {
    /// Request builder of [`ArmClient::begin_update_billing_profile`]; see
    /// [`BeginUpdateBillingProfile`](crate::BeginUpdateBillingProfile).
    ///
    /// ```no_run
    /// # use arm_client::{Error, blocking::ArmClient, models::BillingProfileUpdate};
    /// # fn example(
    /// #     client: ArmClient,
    /// #     account: &str,
    /// #     profile: &str,
    /// #     update: BillingProfileUpdate,
    /// # ) -> Result<(), Error> {
    /// let mut poller = client.begin_update_billing_profile(account, profile, &update).send()?;
    /// let updated = poller.wait()?;
    /// println!("{:?}", updated.outcome());
    /// # Ok(())
    /// # }
    /// ```
    BeginUpdateBillingProfile<V: Version = V2019_10_01Preview>(begin_update_profile::BeginUpdateBillingProfile<V>) => V::BillingProfile
}

begin_builder! {
    /// Request builder of [`ArmClient::begin_delete_billing_profile`]; see
    /// [`BeginDeleteBillingProfile`](crate::BeginDeleteBillingProfile).
    ///
    /// ```no_run
    /// # use arm_client::{ApiVersion, Error, blocking::ArmClient};
    /// # fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let mut poller = client.begin_delete_billing_profile(account, profile).send()?;
    /// poller.wait()?;
    /// # Ok(())
    /// # }
    /// ```
    BeginDeleteBillingProfile(delete_profile::BeginDeleteBillingProfile) => ()
}
