//! Runs whose sign-in does not suffice: no row fails, and the run continues after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use billing_bulk::journal::State;
use billing_bulk::target::{FailureKind, SignInCheck};
use billing_bulk::{AskContinue, EventKind, Hold, Service};

use crate::run::World;
use crate::support::drive::Driven;
use crate::support::service::FakeService;

/// Counts the questions, and signs in before it answers each.
fn after(
    world: &World,
    sign_in: impl Fn(&FakeService, &Hold) + Send + Sync + 'static,
) -> (AskContinue, Arc<AtomicU64>) {
    let (service, asked) = (Arc::clone(&world.service), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&asked);
    let ask: AskContinue = Arc::new(move |hold| {
        count.fetch_add(1, Ordering::SeqCst);
        sign_in(&service, &hold);
        Box::pin(std::future::ready(true))
    });
    (ask, asked)
}

/// Returns the number of rows in a state.
fn count(world: &World, state: State) -> usize {
    let rows = world.rows.iter();
    rows.filter(|row| world.journal.state(row.number) == state)
        .count()
}

fn of(driven: &Driven, name: &str) -> usize {
    driven.names().iter().filter(|it| **it == name).count()
}

fn assert_each_written_once(world: &World) {
    for row in &world.rows {
        assert_eq!(world.service.effective_writes(row), 1, "row {}", row.number);
    }
}

#[test]
fn token_refused_half_way_fails_no_row() {
    for concurrency in [1, 4, 64] {
        let mut world = World::new(Service::Partner, 200);
        world.service.sign_in_for(Some(100));
        let options = || world.options().with_concurrency(concurrency);
        let driven = world.apply_with(options());
        assert_eq!(driven.stopped().unwrap(), "SignIn");
        assert_eq!(
            (count(&world, State::Done), count(&world, State::Planned)),
            (100, 100)
        );
        assert_eq!(of(&driven, "failed"), 0);
        // Those in flight, and one at a time after them.
        let refused = world.service.count("write") - 100;
        assert!(
            refused <= concurrency + 1,
            "{refused} with {concurrency} in flight"
        );
        world.service.sign_in_for(None);
        world.restart();
        assert_eq!(world.apply().stopped(), None);
        assert_each_written_once(&world);
    }
}

#[test]
fn run_continues_after_a_sign_in_in_the_same_process() {
    for concurrency in [1, 64] {
        let world = World::new(Service::Arm, 200);
        world.service.sign_in_for(Some(100));
        let (ask, asked) = after(&world, |service, hold| {
            assert_eq!(hold.reason(), "sign_in");
            service.sign_in_for(None);
        });
        let options = world.options().with_concurrency(concurrency).with_ask(ask);
        assert_eq!(world.apply_with(options).stopped(), None);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert_each_written_once(&world);
    }
}

#[test]
fn question_is_asked_again_after_a_sign_in_that_fails() {
    let world = World::new(Service::Partner, 40);
    world.service.sign_in_for(Some(10));
    let (ask, asked) = after(&world, {
        let count = AtomicU64::new(0);
        move |service, _| {
            if count.fetch_add(1, Ordering::SeqCst) == 2 {
                service.sign_in_for(None);
            }
        }
    });
    let driven = world.apply_with(world.options().with_concurrency(16).with_ask(ask));
    assert_eq!(driven.stopped(), None);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    // One request finds out each time.
    let refused = world.service.count("write") - 40;
    assert!(refused <= 16 + 3, "{refused}");
    assert_each_written_once(&world);
}

#[test]
fn one_refused_token_is_no_reason_to_stop() {
    for concurrency in [1, 64] {
        let world = World::new(Service::Partner, 100);
        // The credential has another token for the next request.
        world
            .service
            .refuse("write", &world.rows[50..51], FailureKind::SignIn);
        world.service.fail_reads([FailureKind::SignIn]);
        let service = Arc::clone(&world.service);
        let run = world.start(world.options().with_concurrency(concurrency));
        let driven = crate::support::drive::drive_watched(run, &world.clock, |event| {
            if matches!(event.kind, EventKind::Done { .. }) {
                service.permit();
            }
        });
        assert_eq!(driven.stopped(), None);
        assert_eq!(count(&world, State::Done), 100);
    }
}

#[test]
fn insufficient_sign_in_is_found_before_the_first_write() {
    let mut world = World::new(Service::Partner, 20);
    world.service.on_check(Err(FailureKind::SignIn));
    let driven = world.apply();
    assert_eq!(driven.stopped().unwrap(), "SignIn");
    assert_eq!(world.service.count("write"), 0);
    assert_eq!(count(&world, State::Planned), 20);
    world.service.on_check(Ok(SignInCheck::Unknown));
    let checks = world.service.count("check");
    world.restart();
    assert_eq!(world.apply().stopped(), None);
    assert_eq!(world.service.count("check") - checks, 1, "once in a run");
    assert_each_written_once(&world);
}

