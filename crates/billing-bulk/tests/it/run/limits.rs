//! Runs that stop after some writes, some failures, or at the end of a wave.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use billing_bulk::journal::{JournalReader as _, State};
use billing_bulk::target::FailureKind;
use billing_bulk::{Event, EventKind, RunOptions, Service};
use futures_util::FutureExt as _;

use crate::run::World;
use crate::support::drive::{Driven, drive};
use crate::support::service::{Ending, OnWrite};

/// Numbers that follow from a seed.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, end: u64) -> u64 {
        // Knuth's MMIX generator; the high bits are the better ones.
        self.0 = (self.0.wrapping_mul(6_364_136_223_846_793_005))
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Returns a write that fails, or one that succeeds with this chance in percent.
fn write(dice: &mut Seeded, fine: u64) -> OnWrite {
    if dice.below(100) < fine {
        return OnWrite::Store;
    }
    let time = Duration::from_secs(dice.below(900));
    match dice.below(9) {
        0 => OnWrite::Fail(FailureKind::Refused),
        1 => OnWrite::Fail(FailureKind::NotFound),
        2 => OnWrite::LoseRequest,
        3 => OnWrite::Ignore,
        4 => OnWrite::StoreOther,
        5 => OnWrite::FailOperation(Ending::Failed),
        6 => OnWrite::Accept(time, Ending::Failed),
        7 => OnWrite::Accept(time, Ending::Dropped),
        _ => OnWrite::Accept(time, Ending::FailedInPart),
    }
}

/// Returns how many rows are failed or unknown, and how many may still be written.
fn failed_and_open(world: &World) -> (u64, u64) {
    if world.journal.count() == 0 {
        return (0, 0);
    }
    let states: Vec<_> = (world.rows.iter())
        .map(|row| world.journal.state(row.number))
        .collect();
    let count = |of: &[State]| states.iter().filter(|state| of.contains(state)).count() as u64;
    (
        count(&[State::Failed, State::Unknown]),
        count(&[State::Sending, State::Accepted]),
    )
}

#[test]
fn failures_are_at_most_one_above_the_limit() {
    for seed in 0..300 {
        let mut dice = Seeded(seed);
        let service = [Service::Partner, Service::Arm][dice.below(2) as usize];
        let mut world = World::new(service, 40);
        let fine = [0, 0, 50][dice.below(3) as usize];
        let writes: Vec<_> = (0..500).map(|_| write(&mut dice, fine)).collect();
        world.service.on_writes(writes);
        let most = dice.below(12);
        let options = |world: &World, dice: &mut Seeded| {
            let concurrency = 1 + dice.below(40) as usize;
            (world.options().with_max_failures(most)).with_concurrency(concurrency)
        };
        let mut code = None;
        for start in 0..20 {
            let crash = (start < 4).then(|| dice.below(300) as usize);
            let run = world.start(options(&world, &mut dice));
            let driven = drive(run, &world.clock, crash);
            let (failed, open) = failed_and_open(&world);
            assert!(
                failed + open <= most + 1,
                "seed {seed}: {failed} failed, {open} open, of {most}"
            );
            world.restart();
            if !driven.crashed {
                code = driven.stopped();
                break;
            }
        }
        let (failed, open) = failed_and_open(&world);
        assert_eq!(open, 0, "seed {seed}");
        let is_stopped = code.as_deref() == Some("too_many_failures");
        assert_eq!(
            is_stopped,
            failed > most,
            "seed {seed}: {code:?} with {failed} of {most}"
        );
        // The same limit lets nothing more begin.
        let requests = world.service.log().len();
        if is_stopped {
            let run = world.start(options(&world, &mut dice));
            let driven = drive(run, &world.clock, None);
            assert_eq!(driven.names(), ["run", "summary"], "seed {seed}");
            assert_eq!(world.service.log().len(), requests, "seed {seed}");
        }
    }
}

