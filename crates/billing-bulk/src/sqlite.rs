//! What plans and journals share as SQLite files: private creation, a format that is checked before
//! anything is written, checksums, and errors that name the file and the next step.

pub(crate) mod checksum;
pub(crate) mod column;
pub(crate) mod error;
pub(crate) mod time;

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::sqlite::error::{FileError, explain, explain_io};

/// How many pages a write-ahead log has, 4 MiB, before they are copied into the file and the log is
/// begun again. While it grows, each commit waits for the file system to record its new length,
/// which takes many times as long as writing into a log that has had this length before.
const LOG_PAGES: u32 = 1024;

/// The number in the header of a plan, and of a journal.
pub(crate) const PLAN: i32 = 0x4269_506c;
pub(crate) const JOURNAL: i32 = 0x4269_4a6e;

/// What tells files of a kind from other files.
pub(crate) struct Format {
    /// The number in the header that marks such files.
    pub(crate) application_id: i32,
    /// The version of the schema.
    pub(crate) version: i32,
    /// The statements that create the tables.
    pub(crate) schema: &'static str,
    /// The mode in which changes are logged.
    pub(crate) log: Log,
    /// How long a statement waits for another process that uses the file.
    pub(crate) wait: Duration,
    /// Which commits are durable when they return.
    pub(crate) commits: Commits,
}

/// Which commits are durable when they return.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// Every one.
    Durable,
    /// None: the file is made durable as a whole.
    Unsynced,
}

/// How changes are logged before they reach the database itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// In a write-ahead log beside the file, so that others can read while one writes.
    Wal,
    /// In a rollback journal that is there during a transaction only: the file can be moved.
    Rollback,
}

/// Opens a file for reading and writing; a file that does not exist or is empty is created.
pub(crate) fn open_or_create(path: &Path, format: &Format) -> Result<Connection, FileError> {
    create_private(path).map_err(|error| explain_io(path, &error))?;
    open(path, format)
}

/// Opens an existing file for reading and writing.
pub(crate) fn open(path: &Path, format: &Format) -> Result<Connection, FileError> {
    check_header(path, format)?;
    // No CREATE: a file that vanished in between must not come back without its permissions.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(path, flags).map_err(|error| explain(path, &error))?;
    prepare(&mut connection, path, format)?;
    connection
        .pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))
        .map_err(|error| explain(path, &error))?;
    Ok(connection)
}

/// Opens an existing file for reading only, also while another process writes, and on a read-only
/// disk.
pub(crate) fn open_read_only(path: &Path, format: &Format) -> Result<Connection, FileError> {
    check_header(path, format)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let shared = Connection::open_with_flags(path, flags)
        .and_then(|connection| readable(&connection).map(|()| connection));
    let connection = match shared {
        Ok(connection) => connection,
        // Without its write-ahead log a file cannot be read in the usual way where nothing can be
        // created beside it. Without a log there is no writer, and the file is all there is.
        Err(error) if cannot_create(&error) && has_no_log(path) => {
            let text = path.to_string_lossy();
            let text = text
                .replace('%', "%25")
                .replace('?', "%3f")
                .replace('#', "%23");
            let uri = format!("file:{text}?immutable=1");
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
                .and_then(|connection| readable(&connection).map(|()| connection))
                .map_err(|_| explain(path, &error))?
        }
        Err(error) => return Err(explain(path, &error)),
    };
    connection
        .busy_timeout(format.wait)
        .map_err(|error| explain(path, &error))?;
    check_version(&connection, path, format)?;
    Ok(connection)
}

