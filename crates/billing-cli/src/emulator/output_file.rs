//! The file of `--save` or `--ca-file`: written as a whole or not at all.

use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// A file that could be written when it was checked.
pub(super) struct OutputFile {
    option: &'static str,
    named: PathBuf,
    /// Behind links.
    path: PathBuf,
}

/// Who may read a new file.
#[derive(Clone, Copy)]
pub(super) enum Readers {
    /// Only its owner; an existing file keeps its permissions.
    Owner,
    /// Everybody; only its owner may change it.
    Everybody,
}

impl OutputFile {
    /// Checks whether the file can be written, before anything is served.
    ///
    /// # Errors
    /// A usage failure for a path that is not a regular file, or in a folder that cannot be
    /// written.
    pub(super) fn check(option: &'static str, named: &Path) -> Result<Self> {
        let path = fs::canonicalize(named).unwrap_or_else(|_| named.to_owned());
        let file = Self {
            option,
            named: named.to_owned(),
            path,
        };
        // An existing file is replaced: a device, or a dangling link, would be lost.
        if fs::symlink_metadata(&file.path).is_ok_and(|present| !present.is_file()) {
            return Err(file.failed(
                Exit::Usage,
                "it is not a regular file",
                "name a regular file, or a new one",
            ));
        }
        let tried = NamedTempFile::new_in(file.folder());
        let hint = "the folder must exist, and you need the permission to write to it";
        tried.map_err(|error| file.failed(Exit::Usage, error, hint))?;
        Ok(file)
    }

    /// Replaces the file. Readers find the old or the new content, also after a crash. `hint`
    /// explains a failure.
    pub(super) fn write(&self, bytes: &[u8], readers: Readers, hint: &str) -> Result {
        self.replace(bytes, readers)
            .map_err(|error| self.failed(Exit::Failed, error, hint))
    }

    fn replace(&self, bytes: &[u8], readers: Readers) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(self.folder())?;
        file.write_all(bytes)?;
        let permissions = match readers {
            Readers::Owner => fs::metadata(&self.path).ok().map(|file| file.permissions()),
            Readers::Everybody => everybody(),
        };
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        #[cfg(unix)]
        fs::File::open(self.folder())?.sync_all()?;
        Ok(())
    }

    fn folder(&self) -> &Path {
        let folder = self.path.parent();
        let folder = folder.filter(|folder| *folder != Path::new(""));
        folder.unwrap_or_else(|| Path::new("."))
    }

    fn failed(
        &self,
        exit: Exit,
        error: impl Into<Box<dyn Error + Send + Sync>>,
        hint: &str,
    ) -> Failure {
        let step = format!("{} {}", self.option, self.named.display());
        Failure::new(exit, error).during(step).hint(hint)
    }
}

#[cfg(unix)]
fn everybody() -> Option<fs::Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o644))
}

/// Elsewhere a new file has the permissions of its folder.
#[cfg(not(unix))]
fn everybody() -> Option<fs::Permissions> {
    None
}
