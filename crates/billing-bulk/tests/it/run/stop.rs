//! Runs that are stopped before their end.

use std::cell::{Cell, OnceCell};
use std::time::Duration;

use billing_bulk::journal::State;
use billing_bulk::target::FailureKind;
use billing_bulk::{EventKind, Service, StopHandle};
use billing_core::Clock as _;

use crate::run::World;
use crate::support::drive::{drive, drive_until, drive_watched};
use crate::support::service::{Ending, OnWrite};

#[test]
fn stop_finishes_what_is_in_flight_and_begins_nothing() {
    for sent_before in [1, 3, 10] {
        let mut world = World::new(Service::Partner, 200);
        let run = world.start(world.options().with_concurrency(4));
        let stop = run.stop_handle();
        let mut sent = 0;
        let driven = drive_watched(run, &world.clock, |event| {
            sent += usize::from(matches!(event.kind, EventKind::Sent { .. }));
            if sent == sent_before {
                stop.stop();
            }
        });
        assert_eq!(driven.stopped().unwrap(), "stopped");
        let count = |name: &str| driven.names().iter().filter(|it| **it == name).count();
        assert_eq!(count("sent"), count("done"), "in flight is finished");
        assert!(count("sent") <= sent_before + 4);
        let states = (1..=200).map(|row| world.journal.state(row));
        assert!(
            states
                .into_iter()
                .all(|it| matches!(it, State::Done | State::Planned))
        );
        world.restart();
        assert_eq!(world.apply().stopped(), None);
        for row in &world.rows {
            assert_eq!(world.service.effective_writes(row), 1);
        }
    }
}

#[test]
fn stop_does_not_wait_for_operations() {
    let mut world = World::new(Service::Arm, 1);
    world
        .service
        .on_writes([OnWrite::Accept(Duration::from_secs(600), Ending::Stored)]);
    let run = world.start(world.options());
    let stop = run.stop_handle();
    let driven = drive_watched(run, &world.clock, |event| {
        if matches!(event.kind, EventKind::Accepted) {
            stop.stop();
        }
    });
    assert_eq!(driven.names(), ["run", "sent", "accepted", "summary"]);
    assert_eq!(driven.stopped().unwrap(), "stopped");
    world.restart();
    world.apply();
    assert_eq!(world.journal.state(1), State::Done);
    assert_eq!(world.service.count("write"), 1);
}

#[test]
fn finish_polls_accepted_writes_to_their_end() {
    let world = World::new(Service::Arm, 200);
    let accept = OnWrite::Accept(Duration::from_secs(25), Ending::Stored);
    world.service.on_writes([accept; 200]);
    let run = world.start(world.options().with_concurrency(4));
    let stop = run.stop_handle();
    let mut finishing = None;
    let driven = drive_watched(run, &world.clock, |event| {
        if matches!(event.kind, EventKind::Accepted) && finishing.is_none() {
            stop.finish();
            finishing = Some(world.service.count("write"));
        }
    });
    assert_eq!(driven.stopped().unwrap(), "stopped");
    let count = |name: &str| driven.names().iter().filter(|it| **it == name).count();
    // As many as are in flight may have been recorded meanwhile.
    assert!((1..=8).contains(&count("sent")), "{:?}", driven.names());
    assert_eq!(count("sent"), count("done"));
    let states = (1..=200).map(|row| world.journal.state(row));
    let open = states.filter(|state| *state == State::Planned).count();
    assert_eq!(open, 200 - count("done"));
}

#[test]
fn finish_settles_a_write_that_is_answered_as_failed() {
    let world = World::new(Service::Arm, 1);
    let fail = OnWrite::FailOperation(Ending::Failed);
    world.service.on_writes([fail]);
    let run = world.start(world.options());
    let stop = run.stop_handle();
    let driven = drive_watched(run, &world.clock, |event| {
        if matches!(event.kind, EventKind::Sent { .. }) {
            stop.finish();
        }
    });
    assert_eq!(driven.names(), ["run", "sent", "failed", "summary"]);
    assert_eq!(world.journal.state(1), State::Failed);
}

#[test]
fn finish_waits_to_read_the_profile_of_a_failed_write_again() {
    // The second try follows after a pause, which begins a few polls after the first.
    for polls in 1..=6 {
        let world = World::new(Service::Arm, 1);
        let fail = OnWrite::FailOperation(Ending::Failed);
        world.service.on_writes([fail]);
        let run = world.start(world.options());
        let stop = run.stop_handle();
        let failing = OnceCell::new();
        let since = Cell::new(0);
        let driven = drive_until(run, &world.clock, || {
            if world.service.count("write") == 1 && failing.set(()).is_ok() {
                world.service.fail_reads([FailureKind::Unknown]);
            }
            since.set(since.get() + usize::from(world.service.count("read") >= 2));
            // A call wakes the run, so that it is made once.
            if since.get() == polls {
                stop.finish();
            }
            false
        });
        let expected = ["run", "sent", "failed", "summary"];
        assert_eq!(driven.names(), expected, "{polls}");
        assert_eq!(world.journal.state(1), State::Failed);
        assert_eq!(world.service.count("read"), 3);
    }
}

