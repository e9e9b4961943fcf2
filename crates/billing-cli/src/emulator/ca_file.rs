//! `--ca-file`: what callers have to trust, for anybody to read.

use std::io::{self, Write as _};
use std::path::Path;

use crate::failure::{Exit, Failure};

/// Whoever waits for the file finds all of it.
pub(super) fn write(file: &Path, pem: &str) -> Result<(), Failure> {
    replace(file, pem).map_err(|error| {
        let doing = format!("--ca-file {}", file.display());
        let hint = "the folder must be there, and you must be allowed to write to it";
        Failure::new(Exit::Usage, error).during(doing).hint(hint)
    })
}

fn replace(file: &Path, pem: &str) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    // Else it would be its owner's alone, and callers may be others.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut new = builder.tempfile_in(folder)?;
    new.write_all(pem.as_bytes())?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}
