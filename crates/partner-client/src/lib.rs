//! Client of Partner Center for customer billing profiles: get, update and edit them, list
//! customers, and check a profile before it is written.
//!
//! ```no_run
//! use partner_client::{PUBLIC_ENDPOINT, PartnerClient, StaticToken};
//!
//! # async fn example(customer_id: &str) -> Result<(), partner_client::Error> {
//! let client = PartnerClient::new(PUBLIC_ENDPOINT.parse()?, StaticToken::new("…"))?;
//! let updated = client
//!     .edit_customer_billing_profile(customer_id, |profile| {
//!         profile.company_name = Some("Fabrikam, Inc.".to_owned());
//!     })
//!     .await?;
//! println!("{:?}", updated.body().company_name);
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
//! # Profiles
//!
//! The service takes and returns the whole profile. Members that the models do not know survive
//! get, change and update; members that are `None` are left out of the request. The profile's etag
//! is in `attributes.etag`, and is sent as `If-Match` unless [`IfMatch`] says otherwise.
//!
//! A success response does not prove that a change was stored: [`Response::outcome`] compares the
//! profile that came back with the one that was sent. A response about another customer is an error
//! ([`Error::is_other_resource`]).
//!
//! # Operations
//!
//! | method of [`PartnerClient`] | what it does |
//! |---|---|
//! | [`get_customer_billing_profile`] | gets the profile |
//! | [`update_customer_billing_profile`] | replaces the profile |
//! | [`edit_customer_billing_profile`] | reads, changes and writes it, again on a conflict |
//! | [`list_customers`], [`get_customer`], [`get_customer_company_profile`] | find the customer |
//! | [`validate_address`] | checks whether an address exists |
//! | [`get_country_validation_rules`], `preflight` | find members that the country's rules do not allow |
//!
//! [`get_customer_billing_profile`]: PartnerClient::get_customer_billing_profile
//! [`update_customer_billing_profile`]: PartnerClient::update_customer_billing_profile
//! [`edit_customer_billing_profile`]: PartnerClient::edit_customer_billing_profile
//! [`list_customers`]: PartnerClient::list_customers
//! [`get_customer`]: PartnerClient::get_customer
//! [`get_customer_company_profile`]: PartnerClient::get_customer_company_profile
//! [`validate_address`]: PartnerClient::validate_address
//! [`get_country_validation_rules`]: PartnerClient::get_country_validation_rules
//!
//! Each returns a builder: `with_…` sets options of this request only, `preview()` returns the
//! request instead of sending it, and `.await` sends it.
//!
//! Transient failures are retried as the [`RetryPolicy`] allows. An update whose outcome is unknown
//! is retried with the same `MS-RequestId`, so that the service recognizes it. After an error
//! response that nothing was done, it gets a new one ("Partner Center REST headers").
//!
//! # Media types
//!
//! Profiles are sent and requested as JSON unless [`PartnerClientOptions`] or a single request
//! chooses another [`MediaType`]; a response is read as its `Content-Type` says. In XML, elements
//! that the models do not know become members of `additional_properties` and are sent back as the
//! same elements:
//!
//! - An element of plain text becomes text under the name that JSON would give it, and a nil
//!   element becomes null.
//! - Any other element, or one of another namespace, is kept with its source text as
//!   `{"$xml": "…"}`. Other media types refuse it before anything is sent.
//! - XML refuses an unknown member that came as JSON and is more than text, a number or a boolean,
//!   since its elements are not known.
//!
//! # Headers
//!
//! Every request has an `MS-RequestId`, an `MS-CorrelationId` and an `MS-CV`, fresh or the
//! caller's. Each [`Response`] and [`Error`] has the ids that the service returned.
//! `MS-Contract-Version` is sent unless [turned
//! off](PartnerClientOptions::without_contract_version). `X-Locale` and
//! `MS-PartnerCenter-Application` are sent if they are set, [for the client](PartnerClientOptions)
//! or with `with_locale` and `with_application` of one request.
//!
//! # Features
//!
//! - `rustls-ring` (default), `rustls-aws-lc`, `native-tls`: the TLS library. If several are
//!   enabled, the last of this list is used.
//! - `xml` (default): profiles as XML ([`MediaType::Xml`]), and error responses in XML; needs
//!   `quick-xml`. Without it, XML is refused.
//! - `preflight` (default): `PartnerClient::preflight`; needs `regex`.
//! - `http2` (default): uses HTTP/2 with servers that offer it over TLS.
//! - `gzip`: accepts compressed responses, and limits their size when expanded.
//! - `otel`: sends `traceparent` with each request, from a `tracing-opentelemetry` 0.33 layer.
//! - `blocking`: the module `blocking`, the same client without async.
//! - `oauth`: `AppCredential` and `AppUserCredential`, tokens for an app registration.
//! - `azure-identity`: `AzureCredential`, any credential of the crate `azure_identity`.
//!
//! `billing_core` has more about each.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod customer_filter;
mod edit_profile;
mod etag;
#[cfg(feature = "__exact")]
#[doc(hidden)]
pub mod exact;
mod get_profile;
mod get_resource;
mod headers;
mod identity;
mod ids;
mod if_match;
mod list_customers;
mod media;
mod options;
#[cfg(feature = "preflight")]
mod preflight;
mod update_profile;
mod validate_address;

#[cfg(feature = "azure-identity")]
pub use billing_core::AzureCredential;
pub use billing_core::{
    AccessToken, BoxFuture, CachedCredential, ClaimsChallenge, Clock, Cloud, CorrelationId,
    CorrelationVector, Credential, Endpoint, Error, MemberPath, RequestId, RequestPreview,
    Response, RetryBudget, RetryPolicy, Secret, SendOptions, ServiceError, ServiceErrorDetail,
    StaticToken, StoredValue, SystemClock, Throttle, ThrottleScope, TokenCredential,
    UnappliedMember, UpdateOutcome, Url, http,
};
#[cfg(feature = "oauth")]
pub use billing_core::{
    AppCredential, AppRegistration, AppUserCredential, RefreshTokenStore, StoreError, StoreLock,
};
pub use billing_models::partner as models;
pub use client::{PUBLIC_ENDPOINT, PartnerClient};
pub use customer_filter::{CustomerField, CustomerFilter};
pub use edit_profile::EditCustomerBillingProfile;
pub use etag::usable_etag;
pub use get_profile::GetCustomerBillingProfile;
pub use get_resource::GetResource;
pub use if_match::IfMatch;
pub use list_customers::CustomerPager;
pub use media::{Accept, ContentType, MediaType};
pub use options::PartnerClientOptions;
#[cfg(feature = "preflight")]
pub use preflight::{Finding, FindingKind, Preflight, PreflightRefusal, preflight};
pub use update_profile::UpdateCustomerBillingProfile;
pub use validate_address::ValidateAddress;

/// The README, so that its sample is compiled.
#[doc = include_str!("../README.md")]
#[cfg(doctest)]
pub struct Readme;
