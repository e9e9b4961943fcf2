//! All disks in memory, as one file system of SQLite.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenKind, OpenOptions, Vfs, WalDisabled};

use super::{Content, Failure, Op, apply, disks};

/// All disks, as one file system: the first part of a path is the number of the disk.
pub(super) struct Disks;

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
pub(super) struct Handle {
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
