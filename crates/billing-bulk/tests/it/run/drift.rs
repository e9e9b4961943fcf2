//! Profiles that somebody else changed.

use billing_bulk::journal::State;
use billing_bulk::target::FailureKind;
use billing_bulk::{EventKind, Service};

use crate::run::World;
use crate::support::drive::drive_watched;
use crate::support::service::OnWrite;

#[test]
fn changed_profile_is_a_conflict_and_untouched() {
    for member in ["email", "city"] {
        let world = World::new(Service::Partner, 1);
        world.service.change(&world.rows[0], member, "Oslo");
        let driven = world.apply();
        assert_eq!(driven.names(), ["run", "conflict", "summary"]);
        let EventKind::Conflict(cause) = &driven.events[1].kind else {
            panic!()
        };
        assert_eq!(cause.code, "changed_since_plan");
        assert_eq!(
            cause.message,
            format!("the profile was changed since it was planned: {member}")
        );
        assert_eq!(world.service.count("write"), 0);
    }
}

#[test]
fn late_copy_of_a_refused_write_counts_as_the_write() {
    for rebases in [false, true] {
        let world = World::new(Service::Partner, 1);
        world
            .service
            .on_writes([OnWrite::Fail(FailureKind::Throttled)]);
        let mut is_sent = false;
        let options = world.options().with_rebase(rebases);
        drive_watched(world.start(options), &world.clock, |event| {
            // The copy arrives while the row waits for the rate limit.
            if matches!(event.kind, EventKind::Throttled { .. }) && !is_sent {
                is_sent = true;
                world
                    .service
                    .change(&world.rows[0], "email", "new@contoso.com");
            }
        });
        assert!(is_sent);
        assert_eq!(world.journal.state(1), State::Done);
        assert_eq!(world.service.effective_writes(&world.rows[0]), 0);
    }
}

#[test]
fn rebase_writes_if_no_planned_member_was_changed() {
    for (member, value, state, city) in [
        ("city", "Oslo", State::Done, "Oslo"),
        ("email", "theirs@contoso.com", State::Conflict, "Rome"),
        ("email", "new@contoso.com", State::Unchanged, "Rome"),
    ] {
        let world = World::new(Service::Partner, 1);
        world.service.change(&world.rows[0], member, value);
        world.apply_with(world.options().with_rebase(true));
        assert_eq!(world.journal.state(1), state, "{member}");
        assert_eq!(world.service.member(&world.rows[0], "city"), city);
        let writes = u32::from(state == State::Done);
        assert_eq!(world.service.effective_writes(&world.rows[0]), writes);
    }
}

#[test]
fn profile_is_compared_again_after_waiting_for_the_rate_limit() {
    let world = World::new(Service::Arm, 2);
    world
        .service
        .on_writes([OnWrite::Fail(FailureKind::Throttled); 3]);
    let mut sent = 0;
    drive_watched(world.start(world.options()), &world.clock, |event| {
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
