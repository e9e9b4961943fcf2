//! Orders to runs that wait: whatever a run waits for, it obeys in under a second.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use billing_bulk::control::Order;
use billing_bulk::{AskContinue, EventKind, Resend, Run, RunOptions, Service, Window};
use billing_core::{BoxFuture, Clock as _};
use jiff::tz::TimeZone;

use crate::run::World;
use crate::support::drive::drive_until;
use crate::support::service::{Ending, OnWrite};

/// How often the runs read their orders: as the command does.
const INTERVAL: Duration = Duration::from_millis(250);

fn options(world: &World) -> RunOptions {
    let options = world.options().with_concurrency(2);
    options.with_control(Some(INTERVAL))
}

/// Returns how long after its time the last of these orders, a pause, takes effect. The times are
/// seconds after the start of the run.
fn delay(world: &World, run: Run, orders: &[(u64, Order)]) -> Duration {
    let start = world.clock.elapsed();
    let (mut last, given) = (start, Cell::new(0));
    for (after, _) in orders {
        last = start + Duration::from_secs(*after);
    }
    let begin = world.clock.now() - start;
    let driven = drive_until(run, &world.clock, || {
        let now = world.clock.elapsed();
        while let Some((after, order)) = orders.get(given.get())
            && now >= start + Duration::from_secs(*after)
        {
            world.journal.order(order);
            given.set(given.get() + 1);
        }
        now > last + Duration::from_secs(5000)
    });
    let paused = driven.events.iter().find_map(|event| {
        let is_paused = matches!(&event.kind, EventKind::Paused(hold) if hold.reason() == "paused");
        is_paused.then_some(event.time)
    });
    paused.unwrap().duration_since(begin).unwrap() - last
}

/// Returns a decision that is made after hours.
fn late(world: &World) -> impl Fn() -> BoxFuture<'static, bool> + use<> {
    let clock = Arc::clone(&world.clock);
    move || {
        let clock = Arc::clone(&clock);
        Box::pin(async move {
            clock.sleep(Duration::from_secs(10_000)).await;
            true
        })
    }
}

#[track_caller]
fn assert_obeys(world: &World, run: Run, orders: &[(u64, Order)]) {
    let delay = delay(world, run, orders);
    assert!(delay < Duration::from_secs(1), "{delay:?}");
}

#[test]
fn run_that_waits_for_the_rate_limit_obeys() {
    let world = World::new(Service::Arm, 30);
    let options = options(&world).with_rate("0.001/s".parse().unwrap());
    assert_obeys(&world, world.start(options), &[(1500, Order::Pause)]);
}

#[test]
fn run_that_polls_obeys() {
    let world = World::new(Service::Arm, 2);
    let accept = OnWrite::Accept(Duration::from_secs(600), Ending::Stored);
    world.service.on_writes([accept; 2]);
    let run = world.start(options(&world));
    assert_obeys(&world, run, &[(101, Order::Pause)]);
}

#[test]
fn run_that_waits_for_a_response_obeys() {
    let world = World::new(Service::Arm, 2);
    world.service.respond_after(Duration::from_secs(100));
    let run = world.start(options(&world));
    assert_obeys(&world, run, &[(50, Order::Pause)]);
}

#[test]
fn run_that_stops_and_waits_for_a_response_obeys() {
    let world = World::new(Service::Arm, 2);
    world.service.respond_after(Duration::from_secs(100));
    let run = world.start(options(&world));
    assert_obeys(&world, run, &[(20, Order::Abort), (50, Order::Pause)]);
}

#[test]
fn run_that_reads_back_a_lost_write_obeys() {
    let world = World::new(Service::Arm, 1);
    world.service.on_writes([OnWrite::LoseRequest]);
    let run = world.start(options(&world));
    assert_obeys(&world, run, &[(50, Order::Pause)]);
}

#[test]
fn run_outside_its_window_obeys() {
    let world = World::new(Service::Arm, 2);
    // It is 08:00 in UTC.
    let window = Window::parse("09:30-09:31", TimeZone::UTC).unwrap();
    let run = world.start(options(&world).with_window(window));
    assert_obeys(&world, run, &[(100, Order::Pause)]);
}

#[test]
fn run_that_asks_at_the_end_of_a_wave_obeys() {
    let world = World::new(Service::Arm, 4);
    let decide = late(&world);
    let ask: AskContinue = Arc::new(move |_| decide());
    let options = options(&world).with_waves(vec![1]).with_ask(ask);
    assert_obeys(&world, world.start(options), &[(100, Order::Pause)]);
}

/// Starts `reconcile` for a write that was lost.
fn reconcile(resend: impl FnOnce(&World) -> Resend) -> (World, Run) {
    let mut world = World::new(Service::Arm, 1);
    world.service.on_writes([OnWrite::LoseRequest]);
    world.apply();
    world.restart();
    let options = options(&world).with_resend(resend(&world));
    let journal = Arc::clone(&world.journal) as _;
    let run = Run::reconcile(journal, world.targets(), options);
    (world, run)
}

#[test]
fn reconcile_that_waits_for_the_settling_time_obeys() {
    let (world, run) = reconcile(|_| Resend::Never);
    assert_obeys(&world, run, &[(100, Order::Pause)]);
}

#[test]
fn reconcile_that_asks_before_it_sends_again_obeys() {
    let asks = |world: &World| {
        let decide = late(world);
        Resend::Ask(Arc::new(move |_| decide()))
    };
    let (world, run) = reconcile(asks);
    assert_obeys(&world, run, &[(3000, Order::Pause)]);
    let (world, run) = reconcile(asks);
    world.journal.order(&Order::Resume);
    let stopped = {
        let given = Cell::new(false);
        drive_until(run, &world.clock, || {
            if world.clock.elapsed() > Duration::from_secs(3000) && !given.replace(true) {
                world.journal.order(&Order::Abort);
            }
            false
        })
    };
    assert_eq!(stopped.stopped().unwrap(), "aborted");
    assert!(world.clock.elapsed() < Duration::from_secs(3002));
}
