//! Messages, errors and the log on stderr. It is no failure if stderr cannot be written.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::AutoStream;

use crate::output::escape;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::output::stdout::write_line;
use crate::progress;

/// Whether a script reads stderr, and expects one JSON object there.
static FOR_SCRIPTS: AtomicBool = AtomicBool::new(false);

/// Sets whether a script reads stderr: then an error is one line of JSON, and there are no
/// messages.
pub(crate) fn set_for_scripts(it_is: bool) {
    FOR_SCRIPTS.store(it_is, Ordering::Relaxed);
}

pub(crate) fn is_for_scripts() -> bool {
    FOR_SCRIPTS.load(Ordering::Relaxed)
}

/// Writes a message for people. A script that reads JSON from stderr gets none, unless stderr is a
/// terminal.
pub(crate) fn say(message: impl Into<Painted>) {
    if !is_for_scripts() || io::stderr().is_terminal() {
        tell(message);
    }
}

/// Writes a message to stderr, even if a script reads it.
pub(crate) fn tell(message: impl Into<Painted>) {
    let message = message.into();
    let message = match Page::stderr().columns() {
        Some(columns) => message.wrapped(columns),
        None => message,
    };
    progress::suspend(|| {
        let mut err = AutoStream::auto(io::stderr().lock());
        let _ = write_line(&mut err, message.as_str());
    });
}

/// Writes a line of JSON to stderr, with everything hidden in it escaped.
pub(crate) fn write_json(line: &str) {
    let line = escape::json(line);
    progress::suspend(|| {
        let _ = write_line(&mut io::stderr().lock(), &line);
    });
}

/// Writes lines of other libraries, such as the log, to stderr.
pub(crate) fn relay(lines: &[u8]) {
    let lines = escape::lines(&String::from_utf8_lossy(lines));
    progress::suspend(|| {
        let _ = io::stderr().write_all(lines.as_bytes());
    });
}

/// Sends the message of a panic through [`relay`], with a backtrace if one was requested.
pub(crate) fn relay_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        let more = match backtrace.status() {
            BacktraceStatus::Captured => format!("{backtrace}\n"),
            _ => String::new(),
        };
        relay(format!("{panic}\n{more}").as_bytes());
    }));
}
