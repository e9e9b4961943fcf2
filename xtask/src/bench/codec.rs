//! `cargo xtask bench codec`: how fast the models read and write, beside what else one could use.

use anyhow::Result;

use super::run_bench;
use crate::codegen::Layout;

/// Runs the benchmark and prints its tables.
///
/// # Errors
///
/// When it does not build or run.
pub fn run(layout: &Layout) -> Result<()> {
    run_bench(&layout.root, "billing-models", "codec")
}
