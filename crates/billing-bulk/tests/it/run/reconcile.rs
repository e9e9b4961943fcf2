//! Decisions about writes of unknown outcome.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use billing_bulk::journal::State;
use billing_bulk::target::FailureKind;
use billing_bulk::{EventKind, Resend, Run, Service};
use billing_core::Clock as _;

use crate::run::World;
use crate::support::drive::drive_watched;
use crate::support::service::OnWrite;

/// Returns worlds whose only write is unknown.
fn unknown(result: OnWrite, profiles: u64) -> World {
    let mut world = World::new(Service::Arm, profiles);
    world
        .service
        .on_writes(vec![result; usize::try_from(profiles).unwrap()]);
    world.apply();
    for row in 1..=profiles {
        assert_eq!(world.journal.state(row), State::Unknown);
    }
    world.restart();
    world
}

#[test]
fn write_that_was_applied_is_done() {
    let world = unknown(OnWrite::LoseAccepted(Duration::from_secs(300)), 1);
    world.clock.pass(Duration::from_secs(300));
    let driven = world.reconcile(world.options());
    assert_eq!(driven.names(), ["run", "done", "summary"]);
    assert_eq!(world.service.effective_writes(&world.rows[0]), 1);
}

#[test]
fn wait_is_told_once_although_orders_are_read() {
    let names = [None, Some(Duration::from_millis(250))].map(|interval| {
        let world = unknown(OnWrite::LoseAccepted(Duration::from_secs(300)), 2);
        world
            .reconcile(world.options().with_control(interval))
            .names()
    });
    assert!(names[0].contains(&"waiting"), "{names:?}");
    assert_eq!(names[0], names[1]);
}

#[test]
fn operation_is_waited_for_during_the_settling_time() {
    let world = unknown(OnWrite::LoseAccepted(Duration::from_secs(800)), 1);
    let driven = world.reconcile(world.options().with_resend(Resend::Always));
    assert!(driven.names().contains(&"waiting"));
    assert_eq!(world.journal.state(1), State::Done);
    assert_eq!(world.service.effective_writes(&world.rows[0]), 1);
}

#[test]
fn lost_write_is_sent_once_more_only_on_demand() {
    for (resend, state) in [
        (Resend::Never, State::Unknown),
        (Resend::Always, State::Done),
        (
            Resend::Ask(Arc::new(|_| Box::pin(async { false }))),
            State::Unknown,
        ),
        (
            Resend::Ask(Arc::new(|_| Box::pin(async { true }))),
            State::Done,
        ),
    ] {
        let world = unknown(OnWrite::LoseRequest, 1);
        let driven = world.reconcile(world.options().with_resend(resend));
        assert_eq!(world.journal.state(1), state);
        let writes = usize::from(state == State::Done);
        assert_eq!(world.service.count("write"), writes);
        if state == State::Done {
            assert_eq!(world.journal.row(1).attempt.unwrap().attempt, 2);
        } else {
            let told = driven.events.iter().any(
                |event| matches!(&event.kind, EventKind::Unknown(cause) if cause.hint.is_some()),
            );
            assert!(told);
        }
    }
}

#[test]
fn question_is_asked_once_for_all_profiles() {
    let world = unknown(OnWrite::LoseRequest, 5);
    let asked = Arc::<AtomicU64>::default();
    let calls = Arc::clone(&asked);
    let ask = Resend::Ask(Arc::new(move |profiles| {
        calls.fetch_add(100 + profiles, Ordering::SeqCst);
        Box::pin(async { true })
    }));
    world.reconcile(world.options().with_resend(ask));
    assert_eq!(asked.load(Ordering::SeqCst), 105);
    for row in &world.rows {
        assert_eq!(world.journal.state(row.number), State::Done);
        assert_eq!(world.service.effective_writes(row), 1);
    }
}

#[test]
fn write_lost_again_stays_unknown() {
    let world = unknown(OnWrite::LoseRequest, 1);
    world.service.on_writes([OnWrite::LoseRequest; 5]);
    world.reconcile(world.options().with_resend(Resend::Always));
    assert_eq!(world.journal.state(1), State::Unknown);
    assert_eq!(world.service.count("lost"), 2, "one attempt more");
}

