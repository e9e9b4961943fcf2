//! A disk in memory, as a file system of SQLite: it records every operation, so that what survives
//! a power loss at any moment can be computed, and it can fail.
//!
//! SQLite uses it with `locking_mode = EXCLUSIVE`, because the file systems of `sqlite-vfs` have no
//! shared memory. The files are written and synced as without it: the shared memory is an index of
//! the log, which is not synced but built again.

use std::collections::{BTreeMap, HashMap};
use std::io::{Error, ErrorKind};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use sqlite_vfs::{
    DatabaseHandle, LockKind, OpenAccess, OpenKind, OpenOptions, Vfs, WalDisabled, register,
};

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

/// All disks, as one file system: the first part of a path is the number of the disk.
struct Disks;

fn split(path: &str) -> Result<(u64, &str), Error> {
    let (disk, name) = path.split_once('/').ok_or(ErrorKind::InvalidInput)?;
    Ok((disk.parse().map_err(Error::other)?, name))
}

/// Uses a disk; an error if it is gone.
fn on<T>(disk: u64, act: impl FnOnce(&mut Content) -> Result<T, Error>) -> Result<T, Error> {
    act(disks().get_mut(&disk).ok_or(ErrorKind::NotFound)?)
}

impl Vfs for Disks {
    type Handle = Handle;

    fn open(&self, path: &str, options: OpenOptions) -> Result<Handle, Error> {
        let (disk, name) = split(path)?;
        let may_create = matches!(options.access, OpenAccess::Create | OpenAccess::CreateNew);
        on(disk, |content| {
            let (file, is_new) = match content.now.names.get(name) {
                Some(file) => (*file, false),
                None if !may_create => return Err(ErrorKind::NotFound.into()),
                None => {
                    content.attempt()?;
                    let file = content.now.contents.len();
                    let name = name.to_owned();
                    content.now.contents.push(Vec::new());
                    content.now.names.insert(name.clone(), file);
                    content.ops.push(Op::Create { name, file });
                    (file, true)
                }
            };
            // As SQLite's file system for Unix: the first sync of a new log syncs its folder.
            let is_log = matches!(options.kind, OpenKind::Wal | OpenKind::MainJournal);
            Ok(Handle {
                disk,
                file,
                syncs_folder: is_new && is_log,
                lock: LockKind::None,
            })
        })
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        let (disk, name) = split(path)?;
        on(disk, |content| {
            content.attempt()?;
            content.now.names.remove(name).ok_or(ErrorKind::NotFound)?;
            let name = name.to_owned();
            content.ops.push(Op::Delete { name });
            Ok(())
        })
    }

    fn exists(&self, path: &str) -> Result<bool, Error> {
        let (disk, name) = split(path)?;
        on(disk, |content| Ok(content.now.names.contains_key(name)))
    }

    fn temporary_name(&self) -> String {
        "temporary".to_owned()
    }

    fn random(&self, buffer: &mut [i8]) {
        buffer.fill(0);
    }

    fn sleep(&self, duration: Duration) -> Duration {
        duration
    }
}

/// An open file.
struct Handle {
    disk: u64,
    file: usize,
    syncs_folder: bool,
    lock: LockKind,
}

impl DatabaseHandle for Handle {
    type WalIndex = WalDisabled;

    fn size(&self) -> Result<u64, Error> {
        on(self.disk, |content| {
            Ok(content.now.contents[self.file].len() as u64)
        })
    }

    fn read_exact_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        on(self.disk, |content| {
            let file = &content.now.contents[self.file];
            let offset = file.len().min(offset as usize);
            let end = file.len().min(offset + buffer.len());
            // What is missing at the end reads as zeros, as SQLite requires of a short read.
            buffer.fill(0);
            buffer[..end - offset].copy_from_slice(&file[offset..end]);
            if end - offset < buffer.len() {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            Ok(())
        })
    }

    fn write_all_at(&mut self, buffer: &[u8], offset: u64) -> Result<(), Error> {
        on(self.disk, |content| {
            content.attempt()?;
            let op = Op::Write {
                file: self.file,
                offset: offset as usize,
                data: buffer.to_vec(),
            };
            apply(&mut content.now.contents[self.file], &op, || true);
            content.ops.push(op);
            Ok(())
        })
    }

    fn sync(&mut self, _data_only: bool) -> Result<(), Error> {
        let syncs_folder = std::mem::take(&mut self.syncs_folder);
        on(self.disk, |content| {
            // A full disk can still sync.
            if !matches!(content.failure, Some((_, Failure::Full))) {
                content.attempt()?;
            }
            let file = self.file;
            content.ops.push(Op::Sync { file, syncs_folder });
            Ok(())
        })
    }

    fn set_len(&mut self, size: u64) -> Result<(), Error> {
        on(self.disk, |content| {
            content.attempt()?;
            let op = Op::Resize {
                file: self.file,
                length: size as usize,
            };
            apply(&mut content.now.contents[self.file], &op, || true);
            content.ops.push(op);
            Ok(())
        })
    }

    fn lock(&mut self, lock: LockKind) -> Result<bool, Error> {
        self.lock = lock;
        Ok(true)
    }

    fn reserved(&mut self) -> Result<bool, Error> {
        Ok(false)
    }

    fn current_lock(&self) -> Result<LockKind, Error> {
        Ok(self.lock)
    }

    fn wal_index(&self, _readonly: bool) -> Result<WalDisabled, Error> {
        Ok(WalDisabled)
    }
}
