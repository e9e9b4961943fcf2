//! Customer billing profiles of Partner Center: get, update, edit, and what one needs around that.
//!
//! ```
//! use partner_client::{PartnerClient, StaticToken};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let builder = billing_emulator::Emulator::builder().sample_data();
//! # let emulator = builder.start().await?;
//! # let (endpoint, token) = (emulator.partner_url(), emulator.token().reveal());
//! # let customer_id = billing_emulator::SAMPLE_CUSTOMER_ID;
//! let client = PartnerClient::new(endpoint.parse()?, StaticToken::new(token))?;
//! let updated = client
//!     .edit(customer_id, |profile| {
//!         profile.company_name = Some("Fabrikam, Inc.".to_owned());
//!     })
//!     .send()
//!     .await?;
//! assert_eq!(updated.body().company_name.as_deref(), Some("Fabrikam, Inc."));
//! # Ok(())
//! # }
//! ```
//!
//! The endpoint is [`PUBLIC_ENDPOINT`], that of another [`Cloud`], or an emulator.
//!
//! The service takes and returns the whole profile. Members that the models do not know survive
//! get, change and update; members left `None` are left out of the request. The profile's etag
//! travels in `attributes.etag`, and as `If-Match` unless [`IfMatch`] says otherwise.
//!
//! Around an update: [`list_customers`](PartnerClient::list_customers) and
//! [`get_customer`](PartnerClient::get_customer) find whose profile it is,
//! [`validate_address`](PartnerClient::validate_address) asks whether an address exists, and
//! [`preflight`](PartnerClient::preflight) says which members the country's rules will not let
//! through.
//!
//! Each operation gives a builder: `with_…` sets options of this one call, `preview()` shows the
//! request instead of sending it, `send().await` sends it.
//!
//! A success of the service is not yet one of the change: [`Response::outcome`] compares what came
//! back with what was sent. An answer about another customer is an error
//! ([`Error::is_other_resource`]).
//!
//! What fails in passing is sent again as the [`RetryPolicy`] says. An update whose outcome is
//! unknown goes out with the same `MS-RequestId`, by which the service recognises it; after a
//! refusal it gets a new one ("Partner Center REST headers").
//!
//! # Media types
//!
//! Profiles are sent and asked for as JSON unless [`PartnerClientOptions`] or a single call says
//! otherwise; an answer is read as what its `Content-Type` says it is. In XML, elements that the
//! models do not know become members of `additional_properties` and go back as the same elements:
//! one of plain text is a text under the name that JSON would give it, one that is nil is null, and
//! any other, or one of a foreign namespace, is kept with its source text as `{"$xml": "…"}`. The
//! last two are refused in any other media type, before anything is sent; so is, in XML, an unknown
//! member that came as JSON and is more than a text, a number or a boolean, since nobody knows its
//! elements.
//!
//! # Headers
//!
//! Every request has an `MS-RequestId`, an `MS-CorrelationId` and an `MS-CV`, fresh or the
//! caller's, and the ids that the service answers with are on each [`Response`] and [`Error`].
//! `MS-Contract-Version` is sent unless [left out](PartnerClientOptions::without_contract_version);
//! `X-Locale` and `MS-PartnerCenter-Application` are sent where they are chosen, [for the
//! client](PartnerClientOptions) or by `with_locale` and `with_application` of one call.
//!
//! # Features
//!
//! - `rustls-ring` (default), `rustls-aws-lc`, `native-tls`: who does TLS. Of several, the last of
//!   this list does.
//! - `http2` (default): uses HTTP/2 with servers that offer it over TLS.
//! - `gzip`: asks for compressed answers, and limits what they expand to.
//! - `otel`: sends `traceparent` with each request, from a `tracing-opentelemetry` 0.33 layer.
//! - `blocking`: the module `blocking`, the same client without async.
//! - `oauth`: `AppCredential` and `AppUserCredential`, tokens for an app registration.
//! - `azure-identity`: `AzureCredential`, any credential of the crate `azure_identity`.
//!
//! `billing_core` says more about each.

#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod country_rules;
mod customer_filter;
mod edit_profile;
mod etag;
mod get_profile;
mod get_resource;
mod headers;
mod identity;
mod ids;
mod if_match;
mod list_customers;
mod media;
mod options;
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
    UnappliedMember, UpdateOutcome,
};
#[cfg(feature = "oauth")]
pub use billing_core::{
    AppCredential, AppRegistration, AppUserCredential, RefreshTokenStore, StoreError, StoreLock,
};
pub use billing_models::partner as models;
pub use client::{PUBLIC_ENDPOINT, PartnerClient};
pub use country_rules::GetCountryValidationRules;
pub use customer_filter::{CustomerField, CustomerFilter};
pub use edit_profile::EditCustomerBillingProfile;
pub use etag::usable_etag;
pub use get_profile::GetCustomerBillingProfile;
pub use get_resource::{GetCustomer, GetCustomerCompanyProfile};
pub use if_match::IfMatch;
pub use list_customers::CustomerPager;
pub use media::{Accept, ContentType, MediaType};
pub use options::PartnerClientOptions;
pub use preflight::{Finding, FindingKind, Preflight, PreflightRefusal, preflight};
pub use update_profile::UpdateCustomerBillingProfile;
pub use validate_address::ValidateAddress;