#[test]
fn further_attempt_has_a_settling_time_of_its_own() {
    let mut world = unknown(OnWrite::LoseRequest, 1);
    world.clock.pass(Duration::from_secs(1000));
    world
        .service
        .on_writes([OnWrite::LoseAccepted(Duration::from_secs(800))]);
    world.reconcile(world.options().with_resend(Resend::Always));
    assert_eq!(world.journal.state(1), State::Unknown);
    world.restart();
    world.reconcile(world.options().with_resend(Resend::Always));
    assert_eq!(world.journal.state(1), State::Done);
    assert_eq!(world.service.effective_writes(&world.rows[0]), 1);
}

#[test]
fn profile_that_somebody_else_changed_is_a_conflict() {
    for member in ["email", "city"] {
        let world = unknown(OnWrite::LoseRequest, 1);
        world.service.change(&world.rows[0], member, "theirs");
        world.reconcile(world.options().with_resend(Resend::Always));
        assert_eq!(world.journal.state(1), State::Conflict, "{member}");
        assert_eq!(world.service.count("write"), 0);
        let cause = world.journal.row(1).cause.unwrap();
        assert!(cause.message.ends_with(member), "{}", cause.message);
    }
}

#[test]
fn clock_that_has_gone_back_does_not_shorten_the_settling_time() {
    let world = unknown(OnWrite::LoseAccepted(Duration::from_secs(800)), 1);
    world.clock.set_back(Duration::from_secs(1_000_000));
    world.reconcile(world.options().with_resend(Resend::Always));
    assert_eq!(world.journal.state(1), State::Done);
    assert_eq!(world.service.effective_writes(&world.rows[0]), 1);
}

#[test]
fn refused_attempt_is_made_again_without_settling() {
    for kind in [FailureKind::Throttled, FailureKind::Locked] {
        let world = unknown(OnWrite::LoseRequest, 1);
        world.clock.pass(Duration::from_secs(1000));
        let began = world.clock.elapsed();
        world.service.on_writes([OnWrite::Fail(kind); 3]);
        world.reconcile(world.options().with_resend(Resend::Always));
        assert_eq!(world.journal.state(1), State::Done, "{kind:?}");
        assert_eq!(world.service.effective_writes(&world.rows[0]), 1);
        let took = world.clock.elapsed() - began;
        assert!(took < Duration::from_secs(60), "{kind:?}: {took:?}");
    }
}

#[test]
fn attempts_that_are_always_refused_end() {
    let mut world = unknown(OnWrite::LoseRequest, 1);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Locked); 100]);
    let driven = world.reconcile(world.options().with_resend(Resend::Always));
    assert_eq!(driven.names().last(), Some(&"summary"));
    assert_eq!(world.journal.state(1), State::Unknown);
    assert!(world.service.count("write") <= 10);
    world.service.on_writes([]);
    world.restart();
    world.reconcile(world.options().with_resend(Resend::Always));
    assert_eq!(world.journal.state(1), State::Done);
}

#[test]
fn second_refused_token_in_a_row_stops_reconcile() {
    let world = unknown(OnWrite::LoseRequest, 1);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::SignIn); 100]);
    let driven = world.reconcile(world.options().with_resend(Resend::Always));
    assert_eq!(driven.stopped().unwrap(), "SignIn");
    assert_eq!(world.service.count("write"), 2);
    assert_eq!(world.journal.state(1), State::Unknown);
}

#[test]
fn missing_profile_fails_only_after_the_settling_time() {
    for (misses, state) in [(1, State::Done), (100, State::Failed)] {
        let world = unknown(OnWrite::LoseAccepted(Duration::from_secs(300)), 1);
        world
            .service
            .fail_reads(vec![FailureKind::NotFound; misses]);
        world.reconcile(world.options());
        assert_eq!(world.journal.state(1), state, "{misses}");
    }
}

#[test]
fn profile_is_compared_again_after_waiting_for_the_rate_limit() {
    let world = unknown(OnWrite::LoseRequest, 2);
    world.clock.pass(Duration::from_secs(1000));
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Throttled); 3]);
    let options = world.options().with_resend(Resend::Always);
    let run = Run::reconcile(Arc::clone(&world.journal) as _, world.targets(), options);
    let mut sent = 0;
    drive_watched(run, &world.clock, |event| {
        sent += usize::from(matches!(event.kind, EventKind::Sent { .. }));
        // The third write probes the limit after 5 seconds, while the other row waits.
        if sent == 3 {
            sent += 1;
            for row in &world.rows {
                world.service.change(row, "email", "theirs");
            }
        }
    });
    for row in &world.rows {
        assert_eq!(world.journal.state(row.number), State::Conflict);
        assert_eq!(world.service.member(row, "email"), "theirs");
    }
}
