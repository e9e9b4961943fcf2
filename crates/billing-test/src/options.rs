//! Options and errors as many tests need them.

use std::sync::Arc;
use std::time::Duration;

use billing_core::{Clock, RetryPolicy, SendOptions};

use crate::clock::TestClock;
use crate::server::Server;

/// Options that send every request once and read nothing back.
pub fn once() -> SendOptions {
    SendOptions::default()
        .with_retry(RetryPolicy::never())
        .with_read_back(Duration::ZERO)
}

/// Options that send a request up to four times, with pauses of one, two and four seconds, and read
/// a resource back for two minutes.
pub fn persistent(clock: &Arc<TestClock>) -> SendOptions {
    let policy = RetryPolicy::default()
        .with_backoff(Duration::from_secs(1), Duration::from_secs(60))
        .with_jitter(false);
    sending(clock)
        .with_retry(policy)
        .with_read_back(Duration::from_secs(120))
}

/// The options of [`once`] with the test's clock.
pub fn sending(clock: &Arc<TestClock>) -> SendOptions {
    once().with_clock(Arc::clone(clock) as Arc<dyn Clock>)
}

/// Returns an error and its causes, one per line, without what differs from run to run.
pub fn chain(error: &billing_core::Error, server: &Server) -> String {
    let mut lines = vec![error.to_string()];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        lines.push(error.to_string());
        cause = error.source();
    }
    lines.join("\n").replace(&server.origin(), "[origin]")
}
