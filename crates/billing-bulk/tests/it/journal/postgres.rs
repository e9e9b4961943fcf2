//! The journal in PostgreSQL. These tests need a server: `BILLING_TEST_POSTGRES` has its address,
//! and without it they are skipped.

use std::time::SystemTime;

use billing_bulk::control::{Activity, By, Order, ProcessId};
use billing_bulk::document::Document;
use billing_bulk::journal::postgres::{PostgresJournal, PostgresReader, give_order};
use billing_bulk::journal::row::{Entry, Row};
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::journal::{Counts, Hash, Holder, JournalError, JournalReader, State, Transition};
use billing_bulk::receipt::{Place, VerifyError, verify};
use billing_bulk::report::{JsonReport, Report};
use billing_bulk::{Journal, ProfileId};
use futures_util::future::join_all;
use tempfile::tempdir;
use tokio_postgres::{Client, NoTls};

use super::generations::go_on;
use super::{accept, begin, cause, finish, first_plan, path, profile, run_info, second, send};
use crate::report::recorded;

/// A server, and a journal of its own in it.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) journal: String,
}

impl Server {
    /// Returns the server, or says that the test is skipped.
    #[expect(
        clippy::disallowed_methods,
        clippy::print_stdout,
        reason = "a test, not the library, reads the environment and says what it skips"
    )]
    pub(super) fn find() -> Option<Self> {
        let Ok(url) = std::env::var("BILLING_TEST_POSTGRES") else {
            println!("skipped: BILLING_TEST_POSTGRES has no address of a PostgreSQL server");
            return None;
        };
        // The server may be used by several runs of the tests.
        let journal = format!("{url}#t{:x}", fastrand::u64(..));
        Some(Self { url, journal })
    }

    /// Connects without the journal's code.
    async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    async fn open(&self) -> PostgresJournal {
        let opened = PostgresJournal::open_or_create(&self.journal, &run_info()).await;
        opened.unwrap()
    }

    /// Ends the sessions that hold the lock of this process's journals, as a lost machine would.
    pub(super) async fn cut(&self, schema: &str) {
        let client = self.client().await;
        let ended = client
            .query(
                "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l \
                 WHERE l.locktype = 'advisory' AND \
                 (l.classid::bigint << 32) | l.objid::bigint \
                 = hashtextextended('billing-bulk ' || $1, 0)",
                &[&schema],
            )
            .await
            .unwrap();
        assert_eq!(ended.len(), 1);
    }

    pub(super) fn schema(&self) -> String {
        let (_, name) = self.journal.split_once('#').unwrap();
        format!("billing_{name}")
    }
}

/// Everything that can be read of a journal.
type Contents = (Vec<String>, Vec<Vec<Entry>>, Vec<Option<Document>>, Counts);

/// Reads everything that can be read of a journal.
async fn contents(journal: &dyn JournalReader) -> Contents {
    let rows = journal.rows(&State::ALL, 0, 1000).await.unwrap();
    let mut histories = Vec::new();
    let mut outcomes = Vec::new();
    for row in &rows {
        let mut history = journal.history(row.number).await.unwrap();
        // Salts are random.
        for entry in &mut history {
            entry.commitment = entry.commitment.map(|_| Hash::default());
        }
        histories.push(history);
        outcomes.push(journal.outcome(row.number).await.unwrap());
    }
    let rows = rows.iter().map(shown).collect();
    let counts = journal.counts().await.unwrap();
    (rows, histories, outcomes, counts)
}

fn shown(row: &Row) -> String {
    let body = row.attempt.as_ref().map(|attempt| attempt.body.clone());
    format!("{row:?} {:?} {body:?}", row.before.json())
}

