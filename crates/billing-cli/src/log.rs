//! The log on stderr: `-v`, and the requests of `billing emulator`.
//!
//! The crates log through `tracing`, and at no level tokens, names, addresses or e-mails.

mod requests;

use std::io;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::output::stderr::relay;
use requests::Requests;

/// Starts the log. Verbosity 0 logs nothing, 1 a line for each request, 2 connections and retries
/// with all fields of the spans, and more than that everything of all libraries, with their names.
///
/// `is_emulator` tells that the requests are those that the command receives.
pub(crate) fn start(verbosity: u8, is_emulator: bool) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let log = tracing_subscriber::fmt::layer()
        .with_writer(|| Stderr)
        .with_ansi(false)
        .with_target(level == LevelFilter::TRACE)
        .without_time();
    let is_for_people = verbosity == 1 && !is_emulator;
    let requests = is_for_people.then_some(Requests);
    // A span has all facts about a request when it closes.
    let log = log.with_span_events(FmtSpan::CLOSE);
    let log = (!is_for_people).then_some(log);
    // This process may have a log already, which then stays.
    let _ = tracing_subscriber::registry()
        .with(requests.with_filter(level))
        .with(log.with_filter(level))
        .try_init();
}

/// Stderr, without the progress line. It is no failure if it cannot be written.
struct Stderr;

impl io::Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        relay(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