#[test]
fn sign_in_check_can_be_left_out() {
    let world = World::new(Service::Partner, 3);
    world.service.on_check(Err(FailureKind::SignIn));
    let options = world.options().with_sign_in_check(false);
    assert_eq!(world.apply_with(options).stopped(), None);
    assert_eq!(world.service.count("check"), 0);
}

#[test]
fn check_that_fails_for_another_reason_does_not_stop_the_run() {
    for kind in [
        FailureKind::Unknown,
        FailureKind::NotFound,
        FailureKind::Refused,
    ] {
        let world = World::new(Service::Partner, 3);
        world.service.on_check(Err(kind));
        assert_eq!(world.apply().stopped(), None, "{kind:?}");
        assert_eq!(world.service.count("check"), 1, "{kind:?}");
    }
}

#[test]
fn same_403_for_every_profile_fails_none() {
    for request in ["read", "write"] {
        for concurrency in [1, 4, 64] {
            let mut world = World::new(Service::Arm, 100);
            world
                .service
                .refuse(request, &world.rows, FailureKind::Forbidden);
            let options = || world.options().with_concurrency(concurrency);
            let driven = world.apply_with(options());
            assert_eq!(driven.stopped().unwrap(), "permission_missing");
            assert_eq!(count(&world, State::Planned), 100);
            assert_eq!(of(&driven, "failed"), 0);
            let sent = world.service.count(request);
            assert!(
                sent <= concurrency + 2,
                "{sent} with {concurrency} in flight"
            );
            world.service.permit();
            world.restart();
            assert_eq!(world.apply().stopped(), None);
            assert_each_written_once(&world);
        }
    }
}

#[test]
fn run_continues_after_the_permission_was_granted() {
    let world = World::new(Service::Arm, 100);
    world
        .service
        .refuse("write", &world.rows, FailureKind::Forbidden);
    let (ask, asked) = after(&world, |service, hold| {
        assert!(matches!(hold, Hold::SignIn { cause } if cause.status == Some(403)));
        service.permit();
    });
    let driven = world.apply_with(world.options().with_concurrency(8).with_ask(ask));
    assert_eq!((driven.stopped(), of(&driven, "failed")), (None, 0));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_each_written_once(&world);
}

#[test]
fn profiles_refused_with_403_among_others_fail() {
    for request in ["read", "write"] {
        for concurrency in [1, 4, 64] {
            let world = World::new(Service::Arm, 100);
            let refused = world.rows.iter().filter(|row| row.number % 5 == 2);
            world
                .service
                .refuse(request, refused, FailureKind::Forbidden);
            let driven = world.apply_with(world.options().with_concurrency(concurrency));
            assert_eq!(driven.stopped(), None);
            assert_eq!(
                (count(&world, State::Failed), count(&world, State::Done)),
                (20, 80)
            );
            assert_eq!(of(&driven, "failed"), 20);
        }
    }
}

#[test]
fn few_profiles_refused_with_403_alone_fail() {
    for profiles in [1, 2] {
        let world = World::new(Service::Partner, profiles);
        world
            .service
            .refuse("write", &world.rows, FailureKind::Forbidden);
        assert_eq!(world.apply().stopped(), None);
        assert_eq!(count(&world, State::Failed), world.rows.len());
    }
}

#[test]
fn permission_lost_half_way_fails_no_row() {
    for concurrency in [1, 4, 64] {
        let world = World::new(Service::Partner, 300);
        world
            .service
            .refuse("write", &world.rows[150..], FailureKind::Forbidden);
        let driven = world.apply_with(world.options().with_concurrency(concurrency));
        assert_eq!(driven.stopped().unwrap(), "permission_missing");
        assert_eq!(
            (count(&world, State::Done), count(&world, State::Planned)),
            (150, 150)
        );
    }
}

#[test]
fn group_of_refused_profiles_after_others_fails() {
    let world = World::new(Service::Partner, 100);
    world
        .service
        .refuse("write", &world.rows[50..59], FailureKind::Forbidden);
    let driven = world.apply_with(world.options().with_concurrency(1));
    assert_eq!(driven.stopped(), None);
    assert_eq!(
        (count(&world, State::Failed), count(&world, State::Done)),
        (9, 91)
    );
}

#[test]
fn profiles_refused_with_403_fail_at_once_on_request() {
    let world = World::new(Service::Partner, 20);
    world
        .service
        .refuse("write", &world.rows, FailureKind::Forbidden);
    let driven = world.apply_with(world.options().with_forbidden_failing(true));
    assert_eq!(driven.stopped(), None);
    assert_eq!(count(&world, State::Failed), 20);
}
