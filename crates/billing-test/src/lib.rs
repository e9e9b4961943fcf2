//! Support for the tests of several packages: a scripted server and a clock that does not wait.
//!
//! [`Server`] handles each connection by a [`Script`] and keeps the requests as [`Received`]. It
//! works on sockets, not on an HTTP library, so that it can misbehave:
//!
//! ```text
//! let server = Server::start(vec![Script::hang_up(), Script::json("{}")]).await;
//! // … two requests to server.origin() …
//! assert_eq!(server.lines(), ["GET / HTTP/1.1", "GET / HTTP/1.1"]);
//! ```
//!
//! [`TestClock`] records each sleep and ends it at once, so that no test waits:
//!
//! ```text
//! let clock = Arc::<TestClock>::default();
//! let options = SendOptions::default().with_clock(clock.clone());
//! // … a request that is sent again after 2 s …
//! assert_eq!(clock.seconds(), [2]);
//! ```
//!
//! [`let_pass`] does the same for the limits of requests, which are real time:
//!
//! ```text
//! let server = Server::start(vec![Script::hour_of_silence()]).await;
//! // … a request to server.origin() fails at once: its response came too late …
//! ```
//!
//! [`token_word`] makes resume tokens that no client would make. [`ServerProcess`] and its
//! functions are for benchmarks. The crate is a dev-dependency only. Its Rust API may change with
//! any commit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod clock;
mod options;
mod process;
mod received;
mod resume_token;
mod script;
mod server;

pub use clock::{TestClock, let_pass};
pub use options::{chain, once, persistent, sending};
pub use process::{ServerProcess, respond_forever, serve_for_parent};
pub use received::Received;
pub use resume_token::{TOKEN_VERSION, token_of_text, token_word};
pub use script::{Respond, Script, Step};
pub use server::Server;
