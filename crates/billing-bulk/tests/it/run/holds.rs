//! Runs that send no new write for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use billing_bulk::journal::State;
use billing_bulk::target::FailureKind;
use billing_bulk::{AskContinue, EventKind, Hold, RunOptions, Service};
use billing_core::Clock as _;

use crate::run::World;
use crate::support::drive::Driven;
use crate::support::service::{Ending, OnWrite};

/// Answers the question of a hold after a minute, and calls `before` first.
fn answer(
    world: &World,
    continues: bool,
    before: impl Fn(&Hold) + Send + Sync + 'static,
) -> AskContinue {
    let clock = Arc::clone(&world.clock);
    Arc::new(move |hold| {
        let clock = Arc::clone(&clock);
        before(&hold);
        Box::pin(async move {
            clock.sleep(Duration::from_secs(60)).await;
            continues
        })
    })
}

fn one_at_a_time(world: &World) -> RunOptions {
    world.options().with_concurrency(1)
}

/// Returns the reasons of the holds, in order.
fn holds(driven: &Driven) -> Vec<String> {
    let events = driven.events.iter().filter_map(|event| match &event.kind {
        EventKind::Paused(hold) => Some(format!("paused {}", hold.reason())),
        EventKind::Resumed(hold) => Some(format!("resumed {}", hold.reason())),
        _ => None,
    });
    events.collect()
}

#[test]
fn refused_token_holds_the_run_until_somebody_signed_in() {
    let world = World::new(Service::Partner, 3);
    let (service, asked) = (Arc::clone(&world.service), Arc::new(AtomicU64::new(0)));
    service.on_writes([OnWrite::Fail(FailureKind::SignIn); 20]);
    let count = Arc::clone(&asked);
    let ask = answer(&world, true, move |hold| {
        assert_eq!(hold.reason(), "sign_in");
        count.fetch_add(1, Ordering::SeqCst);
        service.on_writes([]);
    });
    let driven = world.apply_with(one_at_a_time(&world).with_ask(ask));
    assert_eq!(driven.stopped(), None);
    assert_eq!(holds(&driven), ["paused sign_in", "resumed sign_in"]);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    for row in 1..=3 {
        assert_eq!(world.journal.state(row), State::Done);
    }
}

#[test]
fn run_stops_if_the_answer_is_no() {
    let world = World::new(Service::Partner, 3);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::SignIn); 20]);
    let ask = answer(&world, false, |_| {});
    let driven = world.apply_with(one_at_a_time(&world).with_ask(ask));
    assert_eq!(driven.stopped().unwrap(), "SignIn");
    assert_eq!(holds(&driven), ["paused sign_in"]);
    for row in 1..=3 {
        assert_eq!(world.journal.state(row), State::Planned);
    }
}

#[test]
fn accepted_write_is_polled_during_a_hold() {
    let world = World::new(Service::Arm, 3);
    let refused = [OnWrite::Fail(FailureKind::SignIn); 20];
    let accepted = OnWrite::Accept(Duration::from_secs(10), Ending::Stored);
    world
        .service
        .on_writes([accepted].into_iter().chain(refused));
    let ask = answer(&world, false, |_| {});
    let driven = world.apply_with(one_at_a_time(&world).with_ask(ask));
    assert_eq!(world.journal.state(1), State::Done);
    let names = driven.names();
    let at = |name: &str| names.iter().position(|it| *it == name).unwrap();
    assert!(at("paused") < at("done"), "{names:?}");
}
