//! Client of Azure Resource Manager for billing profiles: get, list and update them.
//!
//! ```no_run
//! use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
//! use arm_client::{ArmClient, PUBLIC_ENDPOINT, StaticToken};
//!
//! # async fn example(account: &str, profile: &str) -> Result<(), arm_client::Error> {
//! let client = ArmClient::new(PUBLIC_ENDPOINT.parse()?, StaticToken::new("…"))?;
//! let properties = BillingProfilePropertiesUpdate::default().po_number("PO-2041");
//! let update = BillingProfileUpdate::default().properties(properties);
//! let updated = client.update_billing_profile(account, profile, &update).await?;
//! println!("{:?}", updated.body().name);
//! # Ok(())
//! # }
//! ```
//!
//! The endpoint is [`PUBLIC_ENDPOINT`], that of another [`Cloud`], or an emulator.
//!
//! Requests need a tokio runtime with IO and time enabled, as `#[tokio::main]` does, and panic
//! without one; the module `blocking` brings its own. Many types here are re-exported from
//! `billing_core`, whose name is in their examples: import them from this crate.
//!
//! # Operations
//!
//! | method of [`ArmClient`] | what it does |
//! |---|---|
//! | [`get_billing_profile`] | gets a profile |
//! | [`list_billing_profiles`] | lists the profiles of an account, page by page |
//! | [`update_billing_profile`] | updates members and waits for the result |
//! | [`begin_update_billing_profile`] | begins an update and returns a [`Poller`] |
//! | [`resume`] | returns the poller of an update that another process began |
//! | [`delete_billing_profile`] | deletes a profile; api version 2024-04-01 only |
//! | [`begin_delete_billing_profile`] | begins a deletion and returns a [`Poller`]; 2024-04-01 only |
//! | [`resume_deletion`] | returns the poller of a deletion; 2024-04-01 only |
//! | [`check_delete_eligibility`] | tells whether a profile can be deleted; 2024-04-01 only |
//! | [`validate_address`] | checks an address; before 2024-04-01 |
//! | [`list_billing_permissions`] | lists what the caller may do; before 2024-04-01 |
//!
//! [`get_billing_profile`]: ArmClient::get_billing_profile
//! [`list_billing_profiles`]: ArmClient::list_billing_profiles
//! [`update_billing_profile`]: ArmClient::update_billing_profile
//! [`begin_update_billing_profile`]: ArmClient::begin_update_billing_profile
//! [`resume`]: ArmClient::resume
//! [`delete_billing_profile`]: ArmClient::delete_billing_profile
//! [`begin_delete_billing_profile`]: ArmClient::begin_delete_billing_profile
//! [`resume_deletion`]: ArmClient::resume_deletion
//! [`check_delete_eligibility`]: ArmClient::check_delete_eligibility
//! [`validate_address`]: ArmClient::validate_address
//! [`list_billing_permissions`]: ArmClient::list_billing_permissions
//!
//! Each request has a builder: `with_…` sets options of this request only, `preview()` returns the
//! request instead of sending it, and `.await` sends it.
//!
//! # Api versions
//!
//! A client speaks api version 2019-10-01-preview, or another one of [`ApiVersion`] after
//! [`with_api_version`](ArmClient::with_api_version). [`models`] has the types of the default, and
//! a module with those of each version, such as [`models::v2024_04_01`]. Code that is to work with
//! every version is generic over [`Version`] and uses [`common`], which also hides that `address`
//! became `billTo`.
//!
//! The service has `validateAddress` and `billingPermissions` in all three versions, and
//! `checkAccess` in 2024-04-01. The client does not have them in 2024-04-01, whose documents with
//! them are not imported.
//!
//! # Updates
//!
//! An update names only the members that change. The service may finish it at once, or accept it
//! and take its time: the [`Poller`] covers both. Await it, watch its
//! [`statuses`](Poller::statuses), or store its [`PollToken`], which exists as soon as the update
//! is accepted and resumes the wait in another process:
//!
//! ```no_run
//! # use arm_client::{ArmClient, models::BillingProfileUpdate};
//! # async fn example(
//! #     client: ArmClient,
//! #     account: &str,
//! #     profile: &str,
//! #     update: BillingProfileUpdate,
//! #     stored: Option<String>,
//! #     store: fn(String),
//! # ) -> Result<(), arm_client::Error> {
//! let begin = client.begin_update_billing_profile(account, profile, &update);
//! let poller = match stored {
//!     // Refused if it is the token of another update; the update is not sent again.
//!     Some(token) => begin.resume(token.parse()?)?,
//!     None => begin.await?,
//! };
//! if let Some(token) = poller.token() {
//!     store(token.to_string());
//! }
//! let updated = poller.await?;
//! # drop(updated);
//! # Ok(())
//! # }
//! ```
//!
//! An update is retried only if the service cannot have accepted it. If its outcome is unknown, the
//! profile is read back for up to two minutes ([`SendOptions::with_read_back`]) to see whether it
//! shows the change. Reads are retried as the [`RetryPolicy`] allows.
//!
//! A response about another profile than the requested one, or a list with a profile of another
//! account, is an error ([`Error::is_other_resource`]). [`Response::outcome`] compares the profile
//! in the response to an update with the update.
//!
//! The credential's token is sent to the [`Endpoint`] alone. If a cloud responds from another host,
//! name it with [`Endpoint::with_trusted_origin`].
//!
//! # Features
//!
//! - `rustls-ring` (default), `rustls-aws-lc`, `native-tls`: the TLS library. If several are
//!   enabled, the last of this list is used.
//! - `http2` (default): uses HTTP/2 with servers that offer it over TLS.
//! - `gzip`: accepts compressed responses, and limits their size when expanded.
//! - `otel`: sends `traceparent` with each request, from a `tracing-opentelemetry` 0.33 layer.
//! - `blocking`: the module `blocking`, the same client without async.
//! - `oauth`: `AppCredential` and `AppUserCredential`, tokens for an app registration.
//! - `azure-identity`: `AzureCredential`, any credential of the crate `azure_identity`.
//!
//! `billing_core` has more about each.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod begin_update_profile;
#[cfg(feature = "blocking")]
pub mod blocking;
mod check_delete_eligibility;
mod client;
pub mod common;
mod delete_profile;
#[cfg(feature = "__exact")]
#[doc(hidden)]
pub mod exact;
mod full_update;
mod get_profile;
mod list_permissions;
mod list_profiles;
mod options;
mod paging;
mod resource_id;
mod settled;
mod update_profile;
mod validate_address;
mod version;

