//! A disk in memory, as a file system of SQLite: it records every operation, so that what survives
//! a power loss at any moment can be computed, and it can fail.
//!
//! SQLite uses it with `locking_mode = EXCLUSIVE`, because the file systems of `sqlite-vfs` have no
//! shared memory. The files are written and synced as without it: the shared memory is an index of
//! the log, which is not synced but built again.

mod file_system;

use std::collections::{BTreeMap, HashMap};
use std::io::{Error, ErrorKind};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::{Connection, OpenFlags};
use sqlite_vfs::register;

use self::file_system::Disks;

/// An operation on a disk, in the order of time.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Create {
        name: String,
        file: usize,
    },
    Delete {
        name: String,
    },
    Write {
        file: usize,
        offset: usize,
        data: Vec<u8>,
    },
    Resize {
        file: usize,
        length: usize,
    },
    Sync {
        file: usize,
        syncs_folder: bool,
    },
}

/// How writes fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Full,
    Broken,
}

/// The contents of files, and their names.
#[derive(Clone, Debug, Default)]
struct Files {
    contents: Vec<Vec<u8>>,
    names: BTreeMap<String, usize>,
}

/// Files and what was done to them.
#[derive(Debug, Default)]
struct Content {
    /// What was there at first.
    base: Files,
    now: Files,
    ops: Vec<Op>,
    /// How many operations succeed before all fail.
    failure: Option<(usize, Failure)>,
}

impl Content {
    /// Returns an error if the disk fails now.
    fn attempt(&mut self) -> Result<(), Error> {
        match &mut self.failure {
            Some((0, Failure::Full)) => Err(ErrorKind::WriteZero.into()),
            Some((0, Failure::Broken)) => Err(Error::other("broken")),
            Some((left, _)) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn disks() -> MutexGuard<'static, HashMap<u64, Content>> {
    static DISKS: OnceLock<Mutex<HashMap<u64, Content>>> = OnceLock::new();
    let disks = DISKS.get_or_init(|| {
        register("disks", Disks, false).expect("a file system");
        Mutex::default()
    });
    disks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A disk, empty at first. It is gone when this is dropped.
#[derive(Debug)]
pub(super) struct Disk {
    id: u64,
}

impl Disk {
    pub(super) fn new() -> Self {
        Self::with(Content::default())
    }

    fn with(content: Content) -> Self {
        static LAST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let id = LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        disks().insert(id, content);
        Self { id }
    }

    /// Opens the database of this disk, which is checkpointed after every few pages.
    pub(super) fn connect(&self) -> rusqlite::Result<Connection> {
        drop(disks());
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let path = format!("{}/RUN.db", self.id);
        let connection = Connection::open_with_flags_and_vfs(path, flags, "disks")?;
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
        connection.pragma_update_and_check(None, "wal_autocheckpoint", 12, |_| Ok(()))?;
        Ok(connection)
    }

    /// Makes all writes and syncs fail after this many.
    pub(super) fn fail_after(&self, operations: usize, failure: Failure) {
        self.change(|disk| disk.failure = Some((operations, failure)));
    }

    pub(super) fn repair(&self) {
        self.change(|disk| disk.failure = None);
    }

    /// Returns how many operations were done.
    pub(super) fn time(&self) -> usize {
        self.change(|disk| disk.ops.len())
    }

    /// Returns how often a file was synced.
    pub(super) fn syncs(&self, name: &str) -> usize {
        self.change(|disk| {
            let number = disk.now.names.get(name);
            let synced = |op: &&Op| matches!(op, Op::Sync { file, .. } if Some(file) == number);
            disk.ops.iter().filter(synced).count()
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Content) -> T) -> T {
        change(disks().get_mut(&self.id).expect("this disk"))
    }

    /// Returns this disk after its first operations and a loss of power. Of what was not synced,
    /// any part survives: the seed decides for each sector of 512 bytes, each change of a length,
    /// and each name.
    pub(super) fn after_power_loss(&self, operations: usize, seed: u64) -> Self {
        let (mut files, ops) =
            self.change(|disk| (disk.base.clone(), disk.ops[..operations].to_vec()));
        let mut random = fastrand::Rng::with_seed(seed);
        let mut survives = || match seed % 4 {
            0 => false,
            1 => true,
            _ => random.bool(),
        };
        let mut unsynced: BTreeMap<usize, Vec<Op>> = BTreeMap::new();
        let mut unsynced_names: Vec<Op> = Vec::new();
        for op in ops {
            match op {
                Op::Create { file, .. } => {
                    let length = files.contents.len().max(file + 1);
                    files.contents.resize(length, Vec::new());
                    unsynced_names.push(op);
                }
                Op::Delete { .. } => unsynced_names.push(op),
                Op::Write { file, .. } | Op::Resize { file, .. } => {
                    unsynced.entry(file).or_default().push(op);
                }
                Op::Sync { file, syncs_folder } => {
                    for op in unsynced.remove(&file).unwrap_or_default() {
                        apply(&mut files.contents[file], &op, || true);
                    }
                    if syncs_folder {
                        for op in unsynced_names.drain(..) {
                            rename(&mut files.names, &op);
                        }
                    }
                }
            }
        }
        for (file, ops) in unsynced {
            for op in ops {
                apply(&mut files.contents[file], &op, &mut survives);
            }
        }
        for op in unsynced_names {
            if survives() {
                rename(&mut files.names, &op);
            }
        }
        Self::with(Content {
            base: files.clone(),
            now: files,
            ..Content::default()
        })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        disks().remove(&self.id);
    }
}

fn apply(content: &mut Vec<u8>, op: &Op, mut survives: impl FnMut() -> bool) {
    const SECTOR: usize = 512;
    match op {
        Op::Write { offset, data, .. } => {
            let mut start = 0;
            while start < data.len() {
                let end = data
                    .len()
                    .min((offset + start) / SECTOR * SECTOR + SECTOR - offset);
                if survives() {
                    let length = content.len().max(offset + end);
                    content.resize(length, 0);
                    content[offset + start..offset + end].copy_from_slice(&data[start..end]);
                }
                start = end;
            }
        }
        Op::Resize { length, .. } if survives() => content.resize(*length, 0),
        _ => {}
    }
}

fn rename(names: &mut BTreeMap<String, usize>, op: &Op) {
    match op {
        Op::Create { name, file } => {
            names.insert(name.clone(), *file);
        }
        Op::Delete { name } => {
            names.remove(name);
        }
        _ => {}
    }
}
