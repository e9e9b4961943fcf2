//! Billing profiles of Azure Resource Manager: get, list, update.
//!
//! ```
//! use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
//! use arm_client::{ArmClient, StaticToken};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let builder = billing_emulator::Emulator::builder().sample_data().polls_until_done(0);
//! # let emulator = builder.start().await?;
//! # let (endpoint, token) = (emulator.arm_url(), emulator.token().reveal());
//! # let (account, profile) = (billing_emulator::SAMPLE_ACCOUNT, billing_emulator::SAMPLE_PROFILE);
//! let client = ArmClient::new(endpoint.parse()?, StaticToken::new(token))?;
//! let update = BillingProfileUpdate::default()
//!     .properties(BillingProfilePropertiesUpdate::default().po_number("PO-2041"));
//! let updated = client.begin_update_billing_profile(account, profile, &update).send().await?.await?;
//! assert_eq!(updated.body().name.as_deref(), Some(profile));
//! # Ok(())
//! # }
//! ```
//!
//! The endpoint is [`PUBLIC_ENDPOINT`], that of another [`Cloud`], or an emulator.
//!
//! An update names only what shall change. The service may finish it at once, or accept it and take
//! its time: the [`Poller`] stands for both. Await it, watch its [`states`](Poller::statuses), or keep its
//! [`PollToken`], which exists as soon as the update is accepted and resumes the wait in another process:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let builder = billing_emulator::Emulator::builder().sample_data().polls_until_done(0);
//! # let emulator = builder.start().await?;
//! # let (account, profile) = (billing_emulator::SAMPLE_ACCOUNT, billing_emulator::SAMPLE_PROFILE);
//! # let credential = arm_client::StaticToken::new(emulator.token().reveal());
//! # let client = arm_client::ArmClient::new(emulator.arm_url().parse()?, credential)?;
//! # let update = arm_client::models::BillingProfileUpdate::default();
//! # let (kept, keep): (Option<String>, fn(String)) = (None, drop);
//! let update = client.begin_update_billing_profile(account, profile, &update);
//! let poller = match kept {
//!     // Only if it is the token of this very update; it is not sent again.
//!     Some(token) => update.resume(token.parse()?)?,
//!     None => update.send().await?,
//! };
//! if let Some(token) = poller.token() {
//!     keep(token.to_string());
//! }
//! let updated = poller.await?;
//! # drop(updated);
//! # Ok(())
//! # }
//! ```
//!
//! The token of the credential goes to the [`Endpoint`] alone. Where a cloud answers from another host,
//! [`Endpoint::with_trusted_origin`] names it.
//!
//! Each operation gives a builder: `with_…` sets options of this one call, `preview()` shows the
//! request instead of sending it, `send().await` sends it.
//!
//! What fails in passing is sent again as the [`RetryPolicy`] says. An update is sent again only where nothing can have
//! been accepted; if its outcome is unknown, the profile is read back for up to two minutes
//! ([`SendOptions::with_read_back`]) to see whether it shows the change.
//!
//! An answer that names another profile than the one that was asked for, or a list with one of another account, is an
//! [error](Error::is_other_resource). [`Response::outcome`] says whether the profile in the answer to an update shows
//! what was asked for.
//!
//! # Features
//!
//! - `rustls-ring` (default), `rustls-aws-lc`, `native-tls`: who does TLS. Of several, the last of this list does.
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
mod get_profile;
mod list_profiles;
mod options;
mod update_profile;

#[cfg(feature = "azure-identity")]
pub use billing_core::AzureCredential;
pub use billing_core::{
    AccessToken, BoxFuture, CachedCredential, ClaimsChallenge, Clock, Cloud, Credential, Endpoint,
    Error, MemberPath, PollOptions, PollStatus, PollStream, PollToken, Poller, RequestId,
    RequestPreview, Response, RetryBudget, RetryPolicy, Secret, SendOptions, ServiceError,
    ServiceErrorDetail, StaticToken, StoredValue, SystemClock, Throttle, ThrottleScope,
    TokenCredential, UnappliedMember, UpdateOutcome,
};
#[cfg(feature = "oauth")]
pub use billing_core::{
    AppCredential, AppRegistration, AppUserCredential, RefreshTokenStore, StoreError, StoreLock,
};
pub use billing_models::arm::v2019_10_01_preview as models;
pub use client::{API_VERSION, ArmClient, PUBLIC_ENDPOINT};
pub use get_profile::GetBillingProfile;
pub use list_profiles::BillingProfilePager;
pub use options::ArmClientOptions;
pub use update_profile::UpdateBillingProfile;
