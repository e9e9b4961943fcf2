//! Signing in: the credential for a service, and the hints for when it has no token.

mod app;
#[cfg(feature = "azure-identity")]
mod azure;
pub(crate) mod hint;
mod request;
mod secret;
pub(crate) mod sign_in;
pub(crate) mod store;