#[test]
fn finish_does_not_wait_to_read_what_it_will_not_write() {
    let world = World::new(Service::Partner, 3);
    let options = world.options().with_concurrency(2);
    let run = world.start(options.with_rate("0.001/s".parse().unwrap()));
    let stop = run.stop_handle();
    let begun = world.clock.elapsed();
    let finishing = OnceCell::new();
    let driven = drive_until(run, &world.clock, || {
        if world.service.count("read") == 1 && finishing.set(()).is_ok() {
            stop.finish();
        }
        false
    });
    assert_eq!(driven.stopped().unwrap(), "stopped");
    assert!(world.clock.elapsed() - begun < Duration::from_secs(1));
    assert_eq!(world.service.count("write"), 0);
}

#[test]
fn stop_ends_the_wait_for_accepted_writes() {
    let world = World::new(Service::Arm, 1);
    let accept = OnWrite::Accept(Duration::from_secs(600), Ending::Stored);
    world.service.on_writes([accept]);
    let run = world.start(world.options());
    let stop = run.stop_handle();
    let polls = || world.service.count("poll");
    let finishing = OnceCell::new();
    drive_until(run, &world.clock, || {
        // A call wakes the run, so that each is made once.
        if polls() == 1 && finishing.set(()).is_ok() {
            stop.finish();
        }
        if polls() == 3 && !stop.is_requested() {
            stop.stop();
        }
        false
    });
    assert_eq!(polls(), 3);
    assert_eq!(world.journal.state(1), State::Accepted);
}

#[test]
fn finish_during_a_comparison_with_the_plan_sends_nothing() {
    end_during_a_comparison(StopHandle::finish);
}

#[test]
fn stop_during_a_comparison_with_the_plan_sends_nothing() {
    end_during_a_comparison(StopHandle::stop);
}

/// Ends a run during each comparison of its profile with the plan: nothing is sent after that.
fn end_during_a_comparison(end: fn(&StopHandle)) {
    for reads in 1..=3 {
        let world = World::new(Service::Arm, 1);
        // Later comparisons are made while the write may leave: it has waited for the rate limit.
        let throttled = OnWrite::Fail(FailureKind::Throttled);
        world.service.on_writes([throttled; 3]);
        let run = world.start(world.options());
        let stop = run.stop_handle();
        let writes = OnceCell::new();
        drive_until(run, &world.clock, || {
            if world.service.count("read") == reads && writes.get().is_none() {
                end(&stop);
                writes.set(world.service.count("write")).unwrap();
            }
            false
        });
        assert_eq!(writes.get(), Some(&world.service.count("write")), "{reads}");
        assert_eq!(world.journal.state(1), State::Planned);
    }
}

#[test]
fn run_that_was_stopped_after_its_last_step_has_not_stopped() {
    let world = World::new(Service::Partner, 1);
    let run = world.start(world.options());
    let stop = run.stop_handle();
    let driven = drive_watched(run, &world.clock, |event| {
        if matches!(event.kind, EventKind::Done { .. }) {
            stop.stop();
        }
    });
    assert_eq!(driven.stopped(), None);
}

#[test]
fn operation_that_does_not_end_is_left_for_the_next_run() {
    let mut world = World::new(Service::Arm, 1);
    world
        .service
        .on_writes([OnWrite::Accept(Duration::from_secs(10_000), Ending::Stored)]);
    let options = world.options().with_poll_time(Duration::from_secs(600));
    let driven = world.apply_with(options);
    assert_eq!(driven.stopped().unwrap(), "still_running");
    assert_eq!(world.journal.state(1), State::Accepted);
    world.clock.pass(Duration::from_secs(10_000));
    world.restart();
    assert_eq!(world.apply().stopped(), None);
    assert_eq!(world.journal.state(1), State::Done);
}

#[test]
fn same_seed_replays_the_same_run() {
    let once = || {
        let world = World::new(Service::Arm, 20);
        world.service.on_writes([
            OnWrite::LoseResponse,
            OnWrite::Accept(Duration::from_secs(30), Ending::Stored),
            OnWrite::LoseRequest,
        ]);
        let driven = drive(world.start(world.options()), &world.clock, None);
        let events = driven.events.iter();
        let events: Vec<String> = events.map(|event| format!("{event:?}")).collect();
        (events, driven.polls, world.service.log())
    };
    assert_eq!(once(), once());
}
