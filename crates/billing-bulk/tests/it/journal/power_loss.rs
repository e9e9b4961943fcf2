//! Loss of power at every moment: what was recorded stays, nothing is half there, and no write is
//! sent twice under two ids.

use std::collections::BTreeMap;
use std::path::Path;

use billing_bulk::Journal;
use billing_bulk::journal::row::{NewRow, Row};
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::journal::{JournalError, JournalReader, State, Transition};
use billing_core::RequestId;

use super::disk::{Disk, Failure};
use super::{accept, begin, cause, finish, new_row, plan_info, run_info, second, send, skip};

const PROFILES: u64 = 8;

/// What happened to a row, at which operation of the disk.
#[derive(Clone, Debug)]
enum Event {
    /// `begin` completed.
    Begun,
    /// `begin` of the second plan completed.
    Continued,
    /// A transition was given to the journal.
    Started(u64, State),
    /// `record` completed.
    Recorded(u64),
    /// The server received the write of a row.
    Received(u64, RequestId),
}

/// A run on a disk, and its events in order.
struct Scenario {
    disk: Disk,
    events: Vec<(usize, Event)>,
}

impl Scenario {
    fn note(&mut self, event: Event) {
        self.events.push((self.disk.time(), event));
    }

    /// Records transitions in one group, and sends the writes among them once that is durable.
    async fn record(&mut self, journal: &SqliteJournal, group: Vec<(u64, Transition)>) {
        let time = second(self.events.len() as u64);
        for (row, step) in &group {
            self.note(Event::Started(*row, step.next()));
        }
        let steps = group
            .iter()
            .map(|(row, step)| (*row, time, step.clone()))
            .collect();
        for recorded in journal.record_group(steps).await {
            recorded.expect("recorded");
        }
        for (row, step) in group {
            self.note(Event::Recorded(row));
            if let Transition::Send { request_id, .. } = step {
                self.note(Event::Received(row, request_id));
            }
        }
    }
}

/// A run with every transition that `apply` and `reconcile` make.
async fn run(disk: Disk, pragma: &'static str) -> Scenario {
    let mut run = Scenario {
        disk,
        events: Vec::new(),
    };
    let connection = run.disk.connect().expect("a connection");
    let journal = SqliteJournal::on_connection(connection, Path::new("RUN.db"), &run_info());
    let journal = journal.expect("a new journal");
    journal.execute(pragma).await.expect(pragma);
    begin(&journal, PROFILES).await.expect("begun");
    run.note(Event::Begun);
    let id = |row: u64, attempt: u32| u128::from(row) * 100 + u128::from(attempt);
    let groups = vec![
        vec![(1, send(1, id(1, 1))), (2, send(1, id(2, 1)))],
        vec![(3, send(1, id(3, 1))), (1, accept()), (2, finish(2))],
        vec![
            (4, skip("as_planned")),
            (3, Transition::Return(cause("busy"))),
        ],
        vec![(3, send(2, id(3, 2)))],
        vec![
            (1, accept()),
            (5, send(1, id(5, 1))),
            (6, send(1, id(6, 1))),
        ],
        vec![
            (5, send(1, id(5, 1))),
            (6, Transition::Lose(cause("no_response"))),
        ],
        vec![(1, finish(1)), (5, Transition::Fail(cause("refused")))],
        vec![
            (3, Transition::Conflict(cause("changed"))),
            (7, send(1, id(7, 1))),
        ],
        vec![(6, send(2, id(6, 2))), (7, accept())],
        vec![(6, finish(6))],
    ];
    for group in groups {
        run.record(&journal, group).await;
    }
    let replaced = (1..).zip(REPLACED);
    let mut rows = replaced.map(|(number, row)| {
        Ok(NewRow {
            number,
            ..new_row(row)
        })
    });
    let second_plan = plan_info("second");
    let begun = journal.begin(&second_plan, second(100), &mut rows).await;
    begun.expect("taken over");
    run.note(Event::Continued);
    for group in [
        vec![(9, send(1, id(9, 1))), (10, send(1, id(10, 1)))],
        vec![(10, finish(10)), (9, Transition::Fail(cause("refused")))],
    ] {
        run.record(&journal, group).await;
    }
    run
}

