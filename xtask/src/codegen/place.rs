//! Placing: the one place that knows whether a file is fresh, and what to do when it is not.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use similar::TextDiff;

/// What to do with files that are not as they should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// Write them.
    Write,
    /// Say so and fail.
    Check,
    /// Say so.
    DryRun,
}

/// The content of a folder, as it should be.
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// Its files by name.
    pub files: Vec<(String, String)>,
    /// Whether nothing else may be there.
    pub is_whole: bool,
}

impl Folder {
    /// A folder without files.
    pub fn new(path: PathBuf, is_whole: bool) -> Self {
        Self {
            path,
            files: Vec::new(),
            is_whole,
        }
    }

    /// Adds a file.
    pub fn add(&mut self, name: &str, text: String) {
        self.files.push((name.to_owned(), text));
    }
}

/// Something that is not as it should be.
#[derive(Debug)]
pub struct Stale {
    /// Where it is.
    pub path: PathBuf,
    /// A unified diff from what is there to what should be; a line of words where there is something else than a file.
    pub diff: String,
    /// What should be there; `None` if nothing.
    pub wanted: Option<String>,
}

/// Compares a folder with what is on disk.
///
/// # Errors
///
/// When something cannot be read.
pub fn compare(folder: &Folder, root: &Path) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for (name, wanted) in &folder.files {
        let path = folder.path.join(name);
        let found = read(&path)?;
        if found != wanted.as_bytes() {
            stale.push(Stale {
                diff: diff(&path, root, &found, wanted),
                path,
                wanted: Some(wanted.clone()),
            });
        }
    }
    for path in entries(&folder.path)? {
        let is_known = path
            .file_name()
            .is_some_and(|found| folder.files.iter().any(|(name, _)| found == name.as_str()));
        if is_known || !folder.is_whole {
            continue;
        }
        stale.push(Stale {
            diff: if path.is_file() {
                diff(&path, root, &read(&path)?, "")
            } else {
                format!("{}: nothing but files is made here\n", shown(&path, root))
            },
            path,
            wanted: None,
        });
    }
    Ok(stale)
}

/// Makes a file as it should be: in one step, so that a reader sees the old or the new one and never half of it.
///
/// # Errors
///
/// When it cannot be written or removed, and when it is a folder that holds something: that is not ours to delete.
pub fn write(stale: &Stale) -> Result<()> {
    let path = &stale.path;
    let Some(wanted) = &stale.wanted else {
        return if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
            fs::remove_dir(path)
                .with_context(|| format!("removing {}: move away what is in it", path.display()))
        } else {
            fs::remove_file(path).with_context(|| format!("removing {}", path.display()))
        };
    };
    let beside = path.with_extension("rs.new");
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&beside, wanted))
        .and_then(|()| fs::rename(&beside, path));
    written.with_context(|| format!("writing {}", path.display()))
}

/// The bytes of a file, none where there is none.
fn read(path: &Path) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other.with_context(|| format!("reading {}", path.display())),
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let found = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<io::Result<Vec<_>>>()
        }),
    };
    let mut paths = found.with_context(|| format!("reading {}", folder.display()))?;
    paths.sort();
    Ok(paths)
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn diff(path: &Path, root: &Path, from: &[u8], to: &str) -> String {
    let shown = shown(path, root);
    TextDiff::from_lines(&*String::from_utf8_lossy(from), to)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{shown}"), &format!("b/{shown}"))
        .to_string()
}
