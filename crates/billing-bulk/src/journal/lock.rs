//! The lock that lets one run at a time use a journal; the system releases it when its process
//! ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use fd_lock::RwLock;

use crate::journal::error::JournalError;
use crate::journal::holder::Holder;
use crate::sqlite::error::explain_io;
use crate::sqlite::sibling;

/// How often a lock that another process has is tried.
const TRIES: u32 = 100;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// The lock of a run, until it is dropped or the process ends.
///
/// It is on a file of its own, `RUN.db.lock`, which is never deleted: two processes could lock two
/// files of that name. The file names the last holder; only the lock tells whether it still is one.
#[derive(Debug)]
pub(crate) struct RunLock {
    _file: RwLock<File>,
}

impl RunLock {
    /// Locks a journal for this process. Waits for a second if another process has the lock: a
    /// reader takes it for an instant to learn whether there is a run, and a busy machine may stop
    /// the reader in that instant.
    ///
    /// # Errors
    /// Another process has the lock, or the file system has no locks.
    pub(crate) fn acquire(journal: &Path) -> Result<Self, JournalError> {
        let path = sibling(journal, ".lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let at = |error: io::Error| JournalError::of(journal, explain_io(journal, &error));
        let mut file = RwLock::new(options.open(&path).map_err(at)?);
        for _ in 0..TRIES {
            let locked = file.try_write().map(|mut guard| {
                let named = write_name(&mut guard, &Holder::this_process());
                // The guard borrows from the lock. Without it, the lock ends with the file.
                std::mem::forget(guard);
                named
            });
            match locked {
                Ok(named) => return named.map(|()| Self { _file: file }).map_err(at),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => pause(),
                Err(error) => return Err(at(error)),
            }
        }
        Err(JournalError::InUse {
            journal: journal.display().to_string(),
            holder: read_name(&path),
        })
    }
}

/// Returns the process that has a journal open for a run.
pub(crate) fn holder(journal: &Path) -> io::Result<Option<Holder>> {
    let path = sibling(journal, ".lock");
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match RwLock::new(file).try_read().map(drop) {
        Ok(()) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Some(read_name(&path))),
        Err(error) => Err(error),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process is waited for, which the client's clock does not move"
)]
fn pause() {
    thread::sleep(PAUSE);
}

fn write_name(file: &mut File, holder: &Holder) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&serde_json::to_vec(holder)?)
}

/// Returns the name in a lock file, which may be incomplete while its holder writes it.
fn read_name(lock_file: &Path) -> Holder {
    let mut text = String::new();
    let read = File::open(lock_file).and_then(|file| file.take(4096).read_to_string(&mut text));
    let name = read.ok().and_then(|_| serde_json::from_str(&text).ok());
    name.unwrap_or_default()
}
