//! Tests of the token file: content, permissions, and leftovers.

use billing_test::TestClock;

use super::*;
use crate::exit::Exit;
use crate::failure::Failure;

fn store_at(path: PathBuf) -> TokenFile {
    TokenFile::new(path, Arc::new(TestClock::default()))
}

fn store(folder: &Path) -> TokenFile {
    store_at(folder.join("refresh-token"))
}

async fn save(store: &TokenFile, token: &str) {
    let _lock = store.lock().await.unwrap();
    store.save(&Secret::new(token)).await.unwrap();
}

async fn loaded(store: &TokenFile) -> String {
    match store.load().await {
        Ok(token) => token.expose().to_owned(),
        Err(error) => chain(error),
    }
}

fn chain(error: StoreError) -> String {
    Failure::new(Exit::Failed, error).message()
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn new_token_replaces_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let first = store_at(folder.path().join("new/folder/refresh-token"));
    for token in ["one", "two"] {
        save(&first, token).await;
        assert_eq!(loaded(&first).await, token);
    }
    let kept = names(&folder.path().join("new/folder"));
    assert_eq!(kept, ["refresh-token", "refresh-token.lock"]);
}

#[tokio::test]
async fn sign_in_without_the_lock_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (refreshing, signing_in) = (store(folder.path()), store(folder.path()));
    save(&signing_in, "old").await;
    assert_eq!(loaded(&refreshing).await, "old");
    save(&signing_in, "of-the-sign-in").await;
    save(&refreshing, "of-the-old-one").await;
    assert_eq!(loaded(&refreshing).await, "of-the-sign-in");
    save(&refreshing, "of-the-new-one").await;
    assert_eq!(loaded(&signing_in).await, "of-the-new-one");
}

#[tokio::test]
async fn missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let path = store.path.display();
    let expected = format!("the file {path}: there is no refresh token");
    assert_eq!(loaded(&store).await, expected);
}

#[tokio::test]
async fn lock_is_waited_for_and_ends_when_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (store(folder.path()), store(folder.path()));
    let held = first.lock().await.unwrap();
    assert!(held.is_held());
    let waiting = second.lock();
    let drop_later = async {
        tokio::task::yield_now().await;
        drop(held);
    };
    let (locked, ()) = tokio::join!(waiting, drop_later);
    assert!(locked.unwrap().is_held());
    assert!(second.clock.elapsed() < LOCK_LIMIT);
}

#[tokio::test]
async fn lock_that_never_ends_times_out() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (store(folder.path()), store(folder.path()));
    let _held = first.lock().await.unwrap();
    let shown = chain(second.lock().await.unwrap_err());
    let shown = shown.replace(folder.path().to_str().unwrap(), "[folder]");
    insta::assert_snapshot!(shown, @"the file [folder]/refresh-token: another process has locked \
                                     it for 90 s: wait for that process, or end it; the lock is \
                                     [folder]/refresh-token.lock");
}

#[tokio::test]
async fn leftover_of_a_stopped_process_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    save(&store, "one").await;
    let leftover = temporary(&store.path);
    fs::write(&leftover, "half a tok").unwrap();
    drop(store.lock().await.unwrap());
    assert_eq!(
        names(folder.path()),
        ["refresh-token", "refresh-token.lock"]
    );
    // A later leftover does not prevent that a token is saved.
    let _lock = store.lock().await.unwrap();
    fs::write(&leftover, "half a tok").unwrap();
    store.save(&Secret::new("two")).await.unwrap();
    assert_eq!(loaded(&store).await, "two");
    assert!(!leftover.exists());
}

#[tokio::test]
async fn failed_write_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let _lock = store.lock().await.unwrap();
    fs::create_dir(&store.path).unwrap();
    let shown = chain(store.save(&Secret::new("one")).await.unwrap_err());
    assert!(shown.contains("is not a regular file"), "{shown}");
    assert_eq!(
        names(folder.path()),
        ["refresh-token", "refresh-token.lock"]
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn files_and_folders_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_at(folder.path().join("a/b/refresh-token"));
        save(&store, "hush").await;
        assert_eq!(mode(&store.path), 0o600);
        assert_eq!(mode(&folder.path().join("a/b/refresh-token.lock")), 0o600);
        assert_eq!(
            (
                mode(&folder.path().join("a")),
                mode(&folder.path().join("a/b"))
            ),
            (0o700, 0o700)
        );
    }

    #[tokio::test]
    async fn file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        save(&store, "hush").await;
        for bits in [0o640, 0o604, 0o620, 0o601] {
            fs::set_permissions(&store.path, fs::Permissions::from_mode(bits)).unwrap();
            let path = store.path.display();
            let expected = format!("the file {path}: others can read it: run `chmod 600 {path}`");
            assert_eq!(loaded(&store).await, expected);
        }
        // A new token is in a new file.
        let _lock = store.lock().await.unwrap();
        store.save(&Secret::new("two")).await.unwrap();
        assert_eq!(loaded(&store).await, "two");
    }

    #[tokio::test]
    async fn link_is_neither_read_nor_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        save(&store, "hush").await;
        let link = folder.path().join("link");
        for target in [store.path.clone(), folder.path().join("nothing")] {
            symlink(&target, &link).unwrap();
            let linked = store_at(link.clone());
            let lock = linked.lock().await.unwrap();
            let link = link.display();
            let expected = format!(
                "the file {link}: {link} is a symbolic link: name the file itself in \
                 refresh-token-store"
            );
            assert_eq!(loaded(&linked).await, expected);
            assert_eq!(
                chain(linked.save(&Secret::new("two")).await.unwrap_err()),
                expected
            );
            drop(lock);
            fs::remove_file(folder.path().join("link")).unwrap();
        }
        assert_eq!(loaded(&store).await, "hush");
    }

    #[tokio::test]
    async fn link_in_place_of_the_lock_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let elsewhere = folder.path().join("elsewhere");
        symlink(&elsewhere, beside(&store.path, "", ".lock")).unwrap();
        let shown = chain(store.lock().await.unwrap_err());
        assert!(
            shown.contains("refresh-token.lock is a symbolic link"),
            "{shown}"
        );
        assert!(!elsewhere.exists());
    }
}
