//! What to add, and how the files that belong to it are read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::codegen::text::with_line_feeds;

/// The version to add.
#[derive(Clone, Debug, Default)]
pub struct AddVersion {
    /// The module of `billing-models` that has the versions of the service, such as `arm`.
    pub face: String,
    /// The api version, such as `2024-04-01`.
    pub api_version: String,
    /// The Swagger or OpenAPI document.
    pub document: PathBuf,
    /// The ids of the operations; by default those that the manifest has for the version.
    pub operations: Vec<String>,
    /// The overlay, which is copied beside the spec.
    pub overlay: Option<PathBuf>,
    /// Keywords that are left out although they are not understood.
    pub allow: Vec<String>,
    /// When the document was read, such as `2026-11`; needed once.
    pub retrieved: Option<String>,
    /// Whether the snapshots of the models are written, too.
    pub snapshots: bool,
}

/// Files that belong to a version, with their new text.
pub(super) type Files = Vec<(PathBuf, String)>;

/// Reads a file; an error names it.
pub(super) fn read(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(with_line_feeds(text))
}
