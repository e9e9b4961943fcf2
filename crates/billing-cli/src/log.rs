//! The log that `-v` asks for, and that of `billing emulator`: what the crates below say by way of `tracing`.
//!
//! They say neither tokens nor names, addresses or e-mails, at any level.

mod requests;

use std::io;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::output;
use requests::Requests;

/// Writes the log to stderr: nothing for 0, a line for each request for 1, connections and further attempts with all
/// that spans record for 2, and for more all that the libraries on the way say, with their names.
///
/// `is_emulator` is for the command whose requests are those that it gets.
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
    // A span has all that there is to say about a request when it is over.
    let log = log.with_span_events(FmtSpan::CLOSE);
    let log = (!is_for_people).then_some(log);
    // Somebody else in this process may have been first, and then their log is the log.
    let _ = tracing_subscriber::registry()
        .with(requests.with_filter(level))
        .with(log.with_filter(level))
        .try_init();
}

/// Stderr, with the running line out of the way. A log that nobody listens to is no failure.
struct Stderr;

impl io::Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        output::relay(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
