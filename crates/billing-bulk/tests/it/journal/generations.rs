//! The rows of further plans.

use billing_bulk::Journal;
use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use billing_bulk::journal::{JournalError, JournalReader, State, Transition};
use billing_bulk::receipt::verify;
use tempfile::tempdir;

use super::{
    accept, begin, cause, finish, first_plan, new_row, path, plan_info, profile, run_info, second,
    send,
};

/// Stores a plan of these profiles.
pub(super) async fn go_on(journal: &dyn Journal, profiles: &[u64]) -> Result<(), JournalError> {
    let mut rows = (1..).zip(profiles).map(|(number, profile)| {
        let mut row = new_row(*profile);
        row.number = number;
        Ok(row)
    });
    journal
        .begin(&plan_info("second"), second(9), &mut rows)
        .await
}

async fn numbers(journal: &dyn JournalReader) -> Vec<u64> {
    let rows = journal.rows(&State::ALL, 0, 1000).await.expect("rows");
    rows.iter().map(|row| row.number).collect()
}

/// A run of three rows, the second of which has failed.
async fn failed(journal: &SqliteJournal) {
    begin(journal, 3).await.expect("begun");
    for row in [1, 3] {
        let step = send(1, row.into());
        journal.record(row, second(1), step).await.expect("sent");
        let step = finish(row);
        journal.record(row, second(2), step).await.expect("done");
    }
    let step = Transition::Fail(cause("refused"));
    journal.record(2, second(3), step).await.expect("failed");
}

#[tokio::test]
async fn rows_of_a_later_plan_take_over() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let journal = SqliteJournal::open_or_create(&path, &run_info()).expect("new");
    failed(&journal).await;
    go_on(&journal, &[2, 4]).await.expect("taken over");
    assert_eq!(numbers(&journal).await, [1, 3, 4, 5]);
    journal
        .record(4, second(10), send(1, 7))
        .await
        .expect("sent");
    journal
        .record(4, second(11), finish(2))
        .await
        .expect("done");
    drop(journal);

    let reader = SqliteReader::open(&path).expect("a journal");
    let info = reader.info();
    let plans: Vec<_> = info.plans.iter().map(|plan| plan.rows.clone()).collect();
    assert_eq!(plans, [Some(1..=3), Some(4..=5)]);
    assert_eq!(info.plan_digest(), "second");
    assert!(info.has_plan("second") && info.has_plan(&first_plan().digest));
    let counts = reader.counts().await.expect("counts");
    assert_eq!((counts.of(State::Done), counts.of(State::Planned)), (3, 1));
    assert_eq!(counts.total(), 4);
    let present = reader
        .find(&profile(2))
        .await
        .expect("read")
        .expect("a row");
    assert_eq!((present.number, present.generation), (4, 2));
    assert_eq!(present.previous, Some(2));
    let replaced = reader.row(2).await.expect("read").expect("a row");
    assert_eq!((replaced.generation, replaced.state), (1, State::Failed));
    assert_eq!(reader.history(2).await.expect("history").len(), 1);
    let added = reader
        .find(&profile(4))
        .await
        .expect("read")
        .expect("a row");
    assert_eq!((added.number, added.previous), (5, None));
    let proof = verify(&reader, None).await.expect("as recorded");
    assert_eq!((proof.rows, proof.erased), (5, 0));

    // Erasing a profile is about all its rows.
    let journal = SqliteJournal::open(&path).expect("a journal");
    journal
        .erase(&profile(2), second(50))
        .await
        .expect("erased");
    let proof = verify(&journal, Some(proof.head))
        .await
        .expect("as recorded");
    assert_eq!((proof.rows, proof.erased), (5, 2));
    let replaced = journal.row(2).await.expect("read").expect("a row");
    assert_eq!(replaced.erased, Some(second(50)));
}

#[tokio::test]
async fn interrupted_plan_leaves_the_run_as_it_was() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let journal = SqliteJournal::open_or_create(&path, &run_info()).expect("new");
    failed(&journal).await;
    let head = journal.head().await;
    let broken = JournalError::Plan {
        problem: "the plan is damaged".to_owned(),
    };
    // Some of them are stored before the error.
    let mut rows = (1..=2_000)
        .map(|number| Ok(new_row(number)))
        .chain([Err(broken.clone())]);
    let plan = plan_info("second");
    let begun = journal.begin(&plan, second(9), &mut rows);
    assert_eq!(begun.await, Err(broken));
    assert_eq!(numbers(&journal).await, [1, 2, 3]);
    drop(journal);

    let journal = SqliteJournal::open(&path).expect("a journal");
    assert_eq!(journal.info().plans.len(), 1);
    assert_eq!(numbers(&journal).await, [1, 2, 3]);
    let proof = verify(&journal, None).await.expect("as recorded");
    assert_eq!(Ok(proof.head), head);
    // Until the plan is taken over, the data of its rows are needed.
    let erased = journal.erase(&profile(1), second(50)).await;
    let open = JournalError::Open {
        row: 4,
        state: State::Planned,
    };
    assert_eq!(erased, Err(open));
    assert_eq!(journal.counts().await.expect("counts").total(), 3);
    assert_eq!(journal.head().await, head);
    let present = journal.find(&profile(2)).await.expect("read");
    assert_eq!(present.expect("a row").number, 2);
    assert!(journal.find(&profile(200)).await.expect("read").is_none());
    // Another plan can follow.
    go_on(&journal, &[2]).await.expect("taken over");
    assert_eq!(numbers(&journal).await, [1, 3, 4]);
    assert_ne!(journal.head().await, head);
}

#[tokio::test]
async fn row_in_flight_is_not_replaced_by_a_journal() {
    for step in [None, Some(accept())] {
        let folder = tempdir().expect("a folder");
        let path = path(folder.path());
        let journal = SqliteJournal::open_or_create(&path, &run_info()).expect("new");
        begin(&journal, 2).await.expect("begun");
        journal
            .record(1, second(1), send(1, 7))
            .await
            .expect("sent");
        if let Some(step) = step {
            journal.record(1, second(2), step).await.expect("accepted");
        }
        let state = journal.row(1).await.expect("read").expect("a row").state;
        let refused = go_on(&journal, &[2, 1]).await;
        assert_eq!(refused, Err(JournalError::Unsettled { row: 1, state }));
        assert_eq!(numbers(&journal).await, [1, 2]);
        journal.record(1, second(3), finish(1)).await.expect("done");
        go_on(&journal, &[2, 1]).await.expect("taken over");
        assert_eq!(numbers(&journal).await, [3, 4]);
    }
}

#[tokio::test]
async fn plan_is_stored_once() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let journal = SqliteJournal::open_or_create(&path, &run_info()).expect("new");
    // A journal is created for one plan.
    assert!(go_on(&journal, &[1]).await.is_err());
    begin(&journal, 2).await.expect("begun");
    assert!(begin(&journal, 2).await.is_err());
    go_on(&journal, &[1]).await.expect("taken over");
    assert!(go_on(&journal, &[1]).await.is_err());
    assert!(begin(&journal, 2).await.is_err());
    assert_eq!(numbers(&journal).await, [2, 3]);
}
