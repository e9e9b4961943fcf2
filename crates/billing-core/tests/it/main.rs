//! The core's behaviour, against scripted servers on loopback and a clock that does not wait.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod azure;
mod blocking;
mod bounds;
mod cached_credential;
mod cloud;
mod correlation_vector;
mod decode;
mod effect;
mod endpoint;
mod entra;
mod error;
mod gzip;
mod id;
mod identity;
mod in_process;
mod oauth;
mod otel;
mod outcome;
mod pager;
mod poll_token;
mod poller;
mod poller_errors;
mod poller_links;
mod poller_lost;
mod poller_origins;
mod poller_outcome;
mod poller_reports;
mod poller_resource;
mod poller_stream;
mod retry;
mod secrets;
mod service_error;
mod setup;
mod throttle;
mod throttle_pauses;
mod transport;
mod unauthorized;
mod write_rule;
mod wrong_port;
