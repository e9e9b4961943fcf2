//! A file that gets its name when it is complete.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::output::error::OutputError;
use crate::sqlite::error::folder;

/// A file beside the one that it becomes. It is removed when it is dropped.
#[derive(Debug)]
pub struct TargetFile {
    file: NamedTempFile,
    path: PathBuf,
    overwrite: bool,
}

impl TargetFile {
    /// Creates the file, which only its owner can read.
    ///
    /// # Errors
    /// There is a file of that name, which must not be overwritten, or the folder is read-only.
    pub fn create(path: &Path, overwrite: bool) -> Result<Self, OutputError> {
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".tmp")
            .tempfile_in(folder(path));
        Ok(Self {
            file: file.map_err(|error| explain(path, without_path(&error)))?,
            path: path.to_owned(),
            overwrite,
        })
    }

    /// Explains an error of writing.
    pub fn explain(&self, error: io::Error) -> OutputError {
        explain(&self.path, error)
    }

    /// Makes what was written durable, and gives the file its name.
    ///
    /// # Errors
    /// There is a file of that name now, or the storage failed.
    pub fn finish(self) -> Result<(), OutputError> {
        let Self {
            file,
            path,
            overwrite,
        } = self;
        let failed = |error| explain(&path, error);
        file.as_file().sync_all().map_err(failed)?;
        let named = if overwrite {
            file.persist(&path)
        } else {
            file.persist_noclobber(&path)
        };
        named.map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => exists(&path),
            _ => explain(&path, failed.error),
        })?;
        // Elsewhere a folder cannot be opened.
        #[cfg(unix)]
        File::open(folder(&path))
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        Ok(())
    }
}

impl Write for TargetFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl io::Seek for TargetFile {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn exists(path: &Path) -> OutputError {
    OutputError::Exists {
        path: path.display().to_string(),
    }
}

fn explain(path: &Path, source: io::Error) -> OutputError {
    OutputError::Write {
        path: path.display().to_string(),
        source,
    }
}

/// Returns an error without the name of the temporary file.
fn without_path(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    }
}
