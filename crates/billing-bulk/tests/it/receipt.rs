//! What a journal proves, and what erasing leaves of a profile.

mod edits;
mod erase;
mod show;

use std::path::Path;

use billing_bulk::Journal;
use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use billing_bulk::journal::{Holder, Transition};
use billing_bulk::receipt::{Altered, Place, Proof, VerifyError, verify};
use tempfile::tempdir;

use crate::journal::{accept, after, begin, cause, finish, run_info, second, send, skip};

/// Records a run with rows in every state but `planned` and `accepted`.
async fn record(path: &Path) {
    let holder = Holder {
        user: Some("operator".to_owned()),
        tool: Some("billing 1.0".to_owned()),
        ..Holder::this_process()
    };
    let journal = SqliteJournal::open_or_create(path, &run_info()).unwrap();
    let journal = journal.with_holder(holder);
    begin(&journal, 6).await.unwrap();
    let changed = Transition::Skip {
        cause: cause("already_there"),
        after: Some(after(2)),
    };
    let steps = [
        (1, send(1, 11)),
        (1, accept()),
        (2, changed),
        (3, send(1, 31)),
        (1, finish(1)),
        (3, Transition::Return(cause("busy"))),
        (3, send(2, 32)),
        (3, Transition::Fail(cause("refused"))),
        (4, skip("no_change")),
        (5, send(1, 51)),
        (5, Transition::Lose(cause("lost"))),
        (6, send(1, 61)),
    ];
    for (time, (row, step)) in (1..).zip(steps) {
        journal.record(row, second(time), step).await.unwrap();
    }
}

async fn verified(path: &Path) -> Result<Proof, VerifyError> {
    verify(&SqliteReader::open(path)?, None).await
}

fn altered(result: Result<Proof, VerifyError>) -> Altered {
    match result {
        Err(VerifyError::Altered(altered)) => altered,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn journal_that_nobody_changed_is_verified() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    record(&path).await;
    let proof = verified(&path).await.unwrap();
    assert_eq!((proof.entries, proof.rows, proof.erased), (13, 6, 0));
    let reader = SqliteReader::open(&path).unwrap();
    assert_eq!(verify(&reader, Some(proof.head)).await, Ok(proof));
}

#[tokio::test]
async fn earlier_head_is_recognised_and_another_is_not() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("RUN.db");
    record(&path).await;
    let head = verified(&path).await.unwrap().head;
    let journal = SqliteJournal::open(&path).unwrap();
    journal.record(6, second(99), finish(6)).await.unwrap();
    drop(journal);
    let reader = SqliteReader::open(&path).unwrap();
    let proof = verify(&reader, Some(head)).await.unwrap();
    assert_ne!(proof.head, head);
    let other = altered(verify(&reader, Some([7; 32])).await);
    assert_eq!(other.place, Place::Head);
}
