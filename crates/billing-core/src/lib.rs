//! What the billing clients share: errors, credentials, sending, decoding, long-running operations.
//!
//! Users meet these types through `partner-client` and `arm-client`; only this crate names the HTTP
//! library. The way of a request: an operation of a client builds a [`pipeline::Request`],
//! [`pipeline::Transport`] adds ids and credential and sends it, the answer is decoded into a
//! [`Response`]. What goes wrong anywhere on that way is one [`Error`].
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
//! # Signing in
//!
//! Any [`TokenCredential`] will do; its documentation says which one suits. [`Cloud`] knows the hosts
//! and scopes.
//!
//! # Seeing
//!
//! With `tracing`, each operation is a span `billing operation` of the level `INFO`, named in `otel.name` as its
//! builder is, with the ids that were sent, the attempts, and in `error.type` what came of it. Each attempt is a span
//! `HTTP request` in it, by OpenTelemetry's conventions for HTTP clients, with the ids that were sent and returned if
//! they are GUIDs. No span has a path, a query or another header but `User-Agent`, and none repeats an answer: neither
//! a name nor a token can come in.
//!
//! That is why `url.full`, which the conventions require, is left out: a path has the ids of
//! accounts and customers, and a query may have a filter by name or a signature. `url.scheme`,
//! `server.address` and `server.port` say where a request went. Numbers are integers (`i64`), as
//! the conventions want them.
//!
//! # Features
//!
//! The clients have the same features, under the same names.
//!
//! - `rustls-ring` (default): TLS by rustls with ring, trusting what the platform trusts.
//! - `rustls-aws-lc`: TLS by rustls with AWS's cryptography, which takes longer to build.
//! - `native-tls`: TLS by the system's library, which on Linux is OpenSSL, with its headers to build against.
//!
//!   Of several, `native-tls` goes before `rustls-aws-lc`, and that before `rustls-ring`, since features of all crates
//!   of a program add up and the default is rarely meant. Nothing is installed for the whole process. Without any, only
//!   plain `http` endpoints on loopback can be used.
//! - `http2` (default): uses HTTP/2 with servers that offer it over TLS. Without it, requests use HTTP/1.1.
//! - `gzip`: asks for compressed answers. [`SendOptions::with_max_body`] limits what they expand to.
//! - `otel`: sends the W3C `traceparent` of the current span with each request, so that traces go on in the service.
//!   It is taken from a `tracing-opentelemetry` 0.33 layer, or from the current context of `opentelemetry` 0.32 where that
//!   layer leaves these spans out, and put on by the propagator that the program has set there. Without either, requests
//!   leave as they do without the feature; in no case can it put another token or another id on them.
//! - `blocking`: the module `blocking` of each client, for callers that are not async.
//! - `oauth`: `AppCredential` and `AppUserCredential`, tokens for an application that is registered in
//!   Microsoft Entra ID.
//! - `azure-identity`: `AzureCredential`, any credential of the crate `azure_identity`. It brings the
//!   crate `azure_core`; the other is the program's own choice.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
mod outcome;
pub mod pipeline;
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
pub use endpoint::{Endpoint, require_segment};
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
pub use poller::stream::PollStream;
pub use poller::token::PollToken;
pub use preview::RequestPreview;
pub use response::Response;
pub use url::Url;
