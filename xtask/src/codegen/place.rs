//! Placing: the one place that knows whether a file is fresh, and what to do when it is not.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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

/// The whole content of a folder, as it should be.
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// Its files by name; `None` for one that is left as it is.
    pub files: Vec<(String, Option<String>)>,
}

/// A file that is not as it should be.
#[derive(Debug)]
pub struct Stale {
    /// Where it is.
    pub path: PathBuf,
    /// A unified diff from what is there to what should be.
    pub diff: String,
    /// What should be there; `None` if nothing.
    wanted: Option<String>,
}

/// Compares a folder with what is on disk.
///
/// # Errors
///
/// When a file cannot be read.
pub fn compare(folder: &Folder, root: &Path) -> io::Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for (name, wanted) in &folder.files {
        let Some(wanted) = wanted else { continue };
        let path = folder.path.join(name);
        let found = read(&path)?;
        if found != *wanted {
            stale.push(Stale {
                diff: diff(&path, root, &found, wanted),
                path,
                wanted: Some(wanted.clone()),
            });
        }
    }
    for path in files_in(&folder.path)? {
        let is_known = path
            .file_name()
            .is_some_and(|found| folder.files.iter().any(|(name, _)| found == name.as_str()));
        if !is_known {
            stale.push(Stale {
                diff: diff(&path, root, &read(&path)?, ""),
                path,
                wanted: None,
            });
        }
    }
    Ok(stale)
}

/// Makes a file as it should be: in one step, so that a reader sees the old or the new one and never half of it.
///
/// # Errors
///
/// When the file cannot be written or removed.
pub fn write(stale: &Stale) -> io::Result<()> {
    let Some(wanted) = &stale.wanted else {
        return fs::remove_file(&stale.path);
    };
    if let Some(folder) = stale.path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = stale.path.with_extension("rs.new");
    fs::write(&beside, wanted)?;
    fs::rename(&beside, &stale.path)
}

fn read(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        other => other,
    }
}

fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    Ok(paths)
}

fn diff(path: &Path, root: &Path, from: &str, to: &str) -> String {
    let shown = path
        .strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string();
    TextDiff::from_lines(from, to)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{shown}"), &format!("b/{shown}"))
        .to_string()
}
