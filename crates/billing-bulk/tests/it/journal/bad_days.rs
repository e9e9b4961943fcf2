//! What happens on bad days: each error names the journal and the next step, and nothing is lost.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use billing_bulk::Journal;
use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use billing_bulk::journal::{JournalError, JournalReader, State, Transition};
use tempfile::tempdir;

use super::disk::{Disk, Failure};
use super::{accept, begin, cause, finish, path, profile, run_info, second, send};

#[tokio::test]
async fn second_run_is_refused_with_the_name_of_the_first() {
    let folder = tempdir().expect("a folder");
    let first = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    begin(&first, 1).await.expect("begun");
    let second = SqliteJournal::open_or_create(&path(folder.path()), &run_info());
    let error = second.expect_err("in use");
    assert!(matches!(&error, JournalError::InUse { .. }), "{error}");
    let name = format!("is in use by process {} on ", std::process::id());
    assert!(error.to_string().contains(&name), "{error}");
    drop(first);
    SqliteJournal::open(&path(folder.path())).expect("free");
}

/// The other process of the test below, which starts it in a folder with a file `holder`.
#[tokio::test]
#[ignore = "another test starts it"]
async fn process_that_holds_a_journal() {
    if !Path::new("holder").exists() {
        return;
    }
    let journal = SqliteJournal::open_or_create(Path::new("RUN.db"), &run_info()).expect("new");
    begin(&journal, 2).await.expect("begun");
    journal
        .record(1, second(1), send(1, 7))
        .await
        .expect("sending");
    println!("ready");
    std::io::stdin()
        .read_line(&mut String::new())
        .expect("the end");
}