#[tokio::test]
async fn both_storages_record_the_same() {
    let Some(server) = Server::find() else { return };
    for seed in 0..8 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let folder = tempdir().unwrap();
        let sqlite = SqliteJournal::open_inline(&path(folder.path()), &run_info()).unwrap();
        let server = Server {
            journal: format!("{}_{seed}", server.journal),
            url: server.url.clone(),
        };
        let postgres = server.open().await;
        begin(&sqlite, 5).await.unwrap();
        begin(&postgres, 5).await.unwrap();
        for step in 0..60 {
            let row = dice.u64(1..=6);
            let transition = match dice.u8(0..8) {
                0 => accept(),
                1 => finish(row),
                2 => Transition::Return(cause("busy")),
                3 => Transition::Fail(cause("refused")),
                4 => Transition::Lose(cause("lost")),
                5 if dice.u8(0..4) == 0 => Transition::Conflict(cause("stale_etag")),
                _ => send(dice.u32(1..3), u128::from(dice.u64(1..4))),
            };
            let one = sqlite.record(row, second(step), transition.clone()).await;
            let other = postgres.record(row, second(step), transition).await;
            // The errors name their journal.
            assert_eq!(one.is_ok(), other.is_ok(), "seed {seed}: {one:?} {other:?}");
            if let (Err(one @ JournalError::Transition { .. }), Err(other)) = (one, other) {
                assert_eq!(one, other);
            }
        }
        // A second plan for all profiles, of which some rows may be in flight, and for the others.
        let in_flight = [State::Sending, State::Accepted];
        let in_flight = sqlite.rows(&in_flight, 0, 9).await.unwrap();
        let is_free = |row: &u64| !in_flight.iter().any(|it| it.number == *row);
        let free: Vec<u64> = (1..=6).filter(is_free).collect();
        for profiles in [vec![1, 2, 3, 4, 5], free] {
            let one = go_on(&sqlite, &profiles).await;
            let other = go_on(&postgres, &profiles).await;
            assert_eq!(one.is_ok(), other.is_ok(), "seed {seed}: {one:?} {other:?}");
        }
        sqlite.record(7, second(70), send(1, 9)).await.unwrap();
        postgres.record(7, second(70), send(1, 9)).await.unwrap();
        sqlite.save_rates("[1]".to_owned()).await.unwrap();
        postgres.save_rates("[0]".to_owned()).await.unwrap();
        postgres.save_rates("[1]".to_owned()).await.unwrap();
        drop(postgres);
        let reader = PostgresReader::open(&server.journal).await.unwrap();
        assert_eq!(
            contents(&sqlite).await,
            contents(&reader).await,
            "seed {seed}"
        );
        assert_eq!(sqlite.last_change().await, reader.last_change().await);
        let one = verify(&sqlite, None).await.unwrap();
        let other = verify(&reader, None).await.unwrap();
        assert_eq!((one.entries, one.rows), (other.entries, other.rows));
        assert_eq!(sqlite.rates().await, reader.rates().await);
        assert!(reader.info().has_begun);
        assert_eq!(reader.info().plans.len(), 2);
        for row in 1..=12 {
            let one = sqlite.row(row).await.unwrap();
            let other = reader.row(row).await.unwrap();
            assert_eq!(one.as_ref().map(shown), other.as_ref().map(shown));
        }
        for id in [profile(3), ProfileId::partner("unknown")] {
            let one = sqlite.find(&id).await.unwrap();
            let other = reader.find(&id).await.unwrap();
            assert_eq!(one.as_ref().map(shown), other.as_ref().map(shown));
        }
        let pages = [
            (&[State::Planned, State::Sending][..], 2, 1),
            (&State::ALL, 3, 2),
        ];
        for (states, after, limit) in pages {
            let one = sqlite.rows(states, after, limit).await.unwrap();
            let other = reader.rows(states, after, limit).await.unwrap();
            let (one, other): (Vec<_>, Vec<_>) = (
                one.iter().map(shown).collect(),
                other.iter().map(shown).collect(),
            );
            assert_eq!(one, other);
        }
    }
}

