//! `cargo xtask bench`: figures as ratios of one run, printed as a table and kept as JSON under `target/bench/`.

pub mod build;
pub mod client;
pub mod codec;
pub mod emulator;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

/// The folder of the reports, made if it is not there.
fn reports(root: &Path) -> Result<PathBuf> {
    let folder = target_folder(root).join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// Runs a `[[bench]]` of a package, which prints its tables, and tells where its report is.
fn run_bench(root: &Path, package: &str, bench: &str) -> Result<()> {
    let report = reports(root)?.join(bench).with_extension("json");
    let arguments = ["bench", "--quiet", "--package", package, "--bench", bench];
    succeed(
        cargo(root)
            .args(arguments)
            .args(["--", "--json"])
            .arg(&report),
    )?;
    println!("{}", report.display());
    Ok(())
}

#[allow(
    clippy::disallowed_methods,
    reason = "cargo is asked where it builds through its own variable"
)]
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path))
}

#[allow(
    clippy::disallowed_methods,
    reason = "cargo says through its own variable which cargo runs us"
)]
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("starting {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