#[tokio::test]
async fn killed_process_leaves_its_journal_to_the_next() {
    let folder = tempdir().expect("a folder");
    fs::write(folder.path().join("holder"), "").expect("writable");
    let mut process = Command::new(std::env::current_exe().expect("this program"))
        .args(["journal::bad_days::process_that_holds_a_journal", "--exact"])
        .args(["--ignored", "--nocapture"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let output = BufReader::new(process.stdout.take().expect("its output"));
    let mut lines = output.lines();
    assert!(lines.any(|line| line.expect("text").ends_with("ready")));

    let path = path(folder.path());
    let error = SqliteJournal::open(&path).expect_err("in use");
    let name = format!("is in use by process {} on ", process.id());
    assert!(error.to_string().contains(&name), "{error}");
    let reader = SqliteReader::open(&path).expect("a reader");
    let holder = reader.holder().await.expect("readable").expect("a holder");
    assert_eq!(holder.process, Some(process.id()));
    assert_eq!(reader.counts().await.expect("counts").of(State::Sending), 1);

    process.kill().expect("killed");
    process.wait().expect("ended");
    assert_eq!(reader.holder().await, Ok(None));
    let journal = SqliteJournal::open(&path).expect("free, although the file names a process");
    let row = journal
        .find(&profile(1))
        .await
        .expect("readable")
        .expect("a row");
    assert_eq!(row.state, State::Sending);
    assert!(row.attempt.expect("an attempt").body.is_some());
}

#[tokio::test]
async fn journal_on_a_read_only_disk_can_be_read() {
    let folder = tempdir().expect("a folder");
    let written = path(folder.path());
    let journal = SqliteJournal::open_or_create(&written, &run_info()).expect("new");
    begin(&journal, 1).await.expect("begun");
    drop(journal);
    // Without the folder's write permission there is no memory that processes share.
    let disk = folder.path().join("what%20 is? #this");
    fs::create_dir(&disk).expect("a folder");
    let copy = path(&disk);
    fs::copy(&written, &copy).expect("a copy");
    for (path, is_read_only) in [(&copy, true), (&disk, true), (&disk, false)] {
        let mut permissions = fs::metadata(path).expect("there").permissions();
        permissions.set_readonly(is_read_only);
        fs::set_permissions(path, permissions).expect("changed");
        let reader = SqliteReader::open(&copy).expect("a reader");
        assert_eq!(reader.counts().await.expect("counts").total(), 1);
        assert_eq!(reader.holder().await, Ok(None));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_a_journal() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 1).await.expect("begun");
    let files = fs::read_dir(folder.path()).expect("readable");
    let mut names = Vec::new();
    for file in files {
        let file = file.expect("readable");
        let mode = file.metadata().expect("readable").permissions().mode();
        names.push(file.file_name().into_string().expect("text"));
        assert_eq!(mode & 0o777, 0o600, "{names:?}");
    }
    names.sort();
    assert_eq!(names, ["RUN.db", "RUN.db-shm", "RUN.db-wal", "RUN.db.lock"]);
}

#[test]
fn file_of_another_kind_is_not_touched() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let mut files = vec![b"not a database at all".to_vec(), vec![0; 4096]];
    let other = rusqlite::Connection::open(folder.path().join("other.db")).expect("a database");
    other.execute_batch("CREATE TABLE t (x)").expect("a table");
    drop(other);
    files.push(fs::read(folder.path().join("other.db")).expect("readable"));
    for content in files {
        fs::write(&path, &content).expect("writable");
        for error in [
            SqliteJournal::open_or_create(&path, &run_info()).expect_err("no journal"),
            SqliteJournal::open(&path).expect_err("no journal"),
            SqliteReader::open(&path).expect_err("no journal"),
        ] {
            assert!(matches!(&error, JournalError::OtherKind { .. }), "{error}");
            assert!(error.to_string().ends_with("not a journal"), "{error}");
        }
        assert_eq!(fs::read(&path).expect("readable"), content);
        assert!(!folder.path().join("RUN.db.lock").exists());
    }
}

/// Sends and finishes all rows; returns how many transitions were recorded before an error.
async fn run_rows(journal: &dyn Journal) -> (u64, Result<(), JournalError>) {
    let mut recorded = 0;
    for row in 1..=PROFILES {
        for step in [send(1, row.into()), finish(row)] {
            match journal.record(row, second(row), step).await {
                Ok(()) => recorded += 1,
                Err(error) => return (recorded, Err(error)),
            }
        }
    }
    (recorded, Ok(()))
}

const PROFILES: u64 = 6;

#[tokio::test]
async fn failing_disk_stops_a_run_that_is_resumed() {
    for (failure, text) in [
        (
            Failure::Full,
            "the disk of . is full; free space there, then run the same command",
        ),
        (Failure::Broken, "the disk of . failed"),
    ] {
        let mut failures = 0;
        for operations in 0.. {
            let disk = Disk::new();
            let open = || {
                let connection = disk.connect().expect("a connection");
                SqliteJournal::on_connection(connection, Path::new("RUN.db"), &run_info())
            };
            let journal = open().expect("a new journal");
            begin(&journal, PROFILES).await.expect("begun");
            disk.fail_after(operations, failure);
            let (recorded, result) = run_rows(&journal).await;
            let Err(error) = result else { break };
            failures += 1;
            assert!(
                error.to_string().starts_with(&format!("RUN.db: {text}")),
                "{error}"
            );
            // What the disk has is not known until the journal is opened again.
            disk.repair();
            assert_eq!(
                journal.record(1, second(9), send(9, 9)).await,
                Err(error.clone())
            );
            assert_eq!(journal.save_rates("{}".to_owned()).await, Err(error));
            drop(journal);

            let journal = open().expect("resumed");
            assert!(journal.info().has_begun);
            let mut found = 0;
            for row in 1..=PROFILES {
                found += journal.history(row).await.expect("history").len() as u64;
            }
            assert!(
                (recorded..=recorded + 1).contains(&found),
                "{found} of {recorded}"
            );
        }
        assert!(failures > 50, "{failures}");
    }
}

#[tokio::test]
async fn failing_disk_at_the_beginning_sends_nothing() {
    // The first operation creates the file.
    for operations in 1.. {
        let disk = Disk::new();
        let open = || {
            let connection = disk.connect().expect("a connection");
            SqliteJournal::on_connection(connection, Path::new("RUN.db"), &run_info())
        };
        disk.fail_after(operations, Failure::Full);
        let begun = match open() {
            Ok(journal) => begin(&journal, PROFILES).await,
            Err(error) => Err(error),
        };
        let has_failed = begun.is_err();
        if let Err(error) = begun {
            assert!(error.to_string().contains("free space"), "{error}");
        }
        disk.repair();
        let journal = open().expect("resumed");
        if !journal.info().has_begun {
            begin(&journal, PROFILES).await.expect("begun");
        }
        assert_eq!(
            journal.counts().await.expect("counts").of(State::Planned),
            PROFILES
        );
        if !has_failed {
            break;
        }
    }
}

#[tokio::test]
async fn read_only_journal_is_reported_and_can_be_read() {
    let disk = Disk::new();
    let connection = disk.connect().expect("a connection");
    let journal = SqliteJournal::on_connection(connection, Path::new("RUN.db"), &run_info());
    let journal = journal.expect("a new journal");
    begin(&journal, 1).await.expect("begun");
    // SQLite reports a read-only file in the same way.
    journal
        .execute("PRAGMA query_only = ON")
        .await
        .expect("read-only");
    let error = journal
        .record(1, second(1), send(1, 7))
        .await
        .expect_err("read-only");
    assert_eq!(
        error.to_string(),
        "RUN.db: the file or the disk of . is read-only; make it writable, then run the same \
         command again"
    );
    assert_eq!(
        journal.counts().await.expect("counts").of(State::Planned),
        1
    );
}

#[tokio::test]
async fn journal_of_another_version_is_refused() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let journal = SqliteJournal::open_or_create(&path, &run_info()).expect("new");
    begin(&journal, 1).await.expect("begun");
    drop(journal);
    for (version, age) in [(2, "an older"), (9, "a newer")] {
        let connection = rusqlite::Connection::open(&path).expect("a database");
        connection
            .pragma_update(None, "user_version", version)
            .expect("a version");
        drop(connection);
        for error in [
            SqliteJournal::open_or_create(&path, &run_info()).expect_err(age),
            SqliteReader::open(&path).expect_err(age),
        ] {
            let problem = format!(
                "the journal has format {version} of {age} version of this tool; use that version"
            );
            assert_eq!(error.to_string(), format!("{}: {problem}", path.display()));
        }
    }
}

