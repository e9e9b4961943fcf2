//! The log that `-v` asks for, and that of `billing emulator`: what the crates below say by way of `tracing`.
//!
//! They say neither tokens nor names, addresses or e-mails, at any level.

use std::io;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::output;

/// Writes the log to stderr: nothing for 0, operations and requests for 1, connections and further attempts for 2, and
/// for more all that the libraries on the way say, with their names.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        // A span has all that there is to say about a request when it is over.
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(|| Stderr)
        .with_ansi(false)
        .with_target(level == LevelFilter::TRACE)
        .without_time();
    // Somebody else in this process may have been first, and then their log is the log.
    let _ = subscriber.try_init();
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