#[tokio::test]
async fn transitions_that_wait_together_are_all_recorded() {
    let Some(server) = Server::find() else { return };
    let journal = server.open().await;
    begin(&journal, 300).await.unwrap();
    let steps = (1..=300).map(|row| journal.record(row, second(row), send(1, row.into())));
    for recorded in join_all(steps).await {
        recorded.unwrap();
    }
    let counts = journal.counts().await.unwrap();
    assert_eq!(counts.of(State::Sending), 300);
}

#[tokio::test]
async fn second_run_is_refused_with_the_name_of_the_first() {
    let Some(server) = Server::find() else { return };
    let first = server.open().await;
    let refused = PostgresJournal::open(&server.journal).await.unwrap_err();
    let JournalError::InUse { holder, .. } = refused else {
        panic!("{refused:?}");
    };
    let this = Holder::this_process();
    assert_eq!((holder.process, &holder.host), (this.process, &this.host));
    let reader = PostgresReader::open(&server.journal).await.unwrap();
    assert_eq!(reader.holder().await, Ok(Some(holder)));
    begin(&first, 1).await.unwrap();
}

#[tokio::test]
async fn second_run_is_refused_where_statements_have_little_time() {
    let Some(server) = Server::find() else { return };
    let _first = server.open().await;
    let (url, schema) = server.journal.split_once('#').unwrap();
    let and = if url.contains('?') { '&' } else { '?' };
    let journal = format!("{url}{and}options=-c%20statement_timeout%3D1s#{schema}");
    let refused = PostgresJournal::open(&journal).await.unwrap_err();
    assert!(matches!(refused, JournalError::InUse { .. }), "{refused:?}");
}

