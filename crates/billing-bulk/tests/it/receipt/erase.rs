//! Erasing the personal data of a profile.

use std::fs;
use std::path::Path;

use billing_bulk::change::Change;
use billing_bulk::document::{Document, Version};
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use billing_bulk::journal::{JournalError, PlanInfo, State, Transition};
use billing_bulk::plan::Source;
use billing_bulk::receipt::{Place, Receipt, verify};
use billing_bulk::{Journal, JournalReader as _};
use rusqlite::Connection;
use serde_json::json;
use tempfile::tempdir;

use super::{altered, record, verified};
use crate::journal::{cause, ids, new_row, profile, run_info, second, send};

fn plan() -> PlanInfo {
    run_info().plans.remove(0)
}

/// Returns whether a text is anywhere in the files of a folder.
fn is_there(folder: &Path, text: &str) -> bool {
    let files = fs::read_dir(folder).unwrap();
    files.into_iter().any(|file| {
        let content = fs::read(file.unwrap().path()).unwrap();
        content.windows(text.len()).any(|it| it == text.as_bytes())
    })
}

/// Returns a row about a person, whose document needs several pages.
fn person(number: u64, name: &str) -> NewRow {
    let padding = "x".repeat(9_000);
    let document = json!({ "name": name, "padding": padding }).to_string();
    NewRow {
        before: Document::new(document, Version::Hash([5; 32])),
        changes: vec![Change {
            path: vec!["name".to_owned()],
            old: Some(json!(name)),
            new: Some(json!(format!("{name}-new"))),
        }],
        source: Source {
            location: Some(format!("customers.csv:{number}")),
            raw: Some(json!([format!("{name}-new")]).to_string()),
        },
        ..new_row(number)
    }
}

async fn apply(journal: &SqliteJournal, number: u64, name: &str) {
    let body = json!({ "name": format!("{name}-new") }).to_string();
    let sent = Transition::Send {
        attempt: 1,
        request_id: crate::journal::request_id(number.into()),
        body: body.clone().into(),
        if_match: None,
    };
    let finished = Transition::Finish {
        after: Document::new(body, Version::Hash([6; 32])),
        ids: ids(number),
        note: None,
    };
    for step in [sent, finished] {
        journal.record(number, second(number), step).await.unwrap();
    }
}

#[tokio::test]
async fn erased_data_are_nowhere_in_the_files() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    let names = ["Zaphod-Quillfeather", "Ysolde-Brackwater", "Umberto-Plinth"];
    let journal = SqliteJournal::open_or_create(&path, &run_info()).unwrap();
    let rows = (1..).zip(names).map(|(n, name)| Ok(person(n, name)));
    journal
        .begin(&plan(), second(0), &mut rows.into_iter())
        .await
        .unwrap();
    for (number, name) in (1..).zip(names) {
        apply(&journal, number, name).await;
    }
    assert!(names.iter().all(|name| is_there(folder.path(), name)));
    let head = journal.head().await.unwrap();

    journal.erase(&profile(2), second(50)).await.unwrap();
    assert!(!is_there(folder.path(), names[1]));
    drop(journal);
    assert!(!is_there(folder.path(), names[1]));
    assert!(is_there(folder.path(), names[0]) && is_there(folder.path(), names[2]));

    let reader = SqliteReader::open(&path).unwrap();
    let proof = verify(&reader, Some(head)).await.unwrap();
    assert_eq!((proof.rows, proof.erased), (3, 1));
    let row = reader.find(&profile(2)).await.unwrap().unwrap();
    let recorders = reader.recorders().await.unwrap();
    let receipt = Receipt::of(&reader, &row, &recorders).await.unwrap();
    assert_eq!(receipt.erased, Some(second(50)));
    assert_eq!(receipt.state, State::Done);
    assert_eq!((&receipt.before, &receipt.after), (&None, &None));
    let [change] = receipt.changes.as_slice() else {
        panic!("{receipt:?}")
    };
    assert_eq!(change.change.path, ["name"]);
    assert_eq!((&change.change.old, &change.change.new), (&None, &None));
    assert_eq!(receipt.entries.last().unwrap().entry.ids, ids(2));
}

#[tokio::test]
async fn open_and_unknown_profiles_are_not_erased() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    record(&path).await;
    let journal = SqliteJournal::open(&path).unwrap();
    let open = |row, state| Err(JournalError::Open { row, state });
    let erased = async |row| journal.erase(&profile(row), second(50)).await;
    assert_eq!(erased(5).await, open(5, State::Unknown));
    assert_eq!(erased(6).await, open(6, State::Sending));
    let none = Err(JournalError::NoProfile {
        profile: profile(7).to_string(),
    });
    assert_eq!(erased(7).await, none);
    // Another run cannot be there meanwhile.
    let second_run = SqliteJournal::open(&path).unwrap_err();
    assert!(matches!(second_run, JournalError::InUse { .. }));
    // Erasing again changes nothing.
    for _ in 0..2 {
        erased(3).await.unwrap();
    }
    drop(journal);
    assert_eq!(verified(&path).await.unwrap().entries, 14);
}

#[tokio::test]
async fn reader_that_keeps_the_log_is_told_of() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    let name = "Wilhelmina-Thistlewood";
    let journal = SqliteJournal::open_or_create(&path, &run_info()).unwrap();
    let mut rows = [Ok(person(1, name))].into_iter();
    journal.begin(&plan(), second(0), &mut rows).await.unwrap();
    apply(&journal, 1, name).await;
    let reader = Connection::open(&path).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM history")
        .unwrap();
    let kept = journal.erase(&profile(1), second(50)).await.unwrap_err();
    let told = "close that program, then erase again";
    assert!(kept.to_string().ends_with(told), "{kept}");
    assert!(is_there(folder.path(), name));
    reader.execute_batch("COMMIT").unwrap();
    journal.erase(&profile(1), second(51)).await.unwrap();
    assert!(!is_there(folder.path(), name));
    drop(journal);
    assert_eq!(verified(&path).await.unwrap().erased, 1);
}

#[tokio::test]
async fn data_removed_without_an_entry_are_found() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    record(&path).await;
    let journal = SqliteJournal::open(&path).unwrap();
    journal.erase(&profile(1), second(50)).await.unwrap();
    drop(journal);
    let connection = Connection::open(&path).unwrap();
    let sql = "UPDATE progress SET salt = NULL WHERE number = 2";
    connection.execute(sql, []).unwrap();
    let found = altered(verified(&path).await);
    assert!(matches!(found.place, Place::Row(2, _)), "{found}");
}

#[tokio::test]
async fn failed_and_unchanged_profiles_are_erased() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    let journal = SqliteJournal::open_or_create(&path, &run_info()).unwrap();
    let names = ["Peregrine-Ashgrove", "Lavinia-Copperpot"];
    let rows = (1..).zip(names).map(|(n, name)| Ok(person(n, name)));
    journal
        .begin(&plan(), second(0), &mut rows.into_iter())
        .await
        .unwrap();
    let skipped = Transition::Skip {
        cause: cause("already_there"),
        after: Some(person(1, names[0]).before),
    };
    journal.record(1, second(1), skipped).await.unwrap();
    journal.record(2, second(2), send(1, 2)).await.unwrap();
    let failed = Transition::Fail(cause("refused"));
    journal.record(2, second(3), failed).await.unwrap();
    for row in [1, 2] {
        journal.erase(&profile(row), second(50)).await.unwrap();
    }
    assert!(!names.iter().any(|name| is_there(folder.path(), name)));
    drop(journal);
    assert_eq!(verified(&path).await.unwrap().erased, 2);
}
