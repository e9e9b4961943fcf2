//! The behaviour of bulk runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod export;
mod guarantees;
mod input;
mod journal;
mod output;
mod pacing;
mod plan;
mod planner;
mod receipt;
mod report;
mod run;
mod simulation;
mod support;
mod targets;
mod versions;
