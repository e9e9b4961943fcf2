//! A refresh token in a file that only its owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use billing_core::{BoxFuture, RefreshTokenStore, Secret, StoreError};
use tempfile::NamedTempFile;

use super::{Trouble, blocking};
use crate::hint::shell_word;
use crate::input::{self, Limit};

/// The file is replaced as a whole, so that a crash leaves the old token or the new one.
pub(super) struct TokenFile {
    path: PathBuf,
    /// What was read last. If the file holds something else when the next token is to be saved, somebody
    /// has signed in anew meanwhile, and that sign-in stays.
    loaded: Arc<Mutex<Option<Secret>>>,
}

impl TokenFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            loaded: Arc::default(),
        }
    }
}

impl RefreshTokenStore for TokenFile {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        let (path, loaded) = (self.path.clone(), Arc::clone(&self.loaded));
        Box::pin(blocking(move || {
            let token = read(&path).map_err(|trouble| at(&path, trouble))?;
            *loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
            Ok(token)
        }))
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        let (path, token) = (self.path.clone(), token.clone());
        let loaded = Arc::clone(&self.loaded);
        Box::pin(blocking(move || {
            let mut loaded = loaded.lock().unwrap_or_else(PoisonError::into_inner);
            let replaced = replace(&path, loaded.as_ref(), &token);
            replaced.map_err(|trouble| at(&path, trouble))?;
            *loaded = Some(token);
            Ok(())
        }))
    }
}

fn at(path: &Path, trouble: Trouble) -> StoreError {
    trouble.at(format!("the file {}", path.display()))
}

fn read(path: &Path) -> Result<Secret, Trouble> {
    let text = input::file_now(path, Limit::VALUE)?;
    refuse_others(path)?;
    Ok(Secret::new(input::word_of(&text)?))
}

#[cfg(unix)]
fn refuse_others(path: &Path) -> Result<(), Trouble> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = shell_word(&path.to_string_lossy());
    let why = format!("others may read it: take it from them by `chmod 600 {path}`");
    Err(Trouble::Broken(why))
}

/// Elsewhere a file has the permissions of the folder that it is in.
#[cfg(not(unix))]
fn refuse_others(_: &Path) -> Result<(), Trouble> {
    Ok(())
}

fn replace(path: &Path, loaded: Option<&Secret>, token: &Secret) -> Result<(), Trouble> {
    // What a link points to is the file.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let mut lock = fd_lock::RwLock::new(lock_file(path)?);
    let _guard = lock.write()?;
    if let (Some(loaded), Ok(present)) = (loaded, read(path))
        && present.expose() != loaded.expose()
    {
        return Ok(());
    }
    // It is made for its owner alone.
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", token.expose())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync(folder)?;
    Ok(())
}

/// Beside the file, as that is replaced.
fn lock_file(path: &Path) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    options.open(name)
}

/// The new name survives a crash, too.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(folder: &Path) -> TokenFile {
        TokenFile::new(folder.join("refresh-token"))
    }

    async fn loaded(store: &TokenFile) -> String {
        match store.load().await {
            Ok(token) => token.expose().to_owned(),
            Err(error) => format!("{:#}", anyhow::Error::from_boxed(error)),
        }
    }

    #[tokio::test]
    async fn a_new_token_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let first = TokenFile::new(folder.path().join("new/folder/refresh-token"));
        for token in ["one", "two"] {
            first.save(&Secret::new(token)).await.unwrap();
            assert_eq!(loaded(&first).await, token);
        }
    }

    #[tokio::test]
    async fn a_sign_in_that_happened_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (refreshing, signing_in) = (store(folder.path()), store(folder.path()));
        signing_in.save(&Secret::new("old")).await.unwrap();
        assert_eq!(loaded(&refreshing).await, "old");
        signing_in
            .save(&Secret::new("of-the-sign-in"))
            .await
            .unwrap();
        let renewed = Secret::new("of-the-old-one");
        refreshing.save(&renewed).await.unwrap();
        assert_eq!(loaded(&refreshing).await, "of-the-sign-in");
        refreshing
            .save(&Secret::new("of-the-new-one"))
            .await
            .unwrap();
        assert_eq!(loaded(&signing_in).await, "of-the-new-one");
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let expected = format!(
            "the file {}: there is no refresh token",
            store.path.display()
        );
        assert_eq!(loaded(&store).await, expected);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_file_is_its_owner_s_alone_and_one_that_is_not_is_refused() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        store.save(&Secret::new("hush")).await.unwrap();
        let mode = || fs::metadata(&store.path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);

        let link = folder.path().join("link");
        symlink(&store.path, &link).unwrap();
        let linked = TokenFile::new(link.clone());
        linked.save(&Secret::new("two")).await.unwrap();
        assert!(fs::symlink_metadata(link).unwrap().is_symlink());
        assert_eq!(loaded(&store).await, "two");

        fs::set_permissions(&store.path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = loaded(&store).await;
        let path = store.path.display();
        let expected =
            format!("the file {path}: others may read it: take it from them by `chmod 600 {path}`");
        assert_eq!(refused, expected);
    }
}