/// The rows that the rows of the second plan replace: failed, in conflict, done and planned.
const REPLACED: [u64; 4] = [5, 3, 6, 8];

/// Opens the journal after a loss of power at operation `cut`, and says what is wrong with it.
async fn check(run: &Scenario, cut: usize, seed: u64) -> Result<(), String> {
    let disk = run.disk.after_power_loss(cut, seed);
    let connection = disk.connect().map_err(|error| error.to_string())?;
    let opened = SqliteJournal::on_connection(connection, Path::new("RUN.db"), &run_info());
    let journal = opened.map_err(|error| format!("not opened: {error}"))?;
    let mut expected: BTreeMap<u64, (Vec<State>, usize)> = BTreeMap::new();
    let mut received: BTreeMap<u64, RequestId> = BTreeMap::new();
    let (mut has_begun, mut has_continued) = (false, false);
    for (_, event) in run.events.iter().filter(|(time, _)| *time <= cut) {
        match event {
            Event::Begun => has_begun = true,
            Event::Continued => has_continued = true,
            Event::Started(row, state) => expected.entry(*row).or_default().0.push(*state),
            Event::Recorded(row) => expected.entry(*row).or_default().1 += 1,
            Event::Received(row, id) => drop(received.insert(*row, *id)),
        }
    }
    if !journal.info().has_begun {
        return if has_begun {
            Err("the begin was lost".to_owned())
        } else {
            Ok(())
        };
    }
    let rows = journal
        .rows(&State::ALL, 0, 100)
        .await
        .map_err(|error| error.to_string())?;
    if rows.len() as u64 != PROFILES {
        return Err(format!("{} rows", rows.len()));
    }
    let is_continued = journal.info().has_plan("second");
    if has_continued && !is_continued {
        return Err("the second plan was lost".to_owned());
    }
    let mut replaced = Vec::new();
    for row in &rows {
        if (row.number > PROFILES) != (is_continued && row.previous.is_some()) {
            return Err(format!("row {}: half a plan", row.number));
        }
        if let Some(row) = row.previous {
            let row = journal.row(row).await.map_err(|error| error.to_string())?;
            replaced.push(row.ok_or("a replaced row was lost")?);
        }
    }
    let expected_replaced = if is_continued { REPLACED.len() } else { 0 };
    if replaced.len() != expected_replaced {
        return Err(format!("{} replaced rows", replaced.len()));
    }
    for row in rows.into_iter().chain(replaced) {
        let history = journal
            .history(row.number)
            .await
            .map_err(|error| error.to_string())?;
        let states: Vec<State> = history.iter().map(|entry| entry.state).collect();
        let (started, recorded) = expected.remove(&row.number).unwrap_or_default();
        if !started.starts_with(&states) || states.len() < recorded {
            return Err(format!(
                "row {}: {states:?} of {started:?}, {recorded} recorded",
                row.number
            ));
        }
        if row.state != states.last().copied().unwrap_or(State::Planned) {
            return Err(format!("row {}: half a transition", row.number));
        }
        let known = row.attempt.as_ref().map(|write| write.request_id);
        if let Some(id) = received.get(&row.number)
            && known != Some(*id)
            // The next attempt may be durable before the server receives it.
            && !history.iter().any(|entry| entry.request_id == Some(*id))
        {
            return Err(format!("row {}: a received write is not known", row.number));
        }
    }
    Ok(())
}

/// Returns what is wrong after the loss of power at each operation.
async fn violations(run: &Scenario, seeds: u64) -> Vec<String> {
    let mut found = Vec::new();
    for cut in 0..=run.disk.time() {
        for seed in 0..seeds {
            if let Err(problem) = check(run, cut, cut as u64 * 64 + seed).await {
                found.push(format!("operation {cut}, seed {seed}: {problem}"));
            }
        }
    }
    found
}

