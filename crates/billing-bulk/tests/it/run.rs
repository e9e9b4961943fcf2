//! Runs of plans against a service and a journal in memory.

mod apply;
mod control;
mod crash;
mod drift;
mod explain;
mod generations;
mod holds;
mod limits;
mod orders;
mod outage;
mod plan_limits;
mod reconcile;
mod sign_in;
mod stop;
mod throttled;
mod undo;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use billing_bulk::journal::PlanInfo;
use billing_bulk::journal::row::NewRow;
use billing_bulk::plan::NewPlan;
use billing_bulk::{Run, RunOptions, Service, Targets};
use billing_core::Clock;

use crate::journal::first_plan;
use crate::support::clock::SimulatedClock;
use crate::support::drive::{Driven, drive, drive_until};
use crate::support::journal::MemoryJournal;
use crate::support::service::FakeService;

/// A service with some profiles, a plan that changes them, and a journal.
pub(crate) struct World {
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) service: Arc<FakeService>,
    pub(crate) journal: Arc<MemoryJournal>,
    pub(crate) rows: Vec<NewRow>,
    ids: Arc<AtomicU64>,
}

impl World {
    pub(crate) fn new(service: Service, profiles: u64) -> Self {
        let clock = Arc::<SimulatedClock>::default();
        let fake = FakeService::new(service, &clock);
        Self {
            rows: (1..=profiles).map(|number| fake.add(number)).collect(),
            service: fake,
            journal: Arc::new(MemoryJournal::new(&[service])),
            ids: Arc::default(),
            clock,
        }
    }

    pub(crate) fn options(&self) -> RunOptions {
        let ids = Arc::clone(&self.ids);
        let next = move || {
            let number = ids.fetch_add(1, Ordering::SeqCst);
            format!("00000000-0000-4000-9000-{number:012}")
                .parse()
                .unwrap()
        };
        RunOptions::default()
            .with_clock(Arc::clone(&self.clock) as Arc<dyn Clock>)
            .with_request_ids(Arc::new(next))
            .with_max_repeated_failures(None)
            .with_control(None)
    }

    pub(crate) fn targets(&self) -> Targets {
        Targets::default().with(Arc::clone(&self.service) as _)
    }

    pub(crate) fn start(&self, options: RunOptions) -> Run {
        self.start_plan(first_plan(), &self.rows, options)
    }

    /// Starts a plan with these rows.
    pub(crate) fn start_plan(&self, plan: PlanInfo, rows: &[NewRow], options: RunOptions) -> Run {
        let rows = rows.to_vec();
        let plan = NewPlan::new(plan, rows.into_iter().map(Ok));
        let journal = Arc::clone(&self.journal) as _;
        Run::apply(plan, journal, self.targets(), options)
    }

    /// Applies the plan to the end.
    pub(crate) fn apply(&self) -> Driven {
        self.apply_with(self.options())
    }

    pub(crate) fn apply_with(&self, options: RunOptions) -> Driven {
        drive(self.start(options), &self.clock, None)
    }

    /// Applies the plan until the first write has arrived, or is lost, and crashes.
    pub(crate) fn crash_in_flight(&self) {
        let is_in_flight = || self.service.count("write") + self.service.count("lost") > 0;
        let driven = drive_until(self.start(self.options()), &self.clock, is_in_flight);
        assert!(driven.crashed);
    }

    /// Reconciles to the end.
    pub(crate) fn reconcile(&self, options: RunOptions) -> Driven {
        self.reconcile_until(options, None)
    }

    pub(crate) fn reconcile_until(&self, options: RunOptions, crash_at: Option<usize>) -> Driven {
        let journal = Arc::clone(&self.journal) as _;
        let run = Run::reconcile(journal, self.targets(), options);
        drive(run, &self.clock, crash_at)
    }

    /// Opens the journal again, as the next process does.
    pub(crate) fn restart(&mut self) {
        self.journal = Arc::new(self.journal.reopen());
    }
}
