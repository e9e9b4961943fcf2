//! Runs of which one service cannot be reached.

use std::sync::Arc;
use std::time::Duration;

use billing_bulk::journal::State;
use billing_bulk::journal::row::NewRow;
use billing_bulk::plan::NewPlan;
use billing_bulk::target::{Cause, FailureKind};
use billing_bulk::{EventKind, Run, RunOptions, Service};
use billing_core::Clock as _;

use crate::journal::first_plan;
use crate::run::World;
use crate::support::drive::{Driven, drive};
use crate::support::journal::MemoryJournal;
use crate::support::service::FakeService;

/// A plan with rows of both services in turn.
struct Both {
    world: World,
    arm: Arc<FakeService>,
    rows: Vec<NewRow>,
}

impl Both {
    fn new(profiles: u64) -> Self {
        let mut world = World::new(Service::Partner, 0);
        world.journal = Arc::new(MemoryJournal::new(&[Service::Partner, Service::Arm]));
        let arm = FakeService::new(Service::Arm, &world.clock);
        let row = |number: u64| match number % 2 {
            0 => arm.add(number),
            _ => world.service.add(number),
        };
        Self {
            rows: (1..=profiles).map(row).collect(),
            arm,
            world,
        }
    }

    fn apply(&self, options: RunOptions) -> Driven {
        let rows = self.rows.clone();
        let plan = NewPlan::new(first_plan(), rows.into_iter().map(Ok));
        let targets = self.world.targets().with(Arc::clone(&self.arm) as _);
        let run = Run::apply(plan, Arc::clone(&self.world.journal) as _, targets, options);
        drive(run, &self.world.clock, None)
    }

    fn check(&self, partner: State) {
        for row in &self.rows {
            let expected = match row.profile.service() {
                Service::Partner => partner,
                Service::Arm => State::Done,
            };
            assert_eq!(self.world.journal.state(row.number), expected);
        }
    }
}

fn stop_cause(driven: &Driven) -> Option<Cause> {
    match driven.events.last().map(|event| &event.kind) {
        Some(EventKind::Summary { stopped, .. }) => stopped.clone(),
        _ => panic!("no summary"),
    }
}

#[test]
fn rows_of_the_other_service_go_on() {
    let mut both = Both::new(400);
    both.world
        .service
        .fail_reads([FailureKind::NotSent; 10_000]);
    let cause = stop_cause(&both.apply(both.world.options())).unwrap();
    assert_eq!(
        cause.message,
        "Partner Center cannot be reached, and 200 profiles wait for it: the service said so"
    );
    assert_eq!(cause.code, "NotSent");
    assert_eq!(cause.hint.unwrap(), "check the endpoint and the network");
    both.check(State::Planned);

    both.world.service.fail_reads([]);
    both.world.restart();
    assert_eq!(stop_cause(&both.apply(both.world.options())), None);
    both.check(State::Done);
    for row in &both.rows {
        let writes = |service: &FakeService| service.effective_writes(row);
        let service = match row.profile.service() {
            Service::Partner => &both.world.service,
            Service::Arm => &both.arm,
        };
        assert_eq!(writes(service), 1);
    }
}

#[test]
fn rows_that_wait_for_a_service_use_up_no_limit() {
    let both = Both::new(40);
    both.world
        .service
        .fail_reads([FailureKind::NotSent; 10_000]);
    let driven = both.apply(both.world.options().with_max_failures(0));
    assert_eq!(driven.stopped().unwrap(), "NotSent");
    both.check(State::Planned);
}

#[test]
fn run_ends_at_once_if_no_service_can_be_reached() {
    let both = Both::new(40);
    both.world
        .service
        .fail_reads([FailureKind::NotSent; 10_000]);
    both.arm.fail_reads([FailureKind::NotSent; 10_000]);
    let cause = stop_cause(&both.apply(both.world.options())).unwrap();
    assert_eq!(
        cause.message,
        "Partner Center cannot be reached, and 20 profiles wait for it: the service said so; \
         Azure Resource Manager cannot be reached, and 20 profiles wait for it: the service said so"
    );
    assert!(both.world.clock.elapsed() <= Duration::from_secs(16));
}
