//! `cargo xtask bench emulator`: how many updates the emulator takes, beside a bare handler, and whether its memory stays flat.

use anyhow::Result;

use super::run_bench;
use crate::codegen::Layout;

/// Runs the benchmark and prints its tables.
///
/// # Errors
///
/// When it does not build or run.
pub fn run(layout: &Layout) -> Result<()> {
    run_bench(&layout.root, "billing-emulator", "updates")
}
