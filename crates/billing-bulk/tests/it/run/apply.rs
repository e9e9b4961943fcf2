//! The order of work in a run, and its limits.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use billing_bulk::journal::State;
use billing_bulk::target::FailureKind;
use billing_bulk::{EventKind, Service};
use billing_core::{BoxFuture, Clock};

use crate::run::World;
use crate::support::clock::SimulatedClock;
use crate::support::drive::drive_watched;
use crate::support::service::{Ending, OnWrite};

#[test]
fn each_profile_is_read_and_written_once() {
    let world = World::new(Service::Partner, 3);
    let driven = world.apply();
    assert_eq!(
        driven.names(),
        [
            "run", "sent", "sent", "sent", "done", "done", "done", "summary"
        ]
    );
    assert_eq!(world.service.count("read"), 3);
    assert_eq!(world.service.count("write"), 3);
    for row in &world.rows {
        assert_eq!(world.service.member(row, "email"), "new@contoso.com");
        assert_eq!(
            world.journal.states(row.number),
            [State::Sending, State::Done]
        );
    }
}

#[test]
fn profile_without_changes_is_neither_read_nor_written() {
    let mut world = World::new(Service::Partner, 1);
    world.rows[0].changes.clear();
    let driven = world.apply();
    assert_eq!(driven.names(), ["run", "unchanged", "summary"]);
    assert_eq!(world.service.log(), [""; 0]);
    assert_eq!(world.journal.state(1), State::Unchanged);
}

#[test]
fn write_is_sent_only_after_it_is_recorded() {
    let world = World::new(Service::Partner, 1);
    world.journal.fail_after(0);
    let driven = world.apply();
    assert!(driven.error.unwrap().to_string().contains("disk is full"));
    assert_eq!(world.service.count("write"), 0);
    assert_eq!(world.journal.state(1), State::Planned);
}

#[test]
fn failing_journal_stops_the_run_at_once() {
    let mut world = World::new(Service::Partner, 100);
    // The tenth commit fails; with 32 profiles at once, none is done by then.
    world.journal.fail_after(10);
    let driven = world.apply();
    assert!(driven.error.is_some());
    assert!(!driven.names().contains(&"summary"));
    assert!(world.service.count("write") <= 10);
    world.restart();
    world.apply();
    for row in &world.rows {
        assert_eq!(world.journal.state(row.number), State::Done);
        assert_eq!(world.service.effective_writes(row), 1);
    }
}

#[test]
fn at_most_so_many_profiles_are_in_work() {
    for concurrency in [1, 2, 7] {
        let world = World::new(Service::Partner, 40);
        let driven = world.apply_with(world.options().with_concurrency(concurrency));
        let (mut in_flight, mut most) = (0_usize, 0);
        for event in &driven.events {
            match event.kind {
                EventKind::Sent { .. } => in_flight += 1,
                EventKind::Done { .. } => in_flight -= 1,
                _ => {}
            }
            most = most.max(in_flight);
        }
        assert!((1..=concurrency).contains(&most), "{most} of {concurrency}");
    }
}

