//! The shared parts of the billing clients: errors, credentials, sending, decoding, and
//! long-running operations.
//!
//! Users get these types from `partner-client` and `arm-client`; only this crate names the HTTP
//! library. An operation of a client builds a request, the pipeline adds ids and credential and
//! sends it, and the response is decoded into a [`Response`]. Every failure on that way is one
//! [`Error`].
//!
//! ```
//! use billing_core::{Endpoint, Secret};
//!
//! let endpoint: Endpoint = "http://127.0.0.1:8080".parse()?;
//! assert_eq!(endpoint.origin(), "http://127.0.0.1:8080");
//! assert_eq!(format!("{:?}", Secret::new("hush")), "Secret(***)");
//! # Ok::<(), billing_core::Error>(())
//! ```
//!
//! # Authentication
//!
//! A client takes any [`TokenCredential`], whose documentation tells which one to choose. [`Cloud`]
//! has the hosts and scopes.
//!
//! # Tracing
//!
//! With `tracing`, each operation is a span `billing operation` of the level `INFO`, with the
//! builder's name in `otel.name`, the ids that were sent, the attempts, and the kind of an error in
//! `error.type`. Each attempt is a span `HTTP request` in it, by OpenTelemetry's conventions for
//! HTTP clients, with the ids that were sent and returned if they are GUIDs. No span has a path, a
//! query or another header than `User-Agent`, and none repeats a response: neither a name nor a
//! token can get in.
//!
//! That is why `url.full`, which the conventions require, is left out: a path has the ids of
//! accounts and customers, and a query may have a filter by name or a signature. `url.scheme`,
//! `server.address` and `server.port` tell where a request was sent. Numbers are integers (`i64`),
//! as the conventions require.
//!
//! # Features
//!
//! The clients have the same features, under the same names.
//!
//! - `rustls-ring` (default): TLS by rustls with ring, with the platform's trust store.
//! - `rustls-aws-lc`: TLS by rustls with AWS's cryptography, which takes longer to build.
//! - `native-tls`: TLS by the system's library; on Linux that is OpenSSL, whose headers the build
//!   needs.
//!
//!   Of several, `native-tls` goes before `rustls-aws-lc`, and that before `rustls-ring`, since
//!   features of all crates of a program add up and the default is rarely chosen on purpose.
//!   Nothing is installed for the whole process. Without any of them, only plain `http` endpoints
//!   on loopback can be used.
//! - `http2` (default): uses HTTP/2 with servers that offer it over TLS; HTTP/1.1 without it.
//! - `gzip`: requests compressed responses. [`SendOptions::with_max_body`] limits their expanded
//!   size.
//! - `otel`: sends the W3C `traceparent` of the current span with each request, so that the service
//!   can continue the trace. The context is that of a `tracing-opentelemetry` 0.33 layer, or the
//!   current one of `opentelemetry` 0.32 if that layer leaves these spans out; the program's own
//!   propagator writes it. Without either, requests are sent as without the feature. It never
//!   replaces a token or an id.
//! - `blocking`: the module `blocking` of each client, for callers that are not async.
//! - `oauth`: `AppCredential` and `AppUserCredential`, tokens for an application that is registered
//!   in Microsoft Entra ID.
//! - `azure-identity`: `AzureCredential`, any credential of the crate `azure_identity`. It adds the
//!   crate `azure_core`; the program adds `azure_identity` itself.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(feature = "__client"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "only the client crates build and send requests"
    )
)]

#[cfg(feature = "blocking")]
pub mod blocking;
mod clock;
mod cloud;
mod correlation_vector;
mod credential;
mod decode;
mod endpoint;
mod error;
mod exchange;
mod headers;
mod identity;
mod ids;
mod option_setters;
mod outcome;
#[cfg(feature = "__client")]
pub mod pipeline;
#[cfg(not(feature = "__client"))]
mod pipeline;
mod poller;
mod preview;
mod response;
mod retry_after;
mod text;

pub use clock::{BoxFuture, Clock, SystemClock};
pub use cloud::Cloud;
pub use correlation_vector::CorrelationVector;
#[cfg(feature = "azure-identity")]
pub use credential::azure::AzureCredential;
pub use credential::cached::CachedCredential;
pub use credential::claims_challenge::ClaimsChallenge;
#[cfg(feature = "oauth")]
pub use credential::oauth::{
    app::AppCredential,
    app_registration::AppRegistration,
    app_user::AppUserCredential,
    store::{RefreshTokenStore, StoreError, StoreLock},
};
pub use credential::secret::Secret;
pub use credential::static_token::StaticToken;
pub use credential::token::AccessToken;
pub use credential::token_credential::{Credential, TokenCredential};
pub use decode::decode;
pub use endpoint::Endpoint;
#[cfg(feature = "__client")]
pub use endpoint::require_segment;
pub use error::Error;
pub use error::service::{ServiceError, ServiceErrorDetail};
pub use http;
pub use ids::{CorrelationId, RequestId};
pub use outcome::member_path::MemberPath;
pub use outcome::update_outcome::{StoredValue, UnappliedMember, UpdateOutcome};
pub use pipeline::options::SendOptions;
pub use pipeline::retry_policy::{RetryBudget, RetryPolicy};
pub use pipeline::throttle::Throttle;
pub use pipeline::throttle_scope::ThrottleScope;
pub use poller::Poller;
pub use poller::options::PollOptions;
pub use poller::status::PollStatus;
pub use poller::token::PollToken;
pub use preview::RequestPreview;
pub use response::Response;
pub use url::Url;

/// The README, so that its sample is compiled.
#[doc = include_str!("../README.md")]
#[cfg(doctest)]
pub struct Readme;
