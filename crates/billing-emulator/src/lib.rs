//! An emulator of Partner Center's customer billing profile and Azure Resource Manager's billing
//! profile, with state, on loopback, for tests and demonstrations.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID};
//!
//! let emulator = Emulator::builder().sample_data().start().await?;
//! // Give a client `emulator.partner_url()`, `emulator.arm_url()` and `emulator.token()`, let it
//! // work, and then look at what is really stored:
//! assert!(emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID).is_some());
//! assert_eq!(emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID), Some(0));
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The emulator does what the services' documents and recordings show; if they show nothing, it
//! does the simplest thing, and a comment notes that. Partner Center accepts JSON, XML and forms,
//! and responds in JSON or XML as `Accept` demands. XML is read as .NET reads it, so an element out
//! of order is lost silently. A long-running update succeeds after some polls or after some time
//! ([`EmulatorOptions::operation_time`]), whichever comes first, so it also succeeds if it is never
//! polled. The latest 10,000 operations are remembered; those that have ended are forgotten first.
//! A poll of a forgotten operation is a 404. Only a planned delay makes a response wait.
//!
//! A Partner Center write that is sent again with the same `MS-RequestId` within a day gets the
//! same response and is not done again; the same id with another request is a conflict. Both
//! services throttle requests with 429 at their documented rate limits
//! ([`EmulatorBuilder::without_rate_limits`] turns them off), or at others: [`RateLimit`]. All
//! times are those of the emulator's clock, which is the machine's, or one that stands until it is
//! moved:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::{Duration, SystemTime};
//!
//! use billing_emulator::Emulator;
//!
//! let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
//! let emulator = Emulator::builder().sample_data().clock_at(start).start().await?;
//! emulator.advance_clock(Duration::from_secs(60))?;
//! assert_eq!(emulator.now(), start + Duration::from_secs(60));
//! # emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Who can reach it
//!
//! Only this machine can, unless an address for others is given and [`EmulatorOptions::exposed`] is
//! set as well. Requests that need no token (to the control API, the authority and, without
//! authentication, the services) are served only under a name of this machine (`localhost` or a
//! loopback address), so that no foreign web page reaches the emulator through a name that was
//! pointed at this machine. A name given with `EmulatorBuilder::tls_name` is also one of this
//! machine. Pages of other origins reach nothing, except the services and the authority if
//! [`EmulatorBuilder::cors`] allows it.
//!
//! Absolute links in responses lead to the `Host` of the request, so they work behind another name
//! or a mapped port. With `EmulatorBuilder::tls` (feature `tls`) everything is served by TLS, with
//! a certificate authority that is generated at each start.
//!
//! # Limits
//!
//! A request has at most 64 KiB of head and 100 headers; its head may take 30 s, and its body 30 s
//! more. A body has at most 1 MiB and 10,000 members and items; the body of a request that is
//! refused for its host, its origin or its token is not kept. A connection is closed if its client
//! reads nothing of a response for 30 s. [`EmulatorOptions::max_connections`] are served at a time,
//! and further ones wait.
//!
//! All bodies that are being read take at most 64 MiB together, and all responses that are not read
//! yet 256 MiB; the control API has 128 MiB and 256 MiB of its own. A request without room for ten
//! seconds is refused with 503 before anything is done. All documents together take at most
//! [`EmulatorOptions::documents_limit`], including updates that wait to be written, of which there
//! are at most 64 MiB. The history, the request log, the idempotency records and the operations
//! have a limit each.
//!
//! # Tokens
//!
//! Both services accept [`Emulator::token`], which does not expire. For whole sign-in flows there
//! is an authority ([`Emulator::authority_url`]), which a client uses instead of
//! `https://login.microsoftonline.com`:
//!
//! | request | response |
//! |---|---|
//! | `POST /{tenant}/oauth2/v2.0/token` | an access token for `client_credentials`, `refresh_token`, `authorization_code` (with a proof key, S256 or plain) or a device code |
//! | `GET /{tenant}/oauth2/v2.0/authorize` | a redirect to `redirect_uri` with a code, always for the same invented user and without a question |
//! | `POST /{tenant}/oauth2/v2.0/devicecode` | a device code: its first poll is `authorization_pending` and its second gets the tokens, unless a person approved or declined it before at `/devicelogin`; it expires after 15 minutes of the emulator's clock |
//! | `GET /{tenant}/v2.0/.well-known/openid-configuration`, `/common/discovery/instance`, `/{tenant}/discovery/v2.0/keys` | the metadata that libraries read first |
//!
//! Microsoft's own libraries sign in by TLS only (`EmulatorBuilder::tls`, feature `tls`), and must
//! be told not to validate this authority with the real one (`instance_discovery=False` in MSAL,
//! `disable_instance_discovery=True` in azure-identity).
//!
//! The first three are also served without `v2.0`, with `resource` instead of `scope`. A tenant is
//! a GUID, a domain, `common` or `organizations`. Every client id is accepted with any secret,
//! until applications are registered ([`EmulatorBuilder::app`]), which also makes sign-ins fail:
//! [`SignIn`]. [`EmulatorOptions::require_arm_mfa`] and [`PartnerMfa`] are the services' demands on
//! users. Every error has Microsoft Entra ID's form and number.
//!
//! Access tokens are JSON Web Tokens that are valid for an hour of the emulator's clock
//! ([`EmulatorOptions::token_lifetime`]). Each service accepts tokens for its own audiences: the
//! real ones, or its address here, under any name of this machine and behind any mapped port. There
//! are none for Azure AD Graph (`https://graph.windows.net`), which is retired. A user's tokens
//! show a second factor, as Partner Center demands. Refresh tokens are valid for ninety days and
//! can be used again ([`EmulatorOptions::single_use_refresh_tokens`] changes that); codes are valid
//! once and for ten minutes. No token is valid in another run. The latest 10,000 redeemed codes and
//! tokens are remembered. [`EmulatorBuilder::without_authentication`] turns all of this off.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use billing_emulator::{Emulator, SAMPLE_CUSTOMER_ID, SAMPLE_TENANT_ID};
//! use partner_client::{AppCredential, AppRegistration, Cloud, PartnerClient, Secret};
//!
//! let emulator = Emulator::builder().sample_data().start().await?;
//! let cloud = Cloud::public().with_authority(&emulator.authority_url().parse()?);
//! let client_id = "5f0c2b1e-0000-4000-8000-000000000001";
//! let app = AppRegistration::new(&cloud, SAMPLE_TENANT_ID, client_id, Secret::new("any"));
//! let credential = AppCredential::for_partner_center(&app)?;
//! let client = PartnerClient::new(emulator.partner_url().parse()?, credential)?;
//! client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID).send().await?;
//! // The token expires, and the client gets another one.
//! emulator.advance_clock(Duration::from_secs(3600))?;
//! client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID).send().await?;
//! # emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # The control API
//!
//! The methods of [`Emulator`] for other programs: JSON, on a port of its own
//! ([`Emulator::control_url`]), without a token. An error response is a status and
//! `{"error": "what is wrong, and what is valid"}`.
//!
//! | request | response |
//! |---|---|
//! | `GET /api` | `{"partner", "arm", "control", "authority"}`: the base addresses |
//! | `GET /api/resources` | `[{"service", "id", "effective_writes", "resource"}]`: the stored documents, and how many writes took effect |
//! | with `?service=partner` or `arm`, `id=` (a whole id), `q=` (a part of the id or of the name), `limit=`, `offset=` | the matching ones; `X-Total-Count` is their number without the limit |
//! | `GET /api/resources/history?service=partner&id=…` | `[{"number", "time", "changes": [{"path", "before", "after"}]}]`: the changes of its latest 50 writes; `before` or `after` is absent if the member was or is absent |
//! | `GET /api/requests`, `?limit=` for the latest | the latest 10,000, each a [`LoggedRequest`], the oldest first |
//! | `GET /api/rate-limits`, `?limit=` | `{"now", "limits", "levels"}`: each [`RateLimit`] in force, and each [`RateLimitLevel`], the emptiest first |
//! | `PUT /api/rate-limits` with `{"limits": ["bucket arm.write=200,10/s"]}` | the same, after all limits were replaced; `now` and `levels` are ignored in the request |
//! | `GET /api/faults` | the [`FaultPlan`] in JSON with the seed in force, and for each fault the number of requests that `fitted` it and that it `hit` |
//! | `PUT /api/faults` with a plan, `Content-Type: application/json` or `application/toml` | the same, after the plan was replaced as a whole, with counts of 0; `fitted` and `hit` are ignored in the request |
//! | `POST /api/faults/2` with `{"enabled": false}` | the same, after the second fault was switched off |
//! | `GET /api/clock` | `{"now": "2026-01-31T08:30:00Z"}` |
//! | `POST /api/clock` with `{"advance_s": 60}` or `{"set": "2026-01-31T08:30:00Z"}` | the same, after the change |
//! | `GET /openapi.json` | the OpenAPI description of both services, the authority and this API |
//! | `GET /api/state` | every document, as a [`Snapshot`] |
//! | `PUT /api/state` with one | the same, after every document was replaced |
//! | `POST /api/reset` | `{}`, after everything was put back to the start, including the clock and the faults |
//! | `GET /api/events` | server-sent events, for at most 16 clients: `hello` first, then `request`, `resource`, `clock`, `faults` and `reset` as they happen, and `missed` for a client that reads too slowly |
//!
//! `GET /` is a page for a browser that shows all of this, and loads nothing from other servers.
//!
//! No other web page can use this API through a browser: a request with another `Origin`, or with a
//! `Sec-Fetch-Site` of another site, is refused with 403, and a body with another media type than
//! `application/json` (or `application/toml` for faults) with 415.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod arm;
mod auth;
mod authority;
mod builder;
mod clock;
mod context;
mod contract;
mod control;
mod countries;
mod description;
mod emulator;
mod error;
mod faults;
mod http;
mod ids;
mod in_process;
mod merge_patch;
mod options;
mod partner;
mod rate_limits;
mod sample;
mod server;
mod service;
mod signing;
mod snapshot;
mod store;
mod synthetic;
#[cfg(feature = "__test")]
mod test_access;
mod token;
mod weight;

pub use authority::registration::{App, SignIn};
pub use builder::EmulatorBuilder;
pub use description::OPENAPI;
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{
    fault::{Fault, Garbage, OperationOutcome},
    plan::FaultPlan,
};
pub use in_process::{Handled, Sent};
pub use options::{
    ArmRateLimits, EmulatorOptions, LocationStyle, PartnerMfa, ReadOnlyMembers, StaleEtag,
};
pub use rate_limits::{
    active::RateLimitLevel,
    limit::{OperationClass, RateLimit, RateLimitScope, RemainingHeader, RetryAfter},
};
pub use sample::{
    SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_OTHER_PROFILE, SAMPLE_PROFILE, SAMPLE_TENANT_ID,
};
pub use service::Service;
pub use snapshot::Snapshot;
pub use store::log::LoggedRequest;
pub use token::Token;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
