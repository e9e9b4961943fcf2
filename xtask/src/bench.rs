//! `cargo xtask bench`: measures as ratios within one run, prints a table and writes JSON under
//! `target/bench/`.

pub mod build;
mod report;

use std::path::Path;

use anyhow::Result;

use crate::process::{cargo, succeed};

/// Runs a `[[bench]]` of a package, which prints its tables, and prints the path of its report.
///
/// # Errors
///
/// If the benchmark does not build or fails.
pub fn run(root: &Path, package: &str, bench: &str) -> Result<()> {
    let report = report::path(root, bench)?;
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
