//! Limits that count reads and writes together, with room for few requests: the reads of a run must
//! not use up what its writes need.

use std::time::Duration;

use billing_bulk::journal::State;
use billing_bulk::{EventKind, ProfileId, Resend, Service};
use billing_core::Clock as _;

use crate::run::World;
use crate::support::drive::{drive_until, drive_watched};
use crate::support::service::{Ending, Limit, OnWrite, RetryAfter};

/// Returns limits of one to three requests, in fixed and sliding windows of some seconds and some
/// minutes, with every sort of pause.
fn limits() -> impl Iterator<Item = Limit> {
    let pauses = [
        RetryAfter::Right,
        RetryAfter::Short,
        RetryAfter::Long,
        RetryAfter::Missing,
    ];
    let windows = (1..=3).flat_map(|requests| [10, 300].map(|time| (requests, time)));
    let kinds = [(true, true), (true, false), (false, true), (false, false)];
    let all = windows.flat_map(move |window| kinds.map(move |kind| (window, kind)));
    all.flat_map(move |((requests, seconds), (is_fixed, is_per_profile))| {
        pauses.map(|retry_after| Limit {
            requests,
            interval: Duration::from_secs(seconds),
            is_fixed,
            is_per_profile,
            retry_after,
        })
    })
}

/// Returns worlds of both services, with and without etags.
fn worlds(profiles: u64) -> [World; 3] {
    let mut without_etags = World::new(Service::Partner, 0);
    without_etags.service.withhold_etags();
    without_etags.rows = (1..=profiles)
        .map(|number| without_etags.service.add(number))
        .collect();
    [
        World::new(Service::Partner, profiles),
        without_etags,
        World::new(Service::Arm, profiles),
    ]
}

impl World {
    /// Limits the requests of all profiles from now on.
    fn limit(&self, limit: Limit) {
        // Into a window, so that what was used before counts.
        self.clock.pass(Duration::from_secs(65));
        self.service.respond_after(Duration::from_millis(100));
        let profiles: Vec<ProfileId> = self.rows.iter().map(|row| row.profile.clone()).collect();
        self.service.limit(limit, &profiles);
    }

    /// Checks that every profile was written once.
    fn is_done(&self, limit: &Limit) {
        for row in &self.rows {
            let state = self.journal.state(row.number);
            assert_eq!(state, State::Done, "{limit:?}");
            assert_eq!(self.service.effective_writes(row), 1, "{limit:?}");
        }
    }
}

#[test]
fn reads_never_starve_the_writes() {
    for limit in limits() {
        for world in worlds(2) {
            world.limit(limit.clone());
            world.apply();
            world.is_done(&limit);
        }
    }
}

#[test]
fn reads_never_starve_a_write_that_is_sent_once_more() {
    for limit in limits() {
        for mut world in worlds(2) {
            world.service.on_writes([OnWrite::LoseRequest; 2]);
            let options = world.options().with_replay_window(Duration::ZERO);
            world.apply_with(options);
            for row in &world.rows {
                assert_eq!(world.journal.state(row.number), State::Unknown);
            }
            world.restart();
            world.limit(limit.clone());
            world.reconcile(world.options().with_resend(Resend::Always));
            world.is_done(&limit);
        }
    }
}

#[test]
fn polls_and_read_backs_end_under_a_low_limit() {
    for limit in limits() {
        for world in worlds(2) {
            let time = Duration::from_secs(30);
            let accepted = OnWrite::Accept(time, Ending::Stored);
            world
                .service
                .on_writes([accepted, OnWrite::StoreLate(time)]);
            world.limit(limit.clone());
            // Each poll may need a window.
            let long = Duration::from_secs(100_000);
            world.apply_with(world.options().with_poll_time(long).with_read_back(long));
            world.is_done(&limit);
        }
    }
}

#[test]
fn throttled_write_is_sent_again_without_another_read() {
    for (requests, is_fixed) in [(1, true), (1, false), (2, true), (2, false)] {
        let world = World::new(Service::Partner, 1);
        world.limit(Limit {
            requests,
            interval: Duration::from_secs(10),
            is_fixed,
            is_per_profile: true,
            retry_after: RetryAfter::Right,
        });
        let began = world.clock.elapsed();
        world.apply();
        assert_eq!(world.service.log(), ["read", "throttled write", "write"]);
        assert!(world.clock.elapsed() - began < Duration::from_secs(12));
        assert_eq!(world.journal.state(1), State::Done);
    }
}

#[test]
fn profile_that_changed_during_the_pause_is_a_conflict() {
    for world in worlds(1) {
        world.limit(Limit {
            requests: 1,
            interval: Duration::from_secs(10),
            is_fixed: false,
            is_per_profile: true,
            retry_after: RetryAfter::Right,
        });
        drive_watched(world.start(world.options()), &world.clock, |event| {
            if matches!(event.kind, EventKind::Throttled { .. }) {
                world.service.change(&world.rows[0], "city", "Oslo");
            }
        });
        assert_eq!(world.journal.state(1), State::Conflict);
        assert_eq!(world.service.effective_writes(&world.rows[0]), 0);
    }
}

/// Applies a plan of one profile whose write waits for its limit, and somebody else's change
/// meanwhile. The machine may sleep, too.
fn change_during_a_pause(world: &World, pause: u64, sleep: Duration) -> State {
    world.limit(Limit {
        requests: 1,
        interval: Duration::from_secs(pause),
        is_fixed: false,
        is_per_profile: true,
        retry_after: RetryAfter::Right,
    });
    let mut is_changed = false;
    drive_watched(world.start(world.options()), &world.clock, |event| {
        if matches!(event.kind, EventKind::Throttled { .. }) && !is_changed {
            is_changed = true;
            world.service.change(&world.rows[0], "email", "theirs");
            world.clock.sleep_for(sleep);
        }
    });
    assert!(is_changed);
    world.journal.state(1)
}

#[test]
fn etag_that_may_be_ignored_does_not_keep_a_comparison_young() {
    let mut world = World::new(Service::Arm, 0);
    world.service.ignore_etags();
    world.rows = vec![world.service.add(1)];
    let state = change_during_a_pause(&world, 10, Duration::ZERO);
    assert_eq!(state, State::Conflict);
    assert_eq!(world.service.member(&world.rows[0], "email"), "theirs");
}

#[test]
fn comparison_gets_old_while_the_machine_sleeps() {
    for (sleep, state) in [(0, State::Done), (3600, State::Conflict)] {
        let [_with_etag, without_etag, arm] = worlds(1);
        for world in [without_etag, arm] {
            let sleep = Duration::from_secs(sleep);
            assert_eq!(change_during_a_pause(&world, 2, sleep), state);
        }
    }
}

#[test]
fn request_id_is_not_repeated_after_waiting_too_long() {
    let mut world = World::new(Service::Partner, 2);
    world.service.on_writes([OnWrite::LoseRequest; 2]);
    let are_lost = || world.service.count("lost") == 2;
    assert!(drive_until(world.start(world.options()), &world.clock, are_lost).crashed);
    world.restart();
    let options = world.options().with_rate("0.1/s".parse().unwrap());
    world.apply_with(options.with_replay_window(Duration::from_secs(5)));
    // The second one could be repeated after ten seconds only.
    assert_eq!(world.service.count("write"), 1);
    let states = [1, 2].map(|row| world.journal.state(row));
    assert_eq!(states, [State::Done, State::Unknown]);
}