#[tokio::test]
async fn power_loss_at_any_moment_loses_nothing() {
    let run = run(Disk::new(), "").await;
    assert!(run.disk.syncs("RUN.db") > 5, "the log was not checkpointed");
    let found = violations(&run, 5).await;
    assert!(
        found.is_empty(),
        "{} of {}: {found:#?}",
        found.len(),
        run.disk.time()
    );
}

/// The test of the test above: without syncs, or without one for each commit, it must find losses.
#[tokio::test]
async fn power_loss_without_every_sync_is_noticed() {
    for pragma in ["PRAGMA synchronous = OFF", "PRAGMA synchronous = NORMAL"] {
        let run = run(Disk::new(), pragma).await;
        let found = violations(&run, 2).await;
        let is_noticed = found
            .iter()
            .any(|it| it.contains("was lost") || it.contains("recorded"));
        assert!(is_noticed, "{pragma}: {found:#?}");
    }
}

/// What a server does with the writes that it receives: the first under an id takes effect.
#[derive(Debug, Default)]
struct Server {
    effective: BTreeMap<u64, Vec<RequestId>>,
}

impl Server {
    fn receive(&mut self, row: u64, id: RequestId) {
        let ids = self.effective.entry(row).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}

/// Applies a plan to its end, as the engine does, unless the disk fails.
async fn apply(
    disk: &Disk,
    pragma: &'static str,
    server: &mut Server,
    random: &mut fastrand::Rng,
) -> Result<(), JournalError> {
    let connection = disk.connect().expect("a connection");
    let journal = SqliteJournal::on_connection(connection, Path::new("RUN.db"), &run_info())?;
    journal.execute(pragma).await?;
    if !journal.info().has_begun {
        begin(&journal, PROFILES).await?;
    }
    loop {
        let open = [State::Planned, State::Sending, State::Accepted];
        let rows = journal.rows(&open, 0, 3).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for Row {
            number,
            state,
            attempt,
            ..
        } in rows
        {
            let time = second(1);
            match (state, attempt) {
                (State::Planned, _) => {
                    let id = super::request_id(random.u128(..));
                    let step = Transition::Send {
                        attempt: 1,
                        request_id: id,
                        body: "{}".into(),
                        if_match: None,
                    };
                    journal.record(number, time, step).await?;
                    server.receive(number, id);
                }
                (State::Sending, Some(write)) => {
                    server.receive(number, write.request_id);
                    let step = if random.bool() {
                        accept()
                    } else {
                        finish(number)
                    };
                    journal.record(number, time, step).await?;
                }
                _ => journal.record(number, time, finish(number)).await?,
            }
        }
    }
}

/// Applies a plan through repeated losses of power, and returns how many ids took effect for each
/// row; an error if the journal is damaged.
async fn apply_with_losses(seed: u64, pragma: &'static str) -> Result<Vec<usize>, JournalError> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut server = Server::default();
    let mut disk = Disk::new();
    let mut losses = 0;
    loop {
        // The power is lost at an operation, with what the disk has then.
        if losses < 40 {
            disk.fail_after(random.usize(1..200), Failure::Broken);
        }
        match apply(&disk, pragma, &mut server, &mut random).await {
            Ok(()) => break,
            Err(error) if losses >= 40 => return Err(error),
            Err(_) => {}
        }
        losses += 1;
        disk = disk.after_power_loss(disk.time(), random.u64(..));
    }
    Ok(server.effective.values().map(Vec::len).collect())
}

#[tokio::test]
async fn repeated_power_loss_never_doubles_a_write() {
    for seed in 0..150 {
        let effective = apply_with_losses(seed, "").await;
        assert_eq!(effective, Ok(vec![1; PROFILES as usize]), "seed {seed}");
    }
}

/// The test of the test above.
#[tokio::test]
async fn repeated_power_loss_without_syncs_does_harm() {
    let (mut doubled, mut damaged) = (0, 0);
    for seed in 0..60 {
        match apply_with_losses(seed, "PRAGMA synchronous = OFF").await {
            Ok(effective) => doubled += effective.into_iter().filter(|ids| *ids > 1).count(),
            Err(_) => damaged += 1,
        }
    }
    assert!(
        doubled > 0 && damaged > 0,
        "{doubled} doubled, {damaged} damaged"
    );
}