#[test]
fn writes_in_flight_are_at_most_the_failures_that_are_left() {
    let world = World::new(Service::Arm, 60);
    let late = |number: u64| OnWrite::Accept(Duration::from_secs(30 + 7 * number), Ending::Failed);
    world.service.on_writes((0..60).map(late));
    let driven = world.apply_with(world.options().with_concurrency(32).with_max_failures(5));
    let (mut open, mut failures, mut most_open) = (HashSet::new(), 0, 0);
    for event in &driven.events {
        let key = event.profile.as_ref().map(|profile| profile.key());
        match (&event.kind, key) {
            (EventKind::Sent { .. }, Some(key)) => {
                open.insert(key);
            }
            (EventKind::Failed(_), Some(key)) => {
                open.remove(&key);
                failures += 1;
            }
            _ => {}
        }
        most_open = most_open.max(open.len());
        assert!(
            open.len() + failures <= 6,
            "{} in flight after {failures}",
            open.len()
        );
    }
    assert_eq!((most_open, failures), (6, 6));
    assert_eq!(driven.stopped().unwrap(), "too_many_failures");
}

#[test]
fn conflicts_are_not_failures() {
    let world = World::new(Service::Partner, 20);
    for row in &world.rows[..10] {
        world.service.change(row, "email", "other@contoso.com");
    }
    let driven = world.apply_with(world.options().with_max_failures(0));
    assert_eq!(driven.stopped(), None);
    assert_eq!(world.journal.state(1), State::Conflict);
    assert_eq!(world.journal.state(20), State::Done);
}

/// Returns how many rows have been written, whatever became of them.
fn written(world: &World) -> usize {
    let rows = world.rows.iter().map(|row| world.journal.row(row.number));
    rows.filter(|row| row.attempt.is_some()).count()
}

#[test]
fn canary_stops_after_the_first_rows_and_continues() {
    let mut world = World::new(Service::Partner, 30);
    world
        .service
        .change(&world.rows[0], "email", "other@contoso.com");
    world.service.on_writes([
        OnWrite::Fail(FailureKind::Throttled),
        OnWrite::Fail(FailureKind::Refused),
        OnWrite::LoseResponse,
    ]);
    let first = |world: &World, count| world.options().with_concurrency(8).with_first(count);
    let driven = world.apply_with(first(&world, 5));
    assert_eq!(driven.stopped().unwrap(), "first_written");
    assert_eq!(
        written(&world),
        5,
        "the conflict was not written, and a retry counts once"
    );
    // The same command is about the same rows, and a larger number continues.
    for (count, expected) in [(5, 5), (12, 12)] {
        world.restart();
        let driven = world.apply_with(first(&world, count));
        assert_eq!(driven.stopped().unwrap(), "first_written");
        assert_eq!(written(&world), expected);
    }
    world.restart();
    assert_eq!(world.apply().stopped(), None);
    assert_eq!(written(&world), 29);
}

#[test]
fn canary_that_is_killed_does_not_write_more() {
    for polls in 0..120 {
        let mut world = World::new(Service::Arm, 12);
        let options = |world: &World| world.options().with_concurrency(3).with_first(4);
        drive(world.start(options(&world)), &world.clock, Some(polls));
        world.restart();
        let driven = world.apply_with(options(&world));
        assert_eq!(driven.stopped().unwrap(), "first_written");
        assert_eq!(written(&world), 4, "killed after {polls} polls");
    }
}

fn waves(world: &World) -> RunOptions {
    world.options().with_concurrency(4).with_waves([1, 5, 20])
}

/// Returns for each wave the number of profiles that are settled when the run has its hold.
fn ends(driven: &Driven) -> Vec<usize> {
    let is_settled = |event: &Event| {
        matches!(
            event.kind,
            EventKind::Done { .. } | EventKind::Failed(_) | EventKind::Conflict(_)
        )
    };
    let events = driven.events.iter().enumerate();
    let holds = events.filter(|(_, event)| matches!(event.kind, EventKind::Paused(_)));
    holds
        .map(|(at, _)| {
            driven.events[..at]
                .iter()
                .filter(|it| is_settled(it))
                .count()
        })
        .collect()
}