/// Checks the format through an open connection, creates the tables in a new file, and sets which
/// commits are durable.
///
/// "With synchronous=FULL in WAL mode, an additional sync operation of the WAL file happens after
/// each transaction commit", which makes transactions durable across a power loss. `EXTRA` is the
/// same there; with a rollback journal it also syncs the folder after the journal is deleted, which
/// is the commit (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
pub(crate) fn prepare(
    connection: &mut Connection,
    path: &Path,
    format: &Format,
) -> Result<(), FileError> {
    let mut new = || -> rusqlite::Result<()> {
        connection.busy_timeout(format.wait)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let synchronous = match format.commits {
            Commits::Durable => "EXTRA",
            Commits::Unsynced => "OFF",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // On macOS a plain fsync leaves data in the drive's cache.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tables: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables == 0 && application_id(&transaction)? == 0 {
            // In one transaction, before the write-ahead log: the header of the file itself tells
            // what it is as soon as it tells anything.
            transaction.pragma_update(None, "application_id", format.application_id)?;
            transaction.pragma_update(None, "user_version", format.version)?;
            transaction.execute_batch(format.schema)?;
        }
        transaction.commit()
    };
    new().map_err(|error| explain(path, &error))?;
    check_version(connection, path, format)?;
    if format.log == Log::Wal {
        connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
            .map_err(|error| explain(path, &error))?;
    }
    Ok(())
}

/// Returns the path of a file that lies beside another, such as `RUN.db-wal`.
pub(crate) fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Creates an empty file that only its owner can read, unless there is a file: plans and journals
/// hold personal data. SQLite gives its own files beside it the same permissions.
fn create_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Refuses a file of another kind before SQLite touches it.
pub(crate) fn check_header(path: &Path, format: &Format) -> Result<(), FileError> {
    let mut header = Vec::with_capacity(100);
    File::open(path)
        .and_then(|file| file.take(100).read_to_end(&mut header))
        .map_err(|error| explain_io(path, &error))?;
    // An interrupted creation: SQLite rolls it back from the file beside it.
    if header.is_empty() || !is_empty(&sibling(path, "-journal")) {
        return Ok(());
    }
    // <https://www.sqlite.org/fileformat.html#the_database_header>
    let id = header.get(68..72).and_then(|bytes| bytes.try_into().ok());
    let is_database = header.starts_with(b"SQLite format 3\0");
    match id.map(i32::from_be_bytes).filter(|_| is_database) {
        Some(id) if id == format.application_id => Ok(()),
        Some(JOURNAL) => Err(FileError::OtherKind(Some("journal"))),
        Some(PLAN) => Err(FileError::OtherKind(Some("plan"))),
        _ => Err(FileError::OtherKind(None)),
    }
}

fn check_version(connection: &Connection, path: &Path, format: &Format) -> Result<(), FileError> {
    let found = application_id(connection).and_then(|id| {
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok((id, version))
    });
    let (id, version): (i32, i32) = found.map_err(|error| explain(path, &error))?;
    if id != format.application_id {
        return Err(FileError::OtherKind(None));
    }
    match version.cmp(&format.version) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(FileError::Newer { version }),
        std::cmp::Ordering::Less => Err(FileError::Older { version }),
    }
}

fn application_id(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

fn readable(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn cannot_create(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

fn has_no_log(path: &Path) -> bool {
    is_empty(&sibling(path, "-wal")) && is_empty(&sibling(path, "-journal"))
}

/// Makes a closed file durable, and then its new name.
pub(crate) fn rename_closed(from: &Path, to: &Path) -> Result<(), FileError> {
    if !has_no_log(from) {
        // Closing has failed to copy the log into the file.
        let full = io::Error::from(io::ErrorKind::StorageFull);
        return Err(explain_io(to, &full));
    }
    let synced = OpenOptions::new().write(true).open(from);
    let synced = synced.and_then(|file| file.sync_all());
    let renamed = synced.and_then(|()| {
        std::fs::rename(from, to)?;
        // Elsewhere a folder cannot be opened.
        #[cfg(unix)]
        File::open(error::folder(to))?.sync_all()?;
        Ok(())
    });
    renamed.map_err(|error| explain_io(to, &error))
}

/// Removes a file with what SQLite keeps beside it.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    for path in [
        sibling(path, "-journal"),
        sibling(path, "-wal"),
        path.to_owned(),
    ] {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(explain_io(&path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_empty(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |metadata| metadata.len() == 0)
}
