//! The HTTP layer of all four listeners: connections, requests, responses and routes.

pub(crate) mod budget;
pub(crate) mod connection;
pub(crate) mod content_length;
pub(crate) mod cors;
pub(crate) mod host;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod routes;
mod text;
#[cfg_attr(not(feature = "tls"), path = "http/tls/off.rs")]
pub(crate) mod tls;
