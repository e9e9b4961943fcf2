//! A copy of what the verbs read and write, in a folder of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;

/// What the verbs read and write.
const PARTS: [&str; 8] = [
    "specs",
    "crates/billing-models/src",
    "crates/billing-models/benches/codec/before_passes",
    "crates/billing-models/tests/it/support",
    "crates/billing-edit/src/generated",
    "crates/billing-edit/src/generated.rs",
    "crates/billing-emulator/openapi",
    "crates/billing-emulator/openapi.json",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns a copy of the checkout, each file with another text.
pub(super) fn checkout(text: fn(String) -> String) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut left: Vec<PathBuf> = PARTS.iter().map(PathBuf::from).collect();
    while let Some(path) = left.pop() {
        let from = root().join(&path);
        if from.is_dir() {
            let entries = fs::read_dir(&from).unwrap();
            left.extend(entries.map(|entry| path.join(entry.unwrap().file_name())));
        } else {
            let to = folder.path().join(&path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, text(fs::read_to_string(from).unwrap())).unwrap();
        }
    }
    folder
}

/// Returns the files of a folder with the times at which they were changed.
pub(super) fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let (files, _) = files_and_folders(folder);
    let time = |path: &PathBuf| fs::metadata(path).unwrap().modified().unwrap();
    files
        .into_iter()
        .map(|path| (path.clone(), time(&path)))
        .collect()
}

/// The files of a folder with their texts, and the folders in it; all paths are below it.
#[derive(Debug, PartialEq)]
pub(super) struct Tree {
    pub(super) files: BTreeMap<String, String>,
    folders: BTreeSet<String>,
}

impl Tree {
    pub(super) fn of(root: &Path) -> Self {
        let (files, folders) = files_and_folders(root);
        let below = |path: &PathBuf| {
            let below = path.strip_prefix(root).unwrap().to_str().unwrap();
            below.replace('\\', "/")
        };
        let text = |path: &PathBuf| fs::read_to_string(path).unwrap();
        Self {
            files: files.iter().map(|path| (below(path), text(path))).collect(),
            folders: folders.iter().map(below).collect(),
        }
    }
}

fn files_and_folders(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let (inner_files, inner_folders) = files_and_folders(&path);
            files.extend(inner_files);
            folders.extend(inner_folders);
            folders.push(path);
        } else {
            files.push(path);
        }
    }
    (files, folders)
}
