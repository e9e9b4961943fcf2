//! The files of a document, JSON or YAML, with the line and the JSON pointer of every value.

pub mod at;
pub mod error;
pub mod fix_up;
mod json;
pub mod node;
pub mod pointer;
mod yaml;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::sha256::sha256;
use crate::codegen::text::with_line_feeds;

use self::at::{At, File};
use self::error::DocumentError;
use self::fix_up::FixUp;
use super::api::Place;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 128 * 1024 * 1024;

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadFile {
    /// The path from the folder of the document.
    pub name: String,
    /// The path from the folder around `specification`, or from the folder of the document.
    pub path: String,
    /// The SHA-256 of its text with line feeds at the ends of lines, in hexadecimal.
    pub sha256: String,
}

/// A document: the file that was named, and the files that it refers to.
#[derive(Debug)]
pub struct Documents {
    /// The folder of the file that was named. The names of files are relative to it.
    folder: PathBuf,
    /// References never lead out of this folder.
    boundary: PathBuf,
    fix_ups: Vec<FixUp>,
    files: RefCell<BTreeMap<String, Rc<File>>>,
}

impl Documents {
    /// Opens a document and returns its root.
    ///
    /// A reference may lead to files in the folder of the document and below. If one of the folders
    /// around it is named `specification`, as in Microsoft's repository of documents, it may lead
    /// anywhere below the outermost of these.
    ///
    /// # Errors
    ///
    /// The file is missing or cannot be read, or a fix-up for it does not apply.
    pub fn open(path: &Path, fix_ups: Vec<FixUp>) -> Result<(Self, At), DocumentError> {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let boundary = folder
            .canonicalize()
            .map_err(|error| unreadable(&name, &error))?;
        let boundary = boundary
            .ancestors()
            .filter(|folder| folder.ends_with("specification"))
            .last()
            .map_or(boundary.clone(), Path::to_path_buf);
        let documents = Self {
            folder: folder.to_owned(),
            boundary,
            fix_ups,
            files: RefCell::default(),
        };
        let file = documents.file(&name)?;
        Ok((documents, At::root(file)))
    }

    /// Returns the folder to which the names of files are relative.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the files that were read.
    pub fn read_files(&self) -> Vec<ReadFile> {
        let around = match self.boundary.ends_with("specification") {
            true => self.boundary.parent().unwrap_or(&self.boundary),
            false => &self.boundary,
        };
        let files = self.files.borrow();
        let read = files.values().map(|file| {
            let path = self.folder.join(&file.name).canonicalize();
            let below = path.as_deref().unwrap_or(Path::new(&file.name));
            let below = below.strip_prefix(around).unwrap_or(below);
            ReadFile {
                name: file.name.clone(),
                path: below.to_string_lossy().replace('\\', "/"),
                sha256: file.sha256.clone(),
            }
        });
        read.collect()
    }

    /// Returns the fix-ups for files that were not read.
    pub fn unused_fix_ups(&self) -> Vec<&FixUp> {
        let files = self.files.borrow();
        let is_used = |fix_up: &FixUp| files.values().any(|file| file.sha256 == fix_up.sha256);
        self.fix_ups.iter().filter(|one| !is_used(one)).collect()
    }

    /// Follows a reference. `at` is the string that holds it.
    ///
    /// # Errors
    ///
    /// The reference leads to another host or out of the boundary, or to something that is not
    /// there.
    pub fn follow(&self, at: &At) -> Result<At, DocumentError> {
        let reference = at.string()?;
        let (file, fragment) = reference.split_once('#').unwrap_or((&reference, ""));
        let refuse = |reason: String| at.error(format!("`{reference}`: {reason}"));
        let steps = pointer::steps(fragment).map_err(&refuse)?;
        let mut found = if file.is_empty() {
            At::root(at.file().clone())
        } else {
            let name = self.name(at, file).map_err(&refuse)?;
            let file = self.file(&name);
            At::root(file.map_err(|error| refuse(error.to_string()))?)
        };
        for step in &steps {
            found = found.child(step).ok_or_else(|| {
                let place = found.place();
                let there = format!("{}: {} has no `{step}`", place.file, place.pointer);
                refuse(format!("there is nothing of this name; {there}"))
            })?;
        }
        Ok(found)
    }

    /// Returns whether the file that a reference names is there. Its content is not read.
    ///
    /// # Errors
    ///
    /// The reference leads to another host or out of the boundary.
    pub fn is_there(&self, at: &At) -> Result<bool, DocumentError> {
        let reference = at.string()?;
        let file = reference.split('#').next().unwrap_or_default();
        if file.is_empty() {
            return Ok(true);
        }
        let name = self.name(at, file);
        let name = name.map_err(|reason| at.error(format!("`{reference}`: {reason}")))?;
        Ok(self.folder.join(name).is_file())
    }

    /// Returns the name of the file that a reference in another file names.
    fn name(&self, from: &At, file: &str) -> Result<String, String> {
        if file.contains("://") || file.starts_with("//") {
            return Err("it leads to another host; only files are read".to_owned());
        }
        let file = pointer::percent_decoded(file)?;
        if file.starts_with('/') || file.contains(['\\', '\0', ':']) {
            return Err("only relative paths with `/` are read".to_owned());
        }
        let mut steps: Vec<&str> = from.file().name.split('/').collect();
        steps.pop();
        for step in file.split('/') {
            match step {
                "" | "." => {}
                ".." if steps.last().is_some_and(|last| *last != "..") => {
                    steps.pop();
                }
                other => steps.push(other),
            }
        }
        Ok(steps.join("/"))
    }

    /// Reads a file, or returns it if it was read before.
    fn file(&self, name: &str) -> Result<Rc<File>, DocumentError> {
        if let Some(file) = self.files.borrow().get(name) {
            return Ok(file.clone());
        }
        let refuse = |reason: String| DocumentError::new(file_place(name), reason);
        let unreadable = |error: std::io::Error| unreadable(name, &error);
        let path = self.folder.join(name);
        let real = path.canonicalize().map_err(unreadable)?;
        if !real.starts_with(&self.boundary) {
            let reason = "it is outside the folder of the document, where nothing is read";
            return Err(refuse(reason.to_owned()));
        }
        if fs::metadata(&real).map_err(unreadable)?.len() > MAX_BYTES {
            return Err(refuse(format!("it has more than {MAX_BYTES} bytes")));
        }
        let bytes = fs::read(&real).map_err(unreadable)?;
        let text = String::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8".to_owned()))?;
        let text = with_line_feeds(text);
        let sha256 = sha256(&text);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let is_json = match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml") => false,
            Some("json") => true,
            _ => text.trim_start().starts_with('{'),
        };
        let parsed = if is_json {
            json::parse(text)
        } else {
            yaml::parse(text)
        };
        let mut node = parsed.map_err(|(line, pointer, reason)| {
            let file = name.to_owned();
            let place = Place {
                file,
                line,
                pointer,
            };
            DocumentError::new(place, reason)
        })?;
        for fix_up in self.fix_ups.iter().filter(|one| one.sha256 == sha256) {
            node = fix_up.apply(name, &node)?;
        }
        let file = Rc::new(File {
            name: name.to_owned(),
            sha256,
            node,
        });
        let mut files = self.files.borrow_mut();
        files.insert(name.to_owned(), file.clone());
        Ok(file)
    }
}

fn file_place(name: &str) -> Place {
    Place {
        file: name.to_owned(),
        ..Place::default()
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> DocumentError {
    DocumentError::new(
        file_place(name),
        format!("cannot be read: {}", error.kind()),
    )
}
