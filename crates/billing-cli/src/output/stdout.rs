//! Data and tables on stdout.

use std::io::{self, IsTerminal as _};

use anstream::AutoStream;

use crate::failure::{Failure, Result};
use crate::interrupt::interruptible;
use crate::output::escape;
use crate::output::painted::Painted;

/// Prints data and a line end: byte for byte, except on a terminal, where hidden characters are
/// escaped as in JSON.
///
/// # Errors
/// A closed pipe, which ends the command with success; any other failure to write.
pub(crate) fn print(data: &str) -> Result {
    interruptible(|| write_data(data)).map_err(Failure::output)
}

/// Prints a line that its reader acts on while the command continues. A signal stops the command as
/// usual, instead of ending the process at once.
///
/// # Errors
/// See [`print`].
pub(crate) fn announce(line: &str) -> Result {
    write_announcement(line).map_err(Failure::output)
}

/// Writes a line as [`announce`] does.
///
/// # Errors
/// Any failure to write, a closed pipe included.
pub(crate) fn write_announcement(line: &str) -> io::Result<()> {
    write_line(&mut io::stdout().lock(), line)
}

/// Replaces stdout by the null device, so that its reader finds the end. Stdout stays open where
/// there is no such device.
pub(crate) fn close_stdout() {
    #[cfg(unix)]
    if let Ok(null) = std::fs::File::create("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(null);
    }
}

/// Prints text for people and a line end.
///
/// # Errors
/// See [`print`].
pub(crate) fn show(text: impl Into<Painted>) -> Result {
    let text = text.into();
    interruptible(|| write_line(&mut AutoStream::auto(io::stdout().lock()), text.as_str()))
        .map_err(Failure::output)
}

/// Prints resume tokens and a line end.
///
/// # Errors
/// Any failure to write all of it, a closed pipe included. If stdout was closed from the start,
/// Rust's runtime has replaced it by the null device, which counts as not written.
pub(crate) fn print_tokens(tokens: &str) -> io::Result<()> {
    if stdout_is_null()? {
        return Err(io::Error::other("it is closed or the null device"));
    }
    write_data(tokens)
}

#[cfg(unix)]
fn stdout_is_null() -> io::Result<bool> {
    use std::fs::{File, metadata};
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?).metadata()?;
    let is_null = |null: std::fs::Metadata| {
        stdout.file_type().is_char_device() && null.rdev() == stdout.rdev()
    };
    // Where there is no such device, stdout is none.
    Ok(metadata("/dev/null").is_ok_and(is_null))
}

/// Elsewhere a stdout that is closed refuses to be written to.
#[cfg(not(unix))]
fn stdout_is_null() -> io::Result<bool> {
    Ok(false)
}

fn write_data(data: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        write_line(&mut out, &escape::json(data))
    } else {
        write_line(&mut out, data)
    }
}

pub(super) fn write_line(to: &mut impl io::Write, text: &str) -> io::Result<()> {
    writeln!(to, "{}", text.trim_end_matches('\n'))?;
    to.flush()
}