#[test]
fn lost_response_is_settled_before_the_etag_is_compared() {
    let mut world = World::new(Service::Partner, 1);
    world.service.on_writes([OnWrite::LoseResponse]);
    world.crash_in_flight();
    assert_eq!(world.journal.state(1), State::Sending);
    world.restart();
    let reads = world.service.count("read");
    world.apply();
    assert_eq!(world.journal.state(1), State::Done);
    assert_eq!(
        world.service.count("read"),
        reads,
        "the same write was sent again"
    );
    let ids = world.service.ids();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn request_id_is_not_repeated_after_the_replay_window() {
    let mut world = World::new(Service::Partner, 1);
    world.service.on_writes([OnWrite::LoseResponse]);
    world.crash_in_flight();
    assert_eq!(world.journal.state(1), State::Sending);
    world.clock.pass(Duration::from_secs(3601));
    world.restart();
    world.apply();
    assert_eq!(world.service.count("write"), 1);
    assert_eq!(world.journal.state(1), State::Done, "found by reading back");
}

#[test]
fn request_id_is_not_repeated_when_the_clock_has_gone_back() {
    for back in [1, 1_000_000] {
        let mut world = World::new(Service::Partner, 1);
        world.service.on_writes([OnWrite::LoseRequest]);
        world.crash_in_flight();
        assert_eq!(world.journal.state(1), State::Sending);
        world.clock.set_back(Duration::from_secs(back));
        world.restart();
        world.apply();
        assert_eq!(world.service.count("write"), 0);
        assert_eq!(world.journal.state(1), State::Unknown);
    }
}

#[test]
fn repetition_ends_when_the_clock_goes_back_between_attempts() {
    let world = World::new(Service::Partner, 1);
    world.service.on_writes([OnWrite::LoseRequest; 100]);
    let mut sent = 0;
    drive_watched(world.start(world.options()), &world.clock, |event| {
        sent += usize::from(matches!(event.kind, EventKind::Sent { .. }));
        // The next attempt would be 8 seconds later: after the first one, and before this one.
        if sent == 5 && matches!(event.kind, EventKind::Sent { .. }) {
            world.clock.set_back(Duration::from_secs(10));
        }
    });
    assert_eq!(world.service.count("lost"), 5);
    assert_eq!(world.journal.state(1), State::Unknown);
}

#[test]
fn unknown_write_is_never_sent_again_by_apply() {
    let mut world = World::new(Service::Arm, 1);
    world.service.on_writes([OnWrite::LoseRequest]);
    world.apply();
    assert_eq!(world.journal.state(1), State::Unknown);
    for _ in 0..3 {
        world.restart();
        let driven = world.apply();
        assert_eq!(driven.names(), ["run", "summary"]);
    }
    assert_eq!(world.service.count("write"), 0);
}

#[test]
fn refused_token_stops_the_run_without_failing_the_profile() {
    let mut world = World::new(Service::Partner, 3);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::SignIn); 20]);
    let driven = world.apply_with(world.options().with_concurrency(1));
    assert_eq!(driven.stopped().unwrap(), "SignIn");
    assert_eq!(world.service.count("write"), 2, "it was renewed once");
    for row in 1..=3 {
        assert_eq!(world.journal.state(row), State::Planned);
    }
    world.service.on_writes([]);
    world.restart();
    assert_eq!(world.apply().stopped(), None);
    for row in 1..=3 {
        assert_eq!(world.journal.state(row), State::Done);
    }
}

#[test]
fn outage_is_told_and_stops_the_run_after_some_minutes() {
    let world = World::new(Service::Partner, 300);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::SignIn)]);
    let mut begun = None;
    let run = world.start(world.options());
    let driven = drive_watched(run, &world.clock, |event| {
        if matches!(event.kind, EventKind::Sent { .. }) && begun.is_none() {
            begun = Some(world.clock.elapsed());
            world.service.fail_reads([FailureKind::NotSent; 10_000]);
            world
                .service
                .on_writes([OnWrite::Fail(FailureKind::NotSent); 10_000]);
        }
    });
    assert_eq!(driven.stopped().unwrap(), "NotSent");
    let pauses = driven.names().iter().filter(|it| **it == "paused").count();
    assert_eq!(pauses, 1);
    let took = world.clock.elapsed() - begun.unwrap();
    assert!((300..360).contains(&took.as_secs()), "{took:?}");
    // The attempts get rarer, and each time at most all profiles in work try.
    assert!(
        world.service.count("read") < 700,
        "{}",
        world.service.count("read")
    );
    for row in &world.rows {
        assert_eq!(world.journal.state(row.number), State::Planned);
    }
}

#[test]
fn service_that_was_never_reached_stops_the_run_soon() {
    let world = World::new(Service::Partner, 3);
    world.service.fail_reads([FailureKind::NotSent; 10_000]);
    assert_eq!(world.apply().stopped().unwrap(), "NotSent");
    assert_eq!(world.clock.elapsed(), Duration::from_secs(15));
}

#[test]
fn end_of_an_outage_is_told() {
    let world = World::new(Service::Partner, 3);
    world.service.fail_reads([FailureKind::NotSent; 3]);
    let driven = world.apply();
    assert_eq!(driven.stopped(), None);
    assert_eq!(driven.names()[..3], ["run", "paused", "resumed"]);
}

