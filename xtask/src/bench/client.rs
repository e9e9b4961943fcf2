//! `cargo xtask bench client`: what an update through the clients costs, beside a loop that calls reqwest itself.

use anyhow::Result;

use super::run_bench;
use crate::codegen::Layout;

/// Runs the benchmark and prints its tables.
///
/// # Errors
///
/// When the benchmark does not build or run.
pub fn run(layout: &Layout) -> Result<()> {
    run_bench(&layout.root, "arm-client", "client")
}
