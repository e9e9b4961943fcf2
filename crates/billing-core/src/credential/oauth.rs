//! Tokens from Microsoft Entra ID for an application that is registered there.

pub(crate) mod app;
pub(crate) mod app_registration;
pub(crate) mod app_user;
pub(crate) mod store;
mod token_endpoint;
mod token_response;