#[tokio::test]
async fn run_is_taken_over_when_its_connection_is_gone() {
    let Some(server) = Server::find() else { return };
    let first = server.open().await;
    begin(&first, 2).await.unwrap();
    first.record(1, second(1), send(1, 7)).await.unwrap();
    server.cut(&server.schema()).await;

    let second_run = PostgresJournal::open(&server.journal).await.unwrap();
    let found = second_run.rows(&[State::Sending], 0, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    // The first machine may still be there. It can record nothing more, so it sends nothing more.
    for _ in 0..2 {
        let refused = first.record(2, second(2), send(1, 8)).await.unwrap_err();
        assert!(
            matches!(refused, JournalError::Storage { .. }),
            "{refused:?}"
        );
    }
    let activity = Activity {
        process: ProcessId {
            process: None,
            host: None,
        },
        time: second(3),
        waits: Vec::new(),
        polls: 0,
        in_flight: 0,
        stopped: None,
    };
    let refused = first.save_activity(activity).await.unwrap_err();
    assert!(matches!(refused, JournalError::Storage { .. }));
    assert_eq!(second_run.activity().await, Ok(None));
    let counts = second_run.counts().await.unwrap();
    assert_eq!(
        (counts.of(State::Planned), counts.of(State::Sending)),
        (1, 1)
    );
}

#[tokio::test]
async fn interrupted_begin_is_begun_again() {
    let Some(server) = Server::find() else { return };
    let journal = server.open().await;
    let broken = JournalError::Plan {
        problem: "the plan is damaged".to_owned(),
    };
    let rows = (1..=700).map(super::new_row).map(Ok);
    let mut rows = rows.chain([Err(broken.clone())]);
    let begun = journal.begin(&first_plan(), second(0), &mut rows).await;
    assert_eq!(begun, Err(broken));
    drop(journal);
    let reader = PostgresReader::open(&server.journal).await.unwrap();
    assert!(!reader.info().has_begun);

    let journal = PostgresJournal::open(&server.journal).await.unwrap();
    begin(&journal, 3).await.unwrap();
    assert_eq!(journal.counts().await.unwrap().total(), 3);
    let again = begin(&journal, 3).await.unwrap_err();
    assert!(matches!(again, JournalError::Format { .. }), "{again:?}");
}

#[tokio::test]
async fn missing_and_newer_journals_are_refused() {
    let Some(server) = Server::find() else { return };
    let refused = PostgresJournal::open(&server.journal).await.unwrap_err();
    assert!(
        matches!(refused, JournalError::Missing { .. }),
        "{refused:?}"
    );
    let refused = PostgresReader::open(&server.journal).await.unwrap_err();
    assert!(matches!(refused, JournalError::Missing { .. }), "{refused}");

    drop(server.open().await);
    let client = server.client().await;
    let by = By {
        who: "chris@billing-1".to_owned(),
        time: SystemTime::UNIX_EPOCH,
    };
    for version in [2, 9] {
        let other = format!("UPDATE {}.run SET version = {version}", server.schema());
        client.batch_execute(&other).await.unwrap();
        let format = format!("format {version} of another version");
        for refused in [
            PostgresReader::open(&server.journal).await.unwrap_err(),
            PostgresJournal::open(&server.journal).await.unwrap_err(),
            give_order(&server.journal, &Order::Pause, &by)
                .await
                .unwrap_err(),
        ] {
            assert!(refused.to_string().contains(&format), "{refused}");
        }
    }
}

#[tokio::test]
async fn server_that_cannot_be_reached_is_named_without_its_password() {
    let address = "postgres://me:s3cret@127.0.0.1:1/runs#march";
    let refused = PostgresJournal::open_or_create(address, &run_info()).await;
    let refused = refused.unwrap_err().to_string();
    assert!(
        refused.starts_with("postgres://127.0.0.1:1/runs#march: "),
        "{refused}"
    );
    assert!(!refused.contains("s3cret"), "{refused}");
}

#[tokio::test]
async fn report_is_the_same_in_both_storages() {
    let Some(server) = Server::find() else { return };
    let folder = tempdir().expect("a folder");
    let sqlite = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    let postgres = server.open().await;
    let mut seen = Vec::new();
    for journal in [&sqlite as &dyn Journal, &postgres] {
        recorded(journal).await;
        let mut json = JsonReport::default();
        let report = Report::read(journal, second(60), None, &mut |row| json.add(row)).await;
        let mut report = report.expect("read");
        // They name the processes.
        report.recorders.clear();
        report.status.holder = None;
        let mut out = Vec::new();
        json.write(&mut out, &report).expect("written");
        seen.push(String::from_utf8(out).expect("text"));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn erased_profile_is_gone_and_the_chain_is_valid() {
    let Some(server) = Server::find() else { return };
    let journal = server.open().await;
    begin(&journal, 2).await.unwrap();
    journal.record(1, second(1), send(1, 7)).await.unwrap();
    let open = journal.erase(&profile(1), second(2)).await.unwrap_err();
    assert!(matches!(open, JournalError::Open { row: 1, .. }), "{open}");
    journal.record(1, second(3), finish(1)).await.unwrap();
    let head = journal.head().await.unwrap();
    journal.erase(&profile(1), second(4)).await.unwrap();
    let proof = verify(&journal, Some(head)).await.unwrap();
    assert_eq!((proof.entries, proof.rows, proof.erased), (4, 2, 1));
    let row = journal.find(&profile(1)).await.unwrap().unwrap();
    assert_eq!(row.erased, Some(second(4)));
    assert_eq!((&row.before.json()[..], row.source.raw), (&b""[..], None));
    assert_eq!(row.changes[0].new, None);
    assert_eq!(journal.outcome(1).await, Ok(None));
    let client = server.client().await;
    let edit = format!(
        "UPDATE {}.history SET correlation_id = 'x'",
        server.schema()
    );
    client.execute(&edit, &[]).await.unwrap();
    let Err(VerifyError::Altered(altered)) = verify(&journal, None).await else {
        panic!("not found")
    };
    assert_eq!(altered.place, Place::Entry(1));
}
