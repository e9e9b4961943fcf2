//! The Resource Manager client, against scripted servers on loopback and a clock that does not
//! wait.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod blocking;
mod delete;
mod emulator;
mod expand;
mod list;
mod requests;
mod responses;
mod retry;
mod setup;
mod update;
mod versions;
