//! Files that are written together: all of them, or none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::codegen::text::with_line_feeds;
use crate::codegen::write::{self, Stale};

/// The files that a verb has written so far. Unless they are kept, dropping this restores what was
/// there before.
#[derive(Debug, Default)]
pub(super) struct Changes {
    before: Vec<Before>,
}

/// What was at a path.
#[derive(Debug)]
struct Before {
    path: PathBuf,
    /// The content of the file; `None` if there was none.
    content: Option<Vec<u8>>,
    /// The folders that were created for the file, the outermost first.
    folders: Vec<PathBuf>,
}

impl Changes {
    /// Writes a file, unless it has this text already; the ends of its lines are no difference.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(super) fn write(&mut self, path: &Path, text: &str) -> Result<()> {
        if fs::read_to_string(path).is_ok_and(|old| with_line_feeds(old) == text) {
            return Ok(());
        }
        self.remember(path)?;
        write::replace(path, text)
    }

    /// Replaces or removes a generated file.
    ///
    /// # Errors
    ///
    /// If the file cannot be written or removed.
    pub(super) fn apply(&mut self, stale: &Stale) -> Result<()> {
        self.remember(&stale.path)?;
        write::write(stale)
    }

    /// Keeps all changes, and returns the paths of the files in the order in which they were
    /// written.
    pub(super) fn keep(mut self) -> Vec<PathBuf> {
        let before = std::mem::take(&mut self.before).into_iter();
        before.map(|one| one.path).collect()
    }

    fn remember(&mut self, path: &Path) -> Result<()> {
        let content = match fs::read(path) {
            Ok(content) => Some(content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        let above = path.ancestors().skip(1);
        let mut folders: Vec<_> = above
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(Path::to_owned)
            .collect();
        folders.reverse();
        self.before.push(Before {
            path: path.to_owned(),
            content,
            folders,
        });
        Ok(())
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        for before in self.before.iter().rev() {
            if let Err(error) = before.restore() {
                eprintln!("warning: {error:#}");
            }
        }
    }
}

impl Before {
    fn restore(&self) -> Result<()> {
        let restored = match &self.content {
            Some(content) => fs::write(&self.path, content),
            None => removed(fs::remove_file(&self.path)),
        };
        let mut folders = self.folders.iter().rev();
        restored
            .and_then(|()| folders.try_for_each(|folder| removed(fs::remove_dir(folder))))
            .with_context(|| format!("{} could not be restored", self.path.display()))
    }
}

/// Returns the result of a removal, for which it is no error that there is nothing to remove.
fn removed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
