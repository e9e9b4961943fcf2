//! A refresh token in a file that only its owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use billing_core::{BoxFuture, Clock, RefreshTokenStore, Secret, StoreError, StoreLock};

use crate::credential::store::error::{TokenStoreError, blocking};
use crate::input::{self, Limit};
use crate::shell::shell_word;

/// How long another process may hold the lock: longer than an exchange with slow requests.
const LOCK_LIMIT: Duration = Duration::from_secs(90);

/// The pause between attempts to get the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The file. It is replaced as a whole, so that a crash leaves the old or the new token.
pub(super) struct TokenFile {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// The token that was read last. If the file has another one when a token is saved, it is from
    /// a new sign-in without the lock, and stays.
    loaded: Arc<Mutex<Option<Secret>>>,
}

impl TokenFile {
    pub(super) fn new(path: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self {
            path,
            clock,
            loaded: Arc::default(),
        }
    }

    async fn lock_in_time(&self) -> Result<StoreLock, StoreError> {
        let started = self.clock.elapsed();
        loop {
            let path = self.path.clone();
            let locked = blocking(move || try_lock(&path).map_err(|error| at(&path, error)));
            if let Some(lock) = locked.await? {
                return Ok(StoreLock::new(lock));
            }
            let waited = self.clock.elapsed().saturating_sub(started);
            if waited >= LOCK_LIMIT {
                let why = format!(
                    "another process has locked it for {} s: wait for that process, or end it; \
                     the lock is {}",
                    waited.as_secs(),
                    beside(&self.path, "", ".lock").display()
                );
                return Err(at(&self.path, TokenStoreError::Busy(why)));
            }
            self.clock.sleep(LOCK_PAUSE).await;
        }
    }
}

impl RefreshTokenStore for TokenFile {
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, StoreError>> {
        Box::pin(self.lock_in_time())
    }

    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        let (path, loaded) = (self.path.clone(), Arc::clone(&self.loaded));
        Box::pin(blocking(move || {
            let token = read(&path).map_err(|error| at(&path, error))?;
            *loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
            Ok(token)
        }))
    }

    /// The caller holds the lock.
    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        let (path, token) = (self.path.clone(), token.clone());
        let loaded = Arc::clone(&self.loaded);
        Box::pin(blocking(move || {
            let mut loaded = loaded.lock().unwrap_or_else(PoisonError::into_inner);
            let replaced = replace(&path, loaded.as_ref(), &token);
            replaced.map_err(|error| at(&path, error))?;
            *loaded = Some(token);
            Ok(())
        }))
    }
}

fn at(path: &Path, error: TokenStoreError) -> StoreError {
    error.at(format!("the file {}", path.display()))
}

/// Returns the lock, which ends when the file is closed; `None` if another process has it.
fn try_lock(path: &Path) -> Result<Option<fd_lock::RwLock<File>>, TokenStoreError> {
    create_private_folder(folder(path))?;
    // Another file than the token's, which is replaced.
    let lock_path = beside(path, "", ".lock");
    refuse_link(&lock_path)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(lock_path)?;
    make_private(&file)?;
    let mut lock = fd_lock::RwLock::new(file);
    match lock.try_write() {
        // The guard borrows from the lock. Without it, the lock ends with the file.
        Ok(guard) => std::mem::forget(guard),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    // A process that was stopped while it wrote left this file; no other process writes now.
    remove(&temporary(path))?;
    Ok(Some(lock))
}

fn read(path: &Path) -> Result<Secret, TokenStoreError> {
    refuse_link(path)?;
    let file = File::open(path)?;
    refuse_others(path, &file)?;
    let text = input::read(file, Limit::VALUE)?;
    Ok(Secret::new(input::word_of(&text)?))
}

/// Refuses links and special files: others could choose through a link what is read and replaced.
fn refuse_link(path: &Path) -> Result<(), TokenStoreError> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if kind.is_file() {
        return Ok(());
    }
    let path = path.display();
    Err(TokenStoreError::Broken(if kind.is_symlink() {
        format!("{path} is a symbolic link: name the file itself in refresh-token-store")
    } else {
        format!("{path} is not a regular file: name another path in refresh-token-store")
    }))
}

/// Refuses a file that others can read. Checks the open file, as the path may lead to another one
/// by now.
#[cfg(unix)]
fn refuse_others(path: &Path, file: &File) -> Result<(), TokenStoreError> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let (opened, named) = (file.metadata()?, fs::symlink_metadata(path)?);
    if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
        return Err(TokenStoreError::Broken(
            "it was replaced while it was opened".to_owned(),
        ));
    }
    if opened.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let path = shell_word(&path.to_string_lossy());
    let why = format!("others can read it: run `chmod 600 {path}`");
    Err(TokenStoreError::Broken(why))
}

/// Elsewhere a file has the permissions of its folder.
#[cfg(not(unix))]
fn refuse_others(_: &Path, _: &File) -> Result<(), TokenStoreError> {
    Ok(())
}

fn replace(path: &Path, loaded: Option<&Secret>, token: &Secret) -> Result<(), TokenStoreError> {
    refuse_link(path)?;
    if let (Some(loaded), Ok(present)) = (loaded, read(path))
        && present.expose() != loaded.expose()
    {
        return Ok(());
    }
    create_private_folder(folder(path))?;
    remove(&temporary(path))?;
    let mut file = tempfile::Builder::new()
        .prefix(&temporary(path).file_name().unwrap_or_default())
        .rand_bytes(0)
        .tempfile_in(folder(path))?;
    make_private(file.as_file())?;
    writeln!(file, "{}", token.expose())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync(folder(path))?;
    Ok(())
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    folder.unwrap_or_else(|| Path::new("."))
}

fn temporary(path: &Path) -> PathBuf {
    beside(path, ".", ".billing-new")
}

/// Returns a path in the same folder, named after the file.
fn beside(path: &Path, before: &str, after: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(before);
    name.push(path.file_name().unwrap_or_default());
    name.push(after);
    path.with_file_name(name)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Gives the owner the permissions that the umask may have removed.
#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &File) -> io::Result<()> {
    Ok(())
}

/// Creates missing folders, each for its owner alone, whatever the umask.
#[cfg(unix)]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| *parent != Path::new("")) {
        create_private_folder(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => fs::set_permissions(folder, fs::Permissions::from_mode(0o700)),
    }
}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Makes the new name survive a crash.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
