//! The reports of the benchmarks.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::target_folder;

/// Returns the path of a benchmark's report and creates its folder.
///
/// # Errors
///
/// If the folder cannot be created.
pub(super) fn path(root: &Path, bench: &str) -> Result<PathBuf> {
    let folder = target_folder(root).join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    Ok(folder.join(bench).with_extension("json"))
}
