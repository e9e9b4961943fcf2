//! What is wrong with a file, and the next step.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileError {
    /// The disk or the file system failed; the file may be in order.
    Storage(String),
    /// The file is damaged.
    Format(String),
    /// The file is another kind of file: a plan, a journal, or none of them.
    OtherKind(Option<&'static str>),
    /// The file has the format of an older version.
    Older {
        /// The version of its format.
        version: i32,
    },
    /// The file has the format of a newer version.
    Newer {
        /// The version of its format.
        version: i32,
    },
}

impl FileError {
    /// Returns the error of a damaged file.
    pub(crate) fn damaged(what: &str) -> Self {
        Self::Format(format!(
            "the file is damaged ({what}); restore it from a backup. Without one, make a new plan \
             after all operations have ended: it finds the profiles that are as planned already"
        ))
    }
}

/// Explains an error of the file system.
pub(crate) fn explain_io(path: &Path, error: &io::Error) -> FileError {
    let folder = folder(path);
    FileError::Storage(match error.kind() {
        io::ErrorKind::NotFound if folder.is_dir() => "there is no such file".to_owned(),
        io::ErrorKind::NotFound => format!("there is no folder {}; create it", folder.display()),
        io::ErrorKind::StorageFull => full(folder),
        io::ErrorKind::ReadOnlyFilesystem => read_only(folder),
        io::ErrorKind::PermissionDenied => {
            "permission denied; run as the owner of the file, or name another file".to_owned()
        }
        _ => format!("{error}; the disk is that of {}", folder.display()),
    })
}

/// Explains an error of SQLite. Its message is left out where it could quote a value.
pub(crate) fn explain(path: &Path, error: &rusqlite::Error) -> FileError {
    let folder = folder(path);
    let Some(code) = error.sqlite_error_code() else {
        // A column has another type or another text than this version writes.
        return FileError::damaged("a value is invalid");
    };
    FileError::Storage(match code {
        ErrorCode::DiskFull => full(folder),
        ErrorCode::ReadOnly => read_only(folder),
        ErrorCode::DatabaseCorrupt => return FileError::damaged("its structure is broken"),
        ErrorCode::NotADatabase => return FileError::damaged("its header is broken"),
        ErrorCode::ConstraintViolation => {
            return FileError::damaged("a row breaks the rules of its table");
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            "another program holds it; close that program, then run the same command again"
                .to_owned()
        }
        ErrorCode::CannotOpen => format!(
            "it cannot be opened; {} must exist, have free space, and allow this user to create files",
            folder.display()
        ),
        ErrorCode::PermissionDenied => {
            "permission denied; run as the owner of the file, or name another file".to_owned()
        }
        ErrorCode::OutOfMemory => "out of memory; run the same command again".to_owned(),
        code => format!(
            "the disk of {} failed ({code:?}, SQLite {}); use a local disk that works and has \
             free space, then run the same command again",
            folder.display(),
            extended(error)
        ),
    })
}

fn full(folder: &Path) -> String {
    format!(
        "the disk of {} is full; free space there, then run the same command again",
        folder.display()
    )
}

fn read_only(folder: &Path) -> String {
    format!(
        "the file or the disk of {} is read-only; make it writable, then run the same command again",
        folder.display()
    )
}

fn extended(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(0, |error| error.extended_code)
}

/// Returns the folder of a file.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
