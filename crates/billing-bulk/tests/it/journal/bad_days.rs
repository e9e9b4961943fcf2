//! What happens on bad days: each error names the journal and the next step, and nothing is lost.

use std::fs;

use billing_bulk::journal::JournalError;
use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use tempfile::tempdir;

use super::{begin, path, run_info};

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
            assert!(matches!(&error, JournalError::Format { .. }), "{error}");
            assert!(
                error.to_string().contains("this is not a journal"),
                "{error}"
            );
        }
        assert_eq!(fs::read(&path).expect("readable"), content);
    }
}
