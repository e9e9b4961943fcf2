//! `--save`: the profiles, written as a whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use billing_emulator::Snapshot;
use tempfile::NamedTempFile;

use crate::failure::{Exit, Failure};

/// The file that the profiles are to be saved to.
pub(super) struct Target {
    named: PathBuf,
    /// What a link points to is the file.
    path: PathBuf,
}

impl Target {
    /// Finds out before anybody works with the profiles whether they can be saved.
    pub(super) fn check(named: &Path) -> Result<Self, Failure> {
        let path = fs::canonicalize(named).unwrap_or_else(|_| named.to_owned());
        let target = Self {
            named: named.to_owned(),
            path,
        };
        if target.path.is_dir() {
            let error = anyhow::Error::msg("it is a folder");
            return Err(target.failed(Exit::Usage, error, "name a file"));
        }
        let tried = NamedTempFile::new_in(target.folder());
        let hint = "the folder must be there, and you must be allowed to write to it";
        tried.map_err(|error| target.failed(Exit::Usage, error.into(), hint))?;
        Ok(target)
    }

    /// Whoever looks at the file finds what was there before, or all of this: also after a crash.
    pub(super) fn write(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        self.replace(&snapshot.to_json()).map_err(|error| {
            let hint = "the file is as it was, and what the emulator held is lost";
            self.failed(Exit::Failed, error.into(), hint)
        })
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(self.folder())?;
        file.write_all(bytes)?;
        // A new file is its owner's alone; one that was there stays as open as it was.
        if let Ok(present) = fs::metadata(&self.path) {
            file.as_file().set_permissions(present.permissions())?;
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
        let doing = format!("--save {}", self.named.display());
        Failure::new(exit, error).during(doing).hint(hint)
    }
}
