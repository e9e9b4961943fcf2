//! What a journal records and gives back.

use billing_bulk::journal::row::Entry;
use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use billing_bulk::journal::{Counts, JournalError, JournalReader, State, Transition};
use billing_bulk::receipt::verify;
use billing_bulk::{Journal, ProfileId};
use tempfile::tempdir;

use super::{
    accept, begin, cause, finish, first_plan, new_row, path, profile, request_id, run_info, second,
    send, skip,
};

#[tokio::test]
async fn a_resumed_journal_has_every_transition() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    assert!(!journal.info().has_begun);
    begin(&journal, 3).await.expect("begun");
    journal
        .record(2, second(1), send(1, 7))
        .await
        .expect("sending");
    journal
        .record(2, second(2), accept())
        .await
        .expect("accepted");
    journal
        .record(3, second(3), send(1, 8))
        .await
        .expect("sending");
    journal.record(3, second(4), finish(3)).await.expect("done");
    journal.save_rates("{}".to_owned()).await.expect("saved");
    drop(journal);

    let other = billing_bulk::journal::RunInfo {
        id: "other".to_owned(),
        ..run_info()
    };
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &other).expect("resumed");
    assert!(journal.info().has_begun);
    assert_eq!(journal.info().id, run_info().id);
    let mut counts = Counts::default();
    counts.add(State::Planned, 1);
    counts.add(State::Accepted, 1);
    counts.add(State::Done, 1);
    assert_eq!(journal.counts().await, Ok(counts));
    assert_eq!(journal.rates().await, Ok(Some("{}".to_owned())));
    assert_eq!(journal.last_change().await, Ok(Some(second(4))));

    let rows = journal.rows(&State::ALL, 0, 10).await.expect("rows");
    assert_eq!(rows.len(), 3);
    for (row, new) in rows.iter().zip((1..).map(new_row)) {
        assert_eq!(row.number, new.number);
        assert_eq!(row.profile.key(), new.profile.key());
        assert_eq!(row.before, new.before);
        assert_eq!(row.changes, new.changes);
    }
    let accepted = rows[1].attempt.as_ref().expect("an attempt");
    assert_eq!(rows[1].state, State::Accepted);
    assert_eq!(rows[1].token.as_deref(), Some("token"));
    assert_eq!(accepted.request_id, request_id(7));
    assert_eq!(accepted.attempt, 1);
    assert_eq!(accepted.time, second(1));
    assert_eq!(accepted.if_match.as_deref(), Some("etag"));
    let body = accepted.body.as_ref().expect("a body");
    assert_eq!(&body[..], br#"{"email":"new@contoso.com","id":7}"#);
    let done = rows[2].attempt.as_ref().expect("an attempt");
    assert_eq!(done.body, None);
    assert_eq!(
        done.body_sha256,
        "72ff6019461932715fcb38e802a8b6e6a73f5cf5ce4058afb94f01efc7ff7840"
    );
}

#[tokio::test]
async fn history_is_in_order_with_causes() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_inline(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 1).await.expect("begun");
    let steps = [
        send(1, 7),
        Transition::Return(cause("throttled")),
        send(2, 8),
        Transition::Lose(cause("no_response")),
        Transition::Conflict(cause("changed_by_others")),
    ];
    for (n, step) in (1..).zip(steps) {
        journal.record(1, second(n), step).await.expect("recorded");
    }
    let entry = |n, state, code: Option<&str>| Entry {
        // The first entry took the plan over.
        number: n + 1,
        time: second(n),
        state,
        attempt: None,
        request_id: None,
        cause: code.map(cause),
        holder: 1,
        ids: Default::default(),
        commitment: None,
    };
    let mut history = journal.history(1).await.expect("history");
    let bodies: Vec<_> = history
        .iter_mut()
        .filter_map(|it| it.commitment.take())
        .collect();
    assert_eq!(bodies.len(), 2);
    let sent = |n, attempt, id| Entry {
        attempt: Some(attempt),
        request_id: Some(request_id(id)),
        ..entry(n, State::Sending, None)
    };
    assert_eq!(
        history,
        [
            sent(1, 1, 7),
            entry(2, State::Planned, Some("throttled")),
            sent(3, 2, 8),
            entry(4, State::Unknown, Some("no_response")),
            entry(5, State::Conflict, Some("changed_by_others")),
        ]
    );
    let row = journal
        .find(&profile(1))
        .await
        .expect("found")
        .expect("a row");
    assert_eq!(row.cause, Some(cause("changed_by_others")));
}

