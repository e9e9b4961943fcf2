//! `cargo xtask bench codec`: how fast the models read and write, beside what else one could use.

use anyhow::Result;

use super::{cargo, reports, succeed};
use crate::codegen::Layout;

/// Runs the benchmark and prints its tables.
///
/// # Errors
///
/// When it does not build or run.
pub fn run(layout: &Layout) -> Result<()> {
    let report = reports(&layout.root)?.join("codec.json");
    succeed(
        cargo(&layout.root)
            .args([
                "bench",
                "--quiet",
                "--package",
                "billing-models",
                "--bench",
                "codec",
                "--",
                "--json",
            ])
            .arg(&report),
    )?;
    println!("{}", report.display());
    Ok(())
}
