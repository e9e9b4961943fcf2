//! Further plans in the journal of a run.

use std::time::Duration;

use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::{JournalReader as _, State};
use billing_bulk::target::FailureKind;
use billing_bulk::{Resend, RunError, RunOptions, Service};
use billing_core::Clock as _;
use futures_util::FutureExt as _;

use crate::journal::plan_info;
use crate::run::World;
use crate::support::drive::{Driven, drive};
use crate::support::service::{Ending, OnWrite};

/// How long an accepted write takes.
const LATER: Duration = Duration::from_secs(20);

impl World {
    /// Returns the rows of a second plan for some rows of the first one, numbered from 1, which set
    /// another e-mail address.
    fn corrected(&self, rows: &[usize]) -> Vec<NewRow> {
        let rows = (1..).zip(rows).map(|(number, row)| {
            let row = &self.rows[*row];
            NewRow {
                number,
                ..self.service.replanned(row, "third@contoso.com")
            }
        });
        rows.collect()
    }

    /// Applies a second plan with these rows.
    fn go_on(&self, rows: &[NewRow], options: RunOptions, crash_at: Option<usize>) -> Driven {
        let run = self.start_plan(plan_info("second"), rows, options);
        drive(run, &self.clock, crash_at)
    }

    fn states(&self) -> Vec<(u64, State)> {
        let rows = self.journal.rows(&State::ALL, 0, 100).now_or_never();
        let rows = rows.unwrap().unwrap().into_iter();
        rows.map(|row| (row.number, row.state)).collect()
    }

    fn writes(&self) -> Vec<u32> {
        let rows = self.rows.iter();
        rows.map(|row| self.service.effective_writes(row)).collect()
    }
}

#[test]
fn corrected_rows_are_written_and_no_other_row_is() {
    let mut world = World::new(Service::Partner, 4);
    let refused = OnWrite::Fail(FailureKind::Refused);
    world.service.on_writes([OnWrite::Store, refused]);
    world.apply();
    assert_eq!(world.writes(), [1, 0, 1, 1]);
    world.restart();
    let rows = world.corrected(&[1, 3]);
    let driven = world.go_on(&rows, world.options(), None);
    assert_eq!(driven.names().iter().filter(|it| **it == "sent").count(), 2);
    // The second is the failed one; the last was done and changes once more.
    assert_eq!(world.writes(), [1, 1, 1, 2]);
    let done = [1, 3, 5, 6].map(|row| (row, State::Done));
    assert_eq!(world.states(), done);
    let counts = world.journal.counts().now_or_never().unwrap().unwrap();
    assert_eq!((counts.total(), counts.of(State::Done)), (4, 4));
    for (row, previous) in [(5, 2), (6, 4)] {
        let row = world.journal.row(row);
        assert_eq!((row.generation, row.previous), (2, Some(previous)));
        let replaced = world.journal.row(previous);
        assert_eq!(replaced.profile.key(), row.profile.key());
    }
    // Each of the two plans resumes the whole run, which has ended.
    let requests = world.service.log().len();
    world.restart();
    world.go_on(&rows, world.options(), None);
    world.apply();
    assert_eq!(world.service.log().len(), requests);
}

#[test]
fn row_that_is_being_sent_is_not_replaced() {
    for result in [
        OnWrite::LoseResponse,
        OnWrite::Accept(LATER, Ending::Stored),
    ] {
        let mut world = World::new(Service::Arm, 2);
        world.service.on_writes([result]);
        world.crash_in_flight();
        world.restart();
        let rows = world.corrected(&[0, 1]);
        let requests = world.service.log().len();
        let driven = world.go_on(&rows, world.options(), None);
        let Some(RunError::Unsettled { profile, .. }) = driven.error else {
            panic!("{:?}", driven.error);
        };
        assert_eq!(profile.key(), world.rows[0].profile.key());
        assert_eq!(world.service.log().len(), requests);
        assert_eq!(world.states().len(), 2);
        // Once the run is resumed, the plan is taken over.
        world.restart();
        world.apply();
        assert_eq!(world.writes(), [1, 1]);
        world.restart();
        let rows = world.corrected(&[0, 1]);
        world.go_on(&rows, world.options(), None);
        assert_eq!(world.writes(), [2, 2]);
        assert_eq!(world.states(), [(3, State::Done), (4, State::Done)]);
    }
}

