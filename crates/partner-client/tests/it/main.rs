//! The Partner Center client, against scripted servers on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod blocking;
mod customers;
mod edit;
mod edit_refusals;
mod emulator;
mod etag;
mod headers;
mod identity;
mod media;
mod operations;
mod preflight;
mod related;
mod requests;
mod retry;
mod setup;
