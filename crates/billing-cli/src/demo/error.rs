//! The errors of the demonstrations. An `io::Error` among them is one of the screen.

use std::error::Error;

pub(super) type BoxError = Box<dyn Error + Send + Sync>;

/// Returns the error of a file or a process.
#[cfg(feature = "bulk")]
pub(super) fn other(error: std::io::Error) -> BoxError {
    error.to_string().into()
}
