//! `cargo xtask bench codec`: how fast the models read and write, beside what else one could use.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::run_bench;
use crate::codegen::problem::Problems;
use crate::codegen::{self, Layout, manifest, render};

/// Where the benchmark expects typify's output, by target.
const BEFORE_PASSES: &[(&str, &str)] = &[
    ("arm_v2019_10_01_preview", "arm.rs"),
    ("partner_v1", "partner.rs"),
];

/// Refreshes what the benchmark compares with, runs it and prints its tables.
///
/// # Errors
///
/// When a spec is wrong, or when the benchmark does not build or run.
pub fn run(layout: &Layout) -> Result<()> {
    write_before_passes(layout)?;
    run_bench(&layout.root, "billing-models", "codec")
}

/// Writes what typify makes of each lowered spec before any pass, where the benchmark includes it.
fn write_before_passes(layout: &Layout) -> Result<()> {
    let folder = layout
        .root
        .join("crates/billing-models/benches/codec/before_passes");
    let targets = manifest::read(&layout.specs).map_err(Problems)?;
    for (module, file) in BEFORE_PASSES {
        let (entry, target) = targets
            .iter()
            .enumerate()
            .find(|(_, target)| target.module == *module)
            .ok_or_else(|| anyhow!("specs/sources.toml has no target `{module}`"))?;
        let spec = fs::read_to_string(layout.specs.join(&target.file))?;
        let spec = codegen::checked(target, entry, &spec).map_err(Problems)?;
        let text = format!(
            "// Written by `cargo xtask bench codec`: what typify makes of the lowered spec before our passes.\n\n{}",
            render::file(&codegen::typify(target, &spec)?)
        );
        write_if_changed(&folder.join(file), &text)?;
    }
    Ok(())
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}
