//! Credentials of the services, and hints for a missing token.

mod app;
#[cfg(feature = "azure-identity")]
mod azure;
pub(crate) mod hint;
mod request;
mod secret;
pub(crate) mod sign_in;
pub(crate) mod store;