#[tokio::test]
async fn forbidden_transition_stores_nothing() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 2).await.expect("begun");
    let (accepted, sent) = tokio::join!(
        journal.record(1, second(1), accept()),
        journal.record(2, second(1), send(1, 7)),
    );
    assert_eq!(
        accepted,
        Err(JournalError::Transition {
            row: 1,
            from: State::Planned,
            to: State::Accepted,
        })
    );
    assert_eq!(sent, Ok(()));
    assert_eq!(journal.history(1).await, Ok(vec![]));
    let counts = journal.counts().await.expect("counts");
    assert_eq!(
        (counts.of(State::Planned), counts.of(State::Sending)),
        (1, 1)
    );
    let error = journal
        .record(9, second(1), send(1, 7))
        .await
        .expect_err("no row");
    assert!(
        error.to_string().ends_with("there is no profile number 9"),
        "{error}"
    );
}

#[tokio::test]
async fn every_pair_of_states_follows_the_state_machine() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_inline(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 64).await.expect("begun");
    let last = |to| match to {
        State::Planned => Transition::Return(cause("code")),
        State::Sending => send(1, 7),
        State::Accepted => accept(),
        State::Done => finish(1),
        State::Unchanged => skip("code"),
        State::Failed => Transition::Fail(cause("code")),
        State::Conflict => Transition::Conflict(cause("code")),
        State::Unknown => Transition::Lose(cause("code")),
    };
    let pairs = State::ALL
        .into_iter()
        .flat_map(|from| State::ALL.map(|to| (from, to)));
    for (number, (from, to)) in (1..).zip(pairs) {
        let way = match from {
            // It is done only after an attempt.
            State::Planned if to == State::Done => vec![last(State::Sending), last(from)],
            State::Planned => vec![],
            State::Sending | State::Unchanged => vec![last(from)],
            from => vec![last(State::Sending), last(from)],
        };
        for step in way {
            journal
                .record(number, second(1), step)
                .await
                .expect("a way to the state");
        }
        let before = journal
            .find(&profile(number))
            .await
            .expect("found")
            .expect("a row");
        assert_eq!(before.state, from);
        let result = journal.record(number, second(2), last(to)).await;
        let after = journal
            .find(&profile(number))
            .await
            .expect("found")
            .expect("a row");
        if from.may_become(to) {
            assert_eq!(result, Ok(()), "{from} to {to}");
            assert_eq!(after.state, to);
            assert_eq!(
                after.cause.is_some(),
                matches!(last(to), Transition::Return(_)) || to.is_settled() && to != State::Done
            );
            let has_body = after
                .attempt
                .as_ref()
                .is_some_and(|write| write.body.is_some());
            assert_eq!(has_body, matches!(to, State::Sending | State::Accepted));
            assert_eq!(after.token.is_some(), to == State::Accepted);
        } else {
            let row = number;
            assert_eq!(result, Err(JournalError::Transition { row, from, to }));
            assert_eq!(after.state, from);
        }
    }
}

#[tokio::test]
async fn lost_response_has_a_cause_and_keeps_the_write() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_inline(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 1).await.expect("begun");
    let steps = [
        send(1, 7),
        Transition::NoResponse(cause("timeout")),
        send(1, 7),
        Transition::Lose(cause("outcome_unknown")),
        Transition::Lose(cause("not_resent")),
    ];
    for (time, step) in (1..).zip(steps) {
        let is_lost = matches!(step, Transition::NoResponse(_));
        journal
            .record(1, second(time), step)
            .await
            .expect("allowed");
        let row = journal.row(1).await.expect("read").expect("a row");
        if is_lost {
            assert_eq!(row.state, State::Sending);
            assert_eq!(row.cause, Some(cause("timeout")));
            let write = row.attempt.expect("an attempt");
            assert_eq!((write.attempt, write.time), (1, second(1)));
            assert!(write.body.is_some());
        }
    }
    let history = journal.history(1).await.expect("read");
    let told: Vec<_> = history
        .iter()
        .map(|it| (it.state, it.attempt, it.cause.as_ref().map(|it| &*it.code)))
        .collect();
    assert_eq!(
        told,
        [
            (State::Sending, Some(1), None),
            (State::Sending, None, Some("timeout")),
            (State::Sending, Some(1), None),
            (State::Unknown, None, Some("outcome_unknown")),
            (State::Unknown, None, Some("not_resent")),
        ]
    );
    verify(&journal, None).await.expect("as recorded");
}

#[tokio::test]
async fn request_id_with_another_body_is_refused() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_inline(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 1).await.expect("begun");
    journal
        .record(1, second(1), send(1, 7))
        .await
        .expect("sending");
    journal
        .record(1, second(2), send(1, 7))
        .await
        .expect("the same write again");
    let other = Transition::Send {
        attempt: 1,
        request_id: request_id(7),
        body: "{}".into(),
        if_match: None,
    };
    assert_eq!(
        journal.record(1, second(3), other).await,
        Err(JournalError::OtherBody {
            row: 1,
            request_id: request_id(7),
        })
    );
}