pub use begin_update_profile::BeginUpdateBillingProfile;
#[cfg(feature = "azure-identity")]
pub use billing_core::AzureCredential;
pub use billing_core::{
    AccessToken, BoxFuture, CachedCredential, ClaimsChallenge, Clock, Cloud, Credential, Endpoint,
    Error, MemberPath, PollOptions, PollStatus, PollToken, Poller, RequestId, RequestPreview,
    Response, RetryBudget, RetryPolicy, Secret, SendOptions, ServiceError, ServiceErrorDetail,
    StaticToken, StoredValue, SystemClock, Throttle, ThrottleScope, TokenCredential,
    UnappliedMember, UpdateOutcome, Url, http,
};
#[cfg(feature = "oauth")]
pub use billing_core::{
    AppCredential, AppRegistration, AppUserCredential, RefreshTokenStore, StoreError, StoreLock,
};
pub use billing_models::arm as models;
pub use check_delete_eligibility::CheckDeleteEligibility;
pub use client::{API_VERSION, ArmClient, PUBLIC_ENDPOINT};
pub use delete_profile::{BeginDeleteBillingProfile, DeleteBillingProfile};
pub use get_profile::GetBillingProfile;
pub use list_permissions::BillingPermissionPager;
pub use list_profiles::BillingProfilePager;
pub use options::ArmClientOptions;
pub use resource_id::ResourceId;
pub use update_profile::UpdateBillingProfile;
pub use validate_address::ValidateAddress;
pub use version::{
    AddressValidation, ApiVersion, BillingPermissions, Expand, V2019_10_01Preview, V2020_05_01,
    V2024_04_01, Version,
};

/// The README, so that its sample is compiled.
#[doc = include_str!("../README.md")]
#[cfg(doctest)]
pub struct Readme;
