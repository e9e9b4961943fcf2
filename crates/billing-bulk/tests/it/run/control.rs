//! Runs that obey orders from outside, and tell what they wait for.

use std::time::{Duration, SystemTime};

use billing_bulk::control::{Activity, Order};
use billing_bulk::journal::{JournalReader as _, State};
use billing_bulk::{EventKind, RunOptions, Service, Window};
use billing_core::Clock as _;
use futures_util::FutureExt as _;
use jiff::tz::TimeZone;

use crate::run::World;
use crate::support::drive::{Driven, drive_watched};
use crate::support::service::{Ending, OnWrite};

fn options(world: &World) -> RunOptions {
    let options = world
        .options()
        .with_concurrency(2)
        .with_rate("2/s".parse().unwrap());
    options.with_control(Some(Duration::from_millis(250)))
}

/// Gives orders when this many writes were sent, and later at these times after the first.
fn order(world: &World, sent: usize, orders: &[(u64, Order)]) -> Driven {
    let (mut seen, mut first) = (0, None);
    let mut orders = orders.iter();
    let mut next = orders.next();
    drive_watched(world.start(options(world)), &world.clock, |event| {
        seen += usize::from(matches!(event.kind, EventKind::Sent { .. }));
        if seen < sent {
            return;
        }
        let since = world.clock.elapsed() - *first.get_or_insert(world.clock.elapsed());
        while let Some((_, order)) = next.filter(|(after, _)| since >= Duration::from_secs(*after))
        {
            world.journal.order(order);
            next = orders.next();
        }
    })
}

fn sent(driven: &Driven) -> usize {
    driven
        .names()
        .iter()
        .filter(|name| **name == "sent")
        .count()
}

fn slow(world: &World) {
    let late = OnWrite::Accept(Duration::from_secs(5), Ending::Stored);
    world.service.on_writes((0..1000).map(|_| late));
}

#[test]
fn paused_run_finishes_what_was_sent_and_begins_nothing() {
    let mut world = World::new(Service::Arm, 30);
    slow(&world);
    // Events stop during the pause, so that another run resumes it.
    world.journal.order(&Order::Pause);
    let run = world.start(options(&world));
    let stop = run.stop_handle();
    let driven = drive_watched(run, &world.clock, |event| {
        if matches!(event.kind, EventKind::Paused(_)) {
            stop.stop();
        }
    });
    assert_eq!(driven.names(), ["run", "paused", "summary"]);
    world.restart();
    world.journal.order(&Order::Resume);
    assert_eq!(world.apply_with(options(&world)).stopped(), None);
}

#[test]
fn order_takes_effect_in_under_a_second() {
    let world = World::new(Service::Arm, 30);
    slow(&world);
    let orders = [(0, Order::Pause), (5, Order::Resume)];
    let driven = order(&world, 2, &orders);
    let events = driven.events.iter();
    let times: Vec<_> = events
        .filter(|event| matches!(event.kind, EventKind::Sent { .. } | EventKind::Paused(_)))
        .map(|event| (matches!(event.kind, EventKind::Paused(_)), event.time))
        .collect();
    let paused = times.iter().position(|(is_paused, _)| *is_paused).unwrap();
    let second_write = times[1].1;
    let lag = times[paused].1.duration_since(second_write).unwrap();
    assert!(lag < Duration::from_secs(1), "{lag:?}");
    assert_eq!(driven.stopped(), None);
    assert_eq!(sent(&driven), 30);
}

#[test]
fn aborted_run_can_be_resumed() {
    let mut world = World::new(Service::Arm, 30);
    slow(&world);
    let driven = order(&world, 3, &[(0, Order::Abort)]);
    assert_eq!(driven.stopped().unwrap(), "aborted");
    assert!(sent(&driven) < 30);
    world.restart();
    world.journal.order(&Order::Resume);
    let driven = world.apply_with(world.options());
    assert_eq!(driven.stopped(), None);
}

#[test]
fn concurrency_and_rate_change_during_the_run() {
    let world = World::new(Service::Arm, 30);
    slow(&world);
    let orders = [
        (0, Order::SetConcurrency(1)),
        (0, Order::SetRate("0.1/s".to_owned())),
    ];
    let driven = order(&world, 4, &orders);
    let times = driven
        .events
        .iter()
        .filter_map(|event| matches!(event.kind, EventKind::Sent { .. }).then_some(event.time));
    let times: Vec<SystemTime> = times.skip(8).collect();
    for pair in times.windows(2) {
        let pause = pair[1].duration_since(pair[0]).unwrap();
        assert!(pause >= Duration::from_secs(10), "{pause:?}");
    }
}

#[test]
fn run_writes_within_its_window_only() {
    let world = World::new(Service::Arm, 30);
    slow(&world);
    // It is 08:00 in UTC, and the window opens and closes within the run.
    let window = || Window::parse("09:30-09:31", TimeZone::UTC).unwrap();
    let begin = world.clock.now();
    let driven = world.apply_with(options(&world).with_window(window()));
    assert_eq!(driven.stopped(), None);
    let mut writes = 0;
    for event in &driven.events {
        if matches!(event.kind, EventKind::Sent { .. }) {
            assert_eq!(window().closed_until(event.time), None);
            assert!(event.time.duration_since(begin).unwrap() >= Duration::from_secs(5400));
            writes += 1;
        }
    }
    assert_eq!(writes, 30);
    assert!(driven.names().contains(&"paused") && driven.names().contains(&"resumed"));
}

fn activity(world: &World) -> Activity {
    let activity = world.journal.activity().now_or_never().unwrap().unwrap();
    activity.unwrap()
}

#[test]
fn run_tells_what_it_waits_for() {
    let world = World::new(Service::Arm, 3);
    let late = OnWrite::Accept(Duration::from_secs(3), Ending::Stored);
    world.service.on_writes([late]);
    let mut seen = Vec::new();
    let run = world.start(options(&world).with_concurrency(1));
    drive_watched(run, &world.clock, |event| match event.kind {
        EventKind::Accepted => world.journal.order(&Order::Pause),
        EventKind::Done { .. } if seen.is_empty() => {
            let activity = activity(&world);
            let waits = activity.waits.into_iter().map(|wait| wait.message);
            seen.push((activity.polls, waits.collect::<Vec<_>>()));
            world.journal.order(&Order::Resume);
        }
        _ => {}
    });
    assert_eq!(world.journal.state(3), State::Done);
    let paused = "the run is paused by chris@billing-1".to_owned();
    assert_eq!(seen, [(1, vec![paused])]);
}