#[test]
fn each_start_does_one_wave() {
    let mut world = World::new(Service::Arm, 30);
    let late = OnWrite::Accept(Duration::from_secs(100), Ending::Stored);
    world
        .service
        .on_writes([late, OnWrite::Fail(FailureKind::Refused), late]);
    world
        .service
        .change(&world.rows[3], "email", "other@contoso.com");
    for expected in [1, 5, 20] {
        let driven = world.apply_with(waves(&world));
        assert_eq!(driven.stopped().unwrap(), "wave");
        assert_eq!(settled(&world), expected);
        world.restart();
    }
    let driven = world.apply_with(waves(&world));
    assert_eq!(driven.stopped(), None);
    assert!(ends(&driven).is_empty());
}

/// Returns how many rows are settled.
fn settled(world: &World) -> usize {
    let rows = 1..=world.journal.count() as u64;
    rows.filter(|row| world.journal.state(*row).is_settled())
        .count()
}

#[test]
fn wave_that_was_killed_is_finished_before_the_next() {
    let mut questions = 0;
    for polls in 0.. {
        let mut world = World::new(Service::Partner, 12);
        let options = |world: &World| world.options().with_concurrency(3).with_waves([6, 9]);
        let driven = drive(world.start(options(&world)), &world.clock, Some(polls));
        // A wave is approved when its end was seen and that is recorded. Between the two, the
        // question stays open.
        let is_seen = driven.stopped().is_some();
        let control = world.journal.control().now_or_never().unwrap();
        let is_recorded = control.unwrap().approval.is_some();
        assert!(is_seen || !is_recorded, "killed after {polls} polls");
        questions += usize::from(is_seen && !is_recorded);
        let expected = if is_recorded { 9 } else { 6 };
        world.restart();
        assert_eq!(world.apply_with(options(&world)).stopped().unwrap(), "wave");
        assert_eq!(settled(&world), expected, "killed after {polls} polls");
        if !driven.crashed {
            break;
        }
    }
    assert!(questions > 0);
}

#[test]
fn approved_waves_follow_each_other() {
    let world = World::new(Service::Partner, 30);
    let approve = Arc::new(|_| Box::pin(std::future::ready(true)) as _);
    let driven = world.apply_with(waves(&world).with_ask(approve));
    assert_eq!(driven.stopped(), None);
    assert_eq!(ends(&driven), [1, 5, 20]);
}

#[test]
fn last_wave_of_all_rows_needs_no_approval() {
    let world = World::new(Service::Partner, 5);
    let driven = world.apply_with(world.options().with_waves([5]));
    assert_eq!(driven.stopped(), None);
    assert!(ends(&driven).is_empty());
}

fn repeated(world: &World) -> RunOptions {
    (world.options().with_concurrency(1)).with_max_repeated_failures(Some(3))
}

#[test]
fn three_failures_in_a_row_with_one_cause_stop_the_run() {
    use FailureKind::{NotFound, Refused};
    let mut world = World::new(Service::Partner, 30);
    let [refused, missing] = [Refused, NotFound].map(OnWrite::Fail);
    let store = OnWrite::Store;
    world.service.on_writes([
        refused, refused, store, refused, refused, missing, refused, refused, refused,
    ]);
    let driven = world.apply_with(repeated(&world));
    assert_eq!(driven.stopped().unwrap(), "repeated_failure");
    assert_eq!(world.service.count("write"), 9);
    let names = driven.names();
    assert_eq!(names[names.len() - 3..], ["failed", "paused", "summary"]);
    world.restart();
    assert_eq!(world.apply_with(repeated(&world)).stopped(), None);
}

#[test]
fn cause_that_was_allowed_does_not_hold_the_run_again() {
    let world = World::new(Service::Partner, 30);
    let refused = [OnWrite::Fail(FailureKind::Refused); 20];
    let missing = [OnWrite::Fail(FailureKind::NotFound); 5];
    world.service.on_writes(refused.into_iter().chain(missing));
    let approve = Arc::new(|_| Box::pin(std::future::ready(true)) as _);
    let driven = world.apply_with(repeated(&world).with_ask(approve));
    assert_eq!(driven.stopped(), None);
    assert_eq!(ends(&driven), [3, 23]);
}

#[test]
fn last_failures_of_a_run_do_not_hold_it() {
    let world = World::new(Service::Partner, 3);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Refused); 3]);
    assert_eq!(world.apply_with(repeated(&world)).stopped(), None);
}
