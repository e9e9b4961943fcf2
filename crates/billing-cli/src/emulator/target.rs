//! A file that `--save` or `--ca-file` names, written as a whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::{Exit, Failure};

/// A file that can be written, as far as is known before.
pub(super) struct Target {
    option: &'static str,
    named: PathBuf,
    /// What a link points to is the file.
    path: PathBuf,
}

/// Who may read a file that is made.
#[derive(Clone, Copy)]
pub(super) enum Readers {
    /// Its owner alone; one that was there stays as open as it was.
    Owner,
    /// Whoever needs it, and only its owner may change it.
    Everybody,
}

impl Target {
    /// Finds out before anything is served whether the file can be written.
    pub(super) fn check(option: &'static str, named: &Path) -> Result<Self, Failure> {
        let path = fs::canonicalize(named).unwrap_or_else(|_| named.to_owned());
        let target = Self {
            option,
            named: named.to_owned(),
            path,
        };
        // What is there is replaced: a device, or a link that leads nowhere, would be gone.
        if fs::symlink_metadata(&target.path).is_ok_and(|present| !present.is_file()) {
            let error = anyhow::Error::msg("what is there is no file");
            return Err(target.failed(
                Exit::Usage,
                error,
                "name a file, or one that is not there yet",
            ));
        }
        let tried = NamedTempFile::new_in(target.folder());
        let hint = "the folder must be there, and you must be allowed to write to it";
        tried.map_err(|error| target.failed(Exit::Usage, error.into(), hint))?;
        Ok(target)
    }

    /// Whoever looks at the file finds what was there before, or all of this: also after a crash. The hint says what a
    /// failure means.
    pub(super) fn write(&self, bytes: &[u8], readers: Readers, hint: &str) -> Result<(), Failure> {
        self.replace(bytes, readers)
            .map_err(|error| self.failed(Exit::Failed, error.into(), hint))
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

    fn failed(&self, exit: Exit, error: anyhow::Error, hint: &str) -> Failure {
        let doing = format!("{} {}", self.option, self.named.display());
        Failure::new(exit, error).during(doing).hint(hint)
    }
}

#[cfg(unix)]
fn everybody() -> Option<fs::Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o644))
}

/// A new file is as open there as its folder.
#[cfg(not(unix))]
fn everybody() -> Option<fs::Permissions> {
    None
}
