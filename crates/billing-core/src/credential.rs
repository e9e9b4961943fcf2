//! Credentials: tokens, and where they come from.

#[cfg(feature = "azure-identity")]
pub(crate) mod azure;
pub(crate) mod cached;
pub(crate) mod claims_challenge;
#[cfg(any(feature = "azure-identity", feature = "oauth"))]
mod entra_error;
#[cfg(feature = "oauth")]
pub(crate) mod oauth;
pub(crate) mod secret;
pub(crate) mod sign_in_cause;
pub(crate) mod sign_in_failure;
pub(crate) mod static_token;
pub(crate) mod token;
pub(crate) mod token_credential;
mod www_authenticate;