#[test]
fn locked_profile_waits_and_the_others_do_not() {
    let world = World::new(Service::Arm, 2);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Locked); 1]);
    let driven = world.apply_with(world.options().with_concurrency(1));
    let done: Vec<_> = driven
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Done { .. }))
        .map(|event| event.profile.as_ref().unwrap().key())
        .collect();
    assert_eq!(
        done,
        [world.rows[1].profile.key(), world.rows[0].profile.key()]
    );
    assert_eq!(
        world.journal.states(1),
        [State::Sending, State::Planned, State::Sending, State::Done]
    );
}

#[test]
fn lock_that_stays_fails_the_profile() {
    let world = World::new(Service::Arm, 1);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Locked); 100]);
    world.apply();
    assert_eq!(world.journal.state(1), State::Failed);
    assert!(world.service.count("write") <= 10);
}

#[test]
fn throttled_run_tells_and_continues() {
    let world = World::new(Service::Arm, 2);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Throttled); 1]);
    let driven = world.apply();
    let pauses: Vec<_> = driven
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Throttled { key, pause } => Some((key.as_str(), pause.as_secs())),
            _ => None,
        })
        .collect();
    assert_eq!(pauses, [("arm.write", 5)]);
    for row in 1..=2 {
        assert_eq!(world.journal.state(row), State::Done);
    }
}

#[test]
fn poll_that_fails_is_sent_again() {
    for kind in [
        FailureKind::Unknown,
        FailureKind::Throttled,
        FailureKind::NotSent,
        FailureKind::SignIn,
        FailureKind::Refused,
        FailureKind::Locked,
        FailureKind::NotFound,
    ] {
        let world = World::new(Service::Arm, 1);
        let accept = OnWrite::Accept(Duration::from_secs(5), Ending::Stored);
        world.service.on_writes([accept]);
        world.service.fail_polls([kind; 1]);
        let driven = world.apply();
        assert_eq!(driven.stopped(), None);
        assert_eq!(world.journal.state(1), State::Done, "{kind:?}");
        assert_eq!(world.service.count("poll"), 2, "{kind:?}");
    }
}

#[test]
fn read_that_fails_is_sent_again_or_fails_the_profile() {
    use FailureKind as Kind;
    for (kind, state) in [
        (Kind::Unknown, State::Done),
        (Kind::Throttled, State::Done),
        (Kind::NotSent, State::Done),
        (Kind::SignIn, State::Done),
        (Kind::Refused, State::Failed),
        (Kind::NotFound, State::Failed),
    ] {
        let world = World::new(Service::Arm, 1);
        world.service.fail_reads([kind; 1]);
        world.apply();
        assert_eq!(world.journal.state(1), state, "{kind:?}");
    }
}

#[test]
fn operation_that_cannot_be_polled_is_read_back() {
    for (ending, state) in [
        (Ending::Stored, State::Done),
        (Ending::Dropped, State::Unknown),
    ] {
        let world = World::new(Service::Arm, 1);
        world
            .service
            .on_writes([OnWrite::Accept(Duration::from_secs(30), ending)]);
        world.service.fail_polls([FailureKind::Refused; 1000]);
        let driven = world.apply();
        assert_eq!(driven.stopped(), None);
        assert_eq!(world.journal.state(1), state);
        assert_eq!(world.service.count("poll"), 10);
    }
}

#[test]
fn row_due_between_two_looks_at_the_clock_is_not_missed() {
    for tick in 1..60 {
        let world = World::new(Service::Arm, 1);
        world
            .service
            .on_writes([OnWrite::Accept(Duration::from_secs(60), Ending::Stored)]);
        let clock = Ticking {
            clock: Arc::clone(&world.clock),
            tick: tick * Duration::from_millis(100),
        };
        world.apply_with(world.options().with_clock(Arc::new(clock)));
        assert_eq!(world.journal.state(1), State::Done, "{tick}");
    }
}

/// A clock on which time passes with each look.
#[derive(Debug)]
struct Ticking {
    clock: Arc<SimulatedClock>,
    tick: Duration,
}

impl Clock for Ticking {
    fn now(&self) -> SystemTime {
        self.clock.now()
    }

    fn elapsed(&self) -> Duration {
        self.clock.pass(self.tick);
        self.clock.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.clock.sleep(duration)
    }
}