#[test]
fn unknown_row_is_replaced_after_the_settling_time() {
    let mut world = World::new(Service::Arm, 1);
    world.service.on_writes([OnWrite::LoseRequest]);
    world.apply();
    assert_eq!(world.journal.state(1), State::Unknown);
    let sent = world.journal.row(1).attempt.unwrap().time;
    world.restart();
    let settle = Duration::from_secs(900);
    let rows = world.corrected(&[0]);
    let driven = world.go_on(&rows, world.options(), None);
    let Some(RunError::Unknown {
        count: 1, until, ..
    }) = driven.error
    else {
        panic!("{:?}", driven.error);
    };
    assert_eq!(until, sent + settle);
    world
        .clock
        .pass(until.duration_since(world.clock.now()).unwrap());
    world.restart();
    world.go_on(&rows, world.options(), None);
    assert_eq!(world.states(), [(2, State::Done)]);
    assert_eq!(world.writes(), [1]);
}

#[test]
fn lost_write_that_took_effect_late_is_a_conflict() {
    let mut world = World::new(Service::Arm, 1);
    let late = Duration::from_secs(800);
    world.service.on_writes([OnWrite::LoseAccepted(late)]);
    world.apply();
    let rows = world.corrected(&[0]);
    world.clock.pass(Duration::from_secs(900));
    world.restart();
    world.go_on(&rows, world.options(), None);
    assert_eq!(world.states(), [(2, State::Conflict)]);
    assert_eq!(world.writes(), [1]);
}

#[test]
fn reconcile_decides_about_the_present_rows_of_all_plans() {
    let mut world = World::new(Service::Arm, 2);
    world.service.on_writes(vec![OnWrite::LoseRequest; 3]);
    world.apply();
    let settle = Duration::from_secs(900);
    world.clock.pass(settle);
    world.restart();
    let rows = world.corrected(&[0]);
    world.go_on(&rows, world.options(), None);
    let unknown = [2, 3].map(|row| (row, State::Unknown));
    assert_eq!(world.states(), unknown);
    world.clock.pass(settle);
    world.restart();
    world.reconcile(world.options().with_resend(Resend::Always));
    // The first row was replaced, and is not sent again.
    assert_eq!(world.states(), [2, 3].map(|row| (row, State::Done)));
    assert_eq!(world.writes(), [1, 1]);
    assert_eq!(world.journal.row(1).attempt.unwrap().attempt, 1);
    let email = |row| world.service.member(&world.rows[row], "email");
    assert_eq!(
        (&*email(0), &*email(1)),
        ("third@contoso.com", "new@contoso.com")
    );
}

#[test]
fn planned_row_is_replaced_before_it_is_sent() {
    let mut world = World::new(Service::Partner, 2);
    let run = world.start(world.options());
    run.stop_handle().stop();
    drive(run, &world.clock, None);
    assert_eq!(world.states(), [(1, State::Planned), (2, State::Planned)]);
    world.restart();
    let rows = world.corrected(&[1]);
    world.go_on(&rows, world.options(), None);
    assert_eq!(world.states(), [(1, State::Done), (3, State::Done)]);
    assert_eq!(world.writes(), [1, 1]);
    let email = |row| world.service.member(&world.rows[row], "email");
    assert_eq!(
        (&*email(0), &*email(1)),
        ("new@contoso.com", "third@contoso.com")
    );
}

#[test]
fn crash_at_any_moment_of_a_second_plan_doubles_nothing() {
    for crash_at in 0.. {
        let mut world = World::new(Service::Partner, 3);
        let refused = OnWrite::Fail(FailureKind::Refused);
        world.service.on_writes([refused, OnWrite::Store, refused]);
        world.apply();
        world.restart();
        let rows = world.corrected(&[0, 2]);
        let driven = world.go_on(&rows, world.options(), Some(crash_at));
        world.restart();
        // The first plan resumes what there is.
        world.apply();
        let states: Vec<_> = world.states().into_iter().map(|(_, state)| state).collect();
        let is_taken_over = world.states().iter().any(|(row, _)| *row > 3);
        let (failed, done) = (State::Failed, State::Done);
        let expected = if is_taken_over {
            [done, done, done]
        } else {
            [failed, done, failed]
        };
        assert_eq!(states, expected, "{crash_at}");
        world.restart();
        world.go_on(&rows, world.options(), None);
        assert_eq!(world.writes(), [1, 1, 1], "{crash_at}");
        assert!(world.states().iter().all(|(_, state)| *state == done));
        if !driven.crashed {
            return;
        }
    }
}
