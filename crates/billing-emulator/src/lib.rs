//! Partner Center's customer billing profile, with what one needs around it, and Azure Resource
//! Manager's billing profile, served on loopback with state, for tests and demonstrations.
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
//! Where the services' documents and recordings say what happens, the emulator does that; where
//! they are silent it takes the plainest choice, and the code says so. Partner Center takes JSON,
//! XML and forms, and answers in JSON or XML as `Accept` says; XML is read as .NET reads it, so an
//! element out of its order is lost in silence. A long-running update is done after some polls or
//! after some time ([`EmulatorBuilder::operation_time`]), whichever comes first, so a client that never
//! polls finds it done as well. The latest 10,000 of these updates are remembered, those that run
//! for longer than those that ended; a poll of one that is forgotten is a 404. No answer waits
//! except for a planned delay.
//!
//! A Partner Center write that is sent again under its `MS-RequestId` is answered as it was and not
//! written again, for a day; the same id with another request is a conflict. Both services refuse
//! with 429 what comes faster than documented ([`EmulatorBuilder::without_throttles`] stops that). Both go
//! by the emulator's clock, which is the machine's, or one that stands until it is moved:
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
//! # Who reaches it
//!
//! Only this machine does, unless an address for others is given and [`EmulatorBuilder::exposed`] says so
//! again. What demands no token (the control API, the authority and, without authentication, the
//! services) is answered only under a name of this machine (`localhost` or a loopback address), so
//! that no stranger's web page reaches it by a name that was made to lead here. A name given with
//! `Builder::tls_name` is one of this machine's, too. Pages of other origins reach nothing, except
//! the services and the authority where [`EmulatorBuilder::cors`] says so.
//!
//! Absolute links in answers lead to the `Host` that a request was sent to, so they hold behind
//! another name or a mapped port. With `Builder::tls` (feature `tls`) everything is served by TLS,
//! under an authority that is made at each start.
//!
//! # How much memory it takes
//!
//! A request has at most 64 KiB and 100 headers, comes to the end of its head in 30 s and of its
//! body in 30 s more. A body has at most 1 MiB and 10,000 members and items; one of a request that
//! is refused for its host, its origin or its token is not kept. A connection whose caller reads
//! nothing of its response for 30 s is ended. [`EmulatorBuilder::max_connections`] are served at a time and
//! the others wait.
//!
//! All bodies that are read at a time take 64 MiB at most, and all responses that are not read yet
//! 256 MiB; the control API has 128 MiB and 256 MiB of its own. What finds no room for ten seconds
//! is refused with 503 before anything is done. All documents together take at most
//! [`EmulatorBuilder::documents_limit`], updates that wait included, and what a write changed, the
//! requests, the responses that are kept to be given again and the operations have a bound each.
//!
//! # Tokens
//!
//! Both services take [`Emulator::token`], which has no end. For whole flows there is an authority
//! beside them ([`Emulator::authority_url`]), to be named where a client names
//! `https://login.microsoftonline.com`:
//!
//! | request | answer |
//! |---|---|
//! | `POST /{tenant}/oauth2/v2.0/token` | an access token, by `client_credentials`, `refresh_token`, `authorization_code` (with a proof key, S256 or plain) or a device code |
//! | `GET /{tenant}/oauth2/v2.0/authorize` | back to `redirect_uri` at once, with a code for the same invented user: nobody is asked anything |
//! | `POST /{tenant}/oauth2/v2.0/devicecode` | a device code: its first poll is `authorization_pending` and its second has the tokens, unless a person approved or declined it before at `/devicelogin`; it expires after 15 minutes of the emulator's clock |
//! | `GET /{tenant}/v2.0/.well-known/openid-configuration`, `/common/discovery/instance`, `/{tenant}/discovery/v2.0/keys` | what libraries look up before |
//!
//! Microsoft's own libraries sign in by TLS only (`Builder::tls`, feature `tls`), and have to be
//! told not to ask the real authority about this one (`instance_discovery=False` in MSAL,
//! `disable_instance_discovery=True` in azure-identity).
//!
//! The first three are there without `v2.0`, too, with `resource` instead of `scope`. A tenant is a
//! GUID, a domain, `common` or `organizations`. Every client id is taken with any secret, until
//! applications are registered ([`EmulatorBuilder::app`]), which is also how signing in fails: [`SignIn`].
//! [`EmulatorBuilder::require_arm_mfa`] and [`PartnerMfa`] are what the services demand of users. Whatever
//! the reason, a refusal has Microsoft Entra ID's form and number.
//!
//! Access tokens are JSON Web Tokens for an hour of the emulator's clock
//! ([`EmulatorBuilder::token_lifetime`]). Each service takes those for its own audiences: the real ones, or
//! its address here, under any name of this machine and behind any mapped port. There are none for
//! Azure AD Graph (`https://graph.windows.net`), which is retired. A user's tokens say that there
//! was a second factor, as Partner Center demands; refresh tokens work for ninety days, over and
//! over ([`EmulatorBuilder::single_use_refresh_tokens`] stops that), codes once and for ten minutes. None
//! of them outlives the emulator. What cannot be used again is remembered for the latest 10,000.
//! Without any of it there is [`EmulatorBuilder::without_authentication`].
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
//! // The token has ended, and the client gets another one.
//! emulator.advance_clock(Duration::from_secs(3600))?;
//! client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID).send().await?;
//! # emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # The control API
//!
//! What this crate's functions say and do, for other programs: JSON, on a port of its own
//! ([`Emulator::control_url`]), without a token. A refusal is a status and `{"error": "what would
//! do"}`.
//!
//! | request | answer |
//! |---|---|
//! | `GET /api` | `{"partner", "arm", "control", "authority"}`: the base addresses |
//! | `GET /api/resources` | `[{"service", "id", "effective_writes", "resource"}]`: what is stored, and how many writes took effect |
//! | with `?service=partner` or `arm`, `id=` (the whole of it), `q=` (a part of the id or of the name), `limit=`, `offset=` | those of them; `X-Total-Count` says how many there are beyond the limit |
//! | `GET /api/resources/history?service=partner&id=…` | `[{"number", "time", "changes": [{"path", "before", "after"}]}]`: what its latest 50 writes changed, at most; `before` or `after` is absent where there was none or is none |
//! | `GET /api/requests`, `?limit=` for the latest alone | each [`LoggedRequest`] of the latest 10,000, the oldest first |
//! | `GET /api/throttles`, `?limit=` | `{"now", "buckets"}`: each [`ThrottleLevel`], the emptiest first |
//! | `GET /api/faults` | the [`FaultPlan`] in JSON with the seed in force, and of each fault how many requests have `fitted` it and how many it has `hit` |
//! | `PUT /api/faults` with a plan, `Content-Type: application/json` or `application/toml` | the same, after: the plan is replaced as a whole and counts from 0; `fitted` and `hit` may be left in it |
//! | `POST /api/faults/2` with `{"enabled": false}` | the same, after: the second fault is switched off, and nothing else changes |
//! | `GET /api/clock` | `{"now": "2026-01-31T08:30:00Z"}` |
//! | `POST /api/clock` with `{"advance_s": 60}` or `{"set": "2026-01-31T08:30:00Z"}` | the same, after |
//! | `GET /openapi.json` | the OpenAPI description of both services, of the authority and of this API |
//! | `GET /api/state` | every document: a [`Snapshot`] |
//! | `PUT /api/state` with one | the same, after every document was replaced |
//! | `POST /api/reset` | `{}`: everything is as it was at the start, the clock and the faults too |
//! | `GET /api/events` | server-sent events, for 16 callers at most: `hello` first, then `request`, `resource`, `clock`, `faults` and `reset` as they happen, and `missed` for one who read too slowly |
//!
//! All of that can be looked at, too: `GET /` is a page for a browser, which needs nothing from
//! elsewhere.
//!
//! No other web page can use this API through a browser: a request whose `Origin` is another, or
//! that `Sec-Fetch-Site` says comes from elsewhere, is refused with 403, and a body that is not
//! called `application/json` (or `application/toml`, for faults) with 415.

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
pub use options::{
    EmulatorOptions, LocationStyle, PartnerMfa, ReadOnlyMembers, StaleEtag, Throttles,
};
pub use sample::{
    SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_CUSTOMER_ID,
    SAMPLE_OTHER_PROFILE, SAMPLE_PROFILE, SAMPLE_TENANT_ID,
};
pub use service::Service;
pub use snapshot::Snapshot;
pub use store::{log::LoggedRequest, throttle::ThrottleLevel};
pub use token::Token;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
