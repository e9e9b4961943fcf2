//! Running cargo and other programs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Returns the folder that cargo builds into.
#[allow(
    clippy::disallowed_methods,
    reason = "cargo takes its target folder from this variable"
)]
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path))
}

/// Returns a command that runs cargo in a folder, the same cargo that runs this program.
#[allow(
    clippy::disallowed_methods,
    reason = "cargo passes its own path in this variable"
)]
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder);
    command
}

/// Runs a command to its end.
///
/// # Errors
///
/// If it cannot be started or does not succeed.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    output(command.stdout(Stdio::inherit())).map(drop)
}

/// Runs a command to its end and returns its standard output.
///
/// # Errors
///
/// If it cannot be started, does not succeed or prints other text than UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("starting {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