/// Everything that a journal says, as text.
async fn dump(journal: &dyn JournalReader) -> Result<String, JournalError> {
    let mut text = format!("{:?}\n{:?}\n", journal.info(), journal.counts().await?);
    let rows = journal.rows(&State::ALL, 0, 1000).await?;
    for row in &rows {
        let body = row.attempt.as_ref().and_then(|write| write.body.clone());
        let changes = serde_json::to_string(&row.changes).expect("JSON");
        let history = journal.history(row.number).await?;
        text += &format!(
            "{row:?} {:?} {body:?} {changes} {history:?}\n",
            row.before.json()
        );
    }
    text += &format!(
        "{:?} {:?}",
        journal.rates().await?,
        journal.last_change().await?
    );
    Ok(text)
}

#[tokio::test]
async fn damaged_journal_is_refused_or_unchanged() {
    let folder = tempdir().expect("a folder");
    let original = path(folder.path());
    let journal = SqliteJournal::open_or_create(&original, &run_info()).expect("new");
    begin(&journal, 30).await.expect("begun");
    run_rows(&journal).await.1.expect("recorded");
    journal
        .record(7, second(1), send(1, 70))
        .await
        .expect("sending");
    journal
        .record(8, second(1), send(1, 80))
        .await
        .expect("sending");
    journal
        .record(8, second(1), accept())
        .await
        .expect("accepted");
    journal
        .record(9, second(1), Transition::Fail(cause("refused")))
        .await
        .expect("failed");
    journal
        .save_rates(r#"{"rate":5}"#.to_owned())
        .await
        .expect("saved");
    drop(journal);
    let content = fs::read(&original).expect("readable");
    let expected = dump(&SqliteReader::open(&original).expect("a reader"))
        .await
        .expect("intact");

    let damaged = folder.path().join("damaged.db");
    let (mut refused, mut unchanged) = (0, 0);
    let mut random = fastrand::Rng::with_seed(12);
    for offset in (0..content.len()).step_by(41) {
        let mut content = content.clone();
        content[offset] ^= 1 << random.u8(0..8);
        fs::write(&damaged, content).expect("writable");
        let read = match SqliteReader::open(&damaged) {
            Ok(reader) => dump(&reader).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(found) => {
                let differs = found.lines().zip(expected.lines()).find(|(a, b)| a != b);
                assert!(found == expected, "offset {offset}: {differs:#?}");
                unchanged += 1;
            }
            Err(error) => {
                let text = error.to_string();
                assert!(
                    matches!(
                        error,
                        JournalError::Format { .. } | JournalError::OtherKind { .. }
                    ),
                    "offset {offset}: {text}"
                );
                assert!(text.starts_with(&damaged.display().to_string()), "{text}");
                refused += 1;
            }
        }
    }
    assert!(
        refused > 300 && unchanged > 10,
        "{refused} refused, {unchanged} unchanged"
    );
}
