//! The emulator over HTTP: each test starts one and sends requests to it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod arm;
mod arm_list;
mod arm_merge;
mod arm_update;
mod arm_versions;
mod authority;
mod authority_codes;
mod authorization;
mod bodies;
mod bounds;
mod browsers;
mod bulk;
mod clients;
mod clock;
mod conformance;
mod connections;
mod control;
mod device_codes;
mod etag;
mod events;
mod exposed;
mod faults;
mod front_door;
mod fuzz;
mod guard;
mod idempotency;
mod in_process;
mod lifecycle;
mod media;
mod mfa;
mod openapi;
mod operation_time;
mod partner;
mod rate_limit_settings;
mod rate_limits;
mod related;
mod sign_in;
mod snapshot;
mod support;
mod synthetic;
#[cfg(feature = "tls")]
mod tls;
mod tokens;
