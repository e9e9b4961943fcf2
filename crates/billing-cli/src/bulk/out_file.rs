//! The file that `-o` names.

use std::path::Path;

use crate::failure::{Failure, Result};

/// Refuses stdout, a folder, and a file in a folder that does not exist.
pub(super) fn check(out: &Path) -> Result {
    let name = out.to_string_lossy();
    if out == Path::new("-") {
        return Err(Failure::usage(
            "-o -: this file is not written to stdout",
            "name the file that is written",
        ));
    }
    if out.is_dir() {
        return Err(Failure::usage(
            format!("-o {name} is a folder"),
            "name the file that is written",
        ));
    }
    let folder = out.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::usage(
            format!("-o {name}: there is no folder {}", folder.display()),
            "create it, or name another one",
        ));
    }
    Ok(())
}

/// Returns the failure of a file that exists and that only `--overwrite` replaces.
pub(super) fn exists(out: &Path) -> Failure {
    Failure::usage(
        format!("{} exists already", out.display()),
        "name another file; --overwrite replaces it",
    )
}