#[tokio::test]
async fn rows_come_in_pages_by_state_and_number() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 600).await.expect("begun");
    for number in [3, 300, 301] {
        journal
            .record(number, second(1), send(1, 7))
            .await
            .expect("sending");
    }
    journal
        .record(2, second(1), skip("as_planned"))
        .await
        .expect("skipped");
    let numbers = async |states: &[State], after, limit| -> Vec<u64> {
        let rows = journal.rows(states, after, limit).await.expect("rows");
        rows.iter().map(|row| row.number).collect()
    };
    assert_eq!(numbers(&[State::Sending], 0, 9).await, [3, 300, 301]);
    assert_eq!(numbers(&[State::Sending], 3, 1).await, [300]);
    assert_eq!(numbers(&[State::Planned], 0, 3).await, [1, 4, 5]);
    assert_eq!(
        numbers(&[State::Planned, State::Sending], 298, 4).await,
        [299, 300, 301, 302]
    );
    assert_eq!(
        numbers(&[State::Planned, State::Planned], 598, 9).await,
        [599, 600]
    );
    assert_eq!(numbers(&[State::Planned], 600, 9).await, [0; 0]);
    assert_eq!(numbers(&[], 0, 9).await, [0; 0]);
}

#[tokio::test]
async fn profiles_are_found_without_regard_to_case() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    let arm = billing_bulk::journal::row::NewRow {
        profile: ProfileId::arm("Account:One", "Profile"),
        ..new_row(1)
    };
    journal
        .begin(&first_plan(), second(0), &mut [Ok(arm)].into_iter())
        .await
        .expect("begun");
    let found = journal
        .find(&ProfileId::arm("ACCOUNT:one", "profile"))
        .await
        .expect("found");
    assert_eq!(
        found.expect("a row").profile.to_string(),
        "arm/Account:One/Profile"
    );
    assert!(journal.find(&profile(1)).await.expect("found").is_none());
}

#[tokio::test]
async fn interrupted_begin_begins_again() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    let stop = JournalError::Storage {
        journal: "plan".to_owned(),
        problem: "stopped".to_owned(),
    };
    let mut rows = (1..=600).map(|n| {
        if n < 500 {
            Ok(new_row(n))
        } else {
            Err(stop.clone())
        }
    });
    let begun = journal.begin(&first_plan(), second(0), &mut rows).await;
    assert_eq!(begun, Err(stop.clone()));
    drop(journal);

    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("again");
    assert!(!journal.info().has_begun);
    begin(&journal, 3).await.expect("begun");
    assert_eq!(journal.counts().await.expect("counts").total(), 3);
    let error = begin(&journal, 3).await.expect_err("begun already");
    assert!(error.to_string().ends_with("resume it"), "{error}");
    assert_eq!(journal.counts().await.expect("counts").total(), 3);
}

#[tokio::test]
async fn interrupted_creation_leaves_no_journal() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    std::fs::write(folder.path().join("RUN.db.new"), "half").expect("writable");
    std::fs::write(folder.path().join("RUN.db.new-journal"), "half").expect("writable");
    drop(SqliteJournal::open_or_create(&path, &run_info()).expect("new"));
    // It is complete at once.
    let reader = SqliteReader::open(&path).expect("a reader");
    assert_eq!(reader.info(), &run_info());
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .expect("readable")
        .map(|file| file.expect("readable").file_name())
        .collect();
    names.retain(|name| name.to_string_lossy().contains("new"));
    assert!(names.is_empty(), "{names:?}");
}

#[tokio::test]
async fn reader_sees_a_run_that_goes_on() {
    let folder = tempdir().expect("a folder");
    let journal = SqliteJournal::open_or_create(&path(folder.path()), &run_info()).expect("new");
    begin(&journal, 2).await.expect("begun");
    let reader = SqliteReader::open(&path(folder.path())).expect("a reader");
    assert!(reader.info().has_begun);
    journal
        .record(1, second(1), send(1, 7))
        .await
        .expect("sending");
    assert_eq!(reader.counts().await.expect("counts").of(State::Sending), 1);
    assert_eq!(reader.history(1).await.expect("history").len(), 1);
    assert_eq!(reader.last_change().await, Ok(Some(second(1))));
    let holder = reader.holder().await.expect("readable").expect("a holder");
    assert_eq!(holder.process, Some(std::process::id()));
    drop(journal);
    assert_eq!(reader.holder().await, Ok(None));
    assert_eq!(reader.counts().await.expect("counts").of(State::Sending), 1);
}
