//! Reads documents of services as an [`Api`](super::api::Api).

pub mod checked_in;
pub mod document;
