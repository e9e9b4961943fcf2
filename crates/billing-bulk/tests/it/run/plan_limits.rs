//! Limits and approved waves over several starts and plans of a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use billing_bulk::control::{Approval, Order};
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::{JournalReader as _, State};
use billing_bulk::target::FailureKind;
use billing_bulk::{AskContinue, RunOptions, Service};
use futures_util::FutureExt as _;

use crate::journal::plan_info;
use crate::run::World;
use crate::support::drive::{Driven, drive};
use crate::support::service::OnWrite;

impl World {
    /// Returns the rows of a second plan for some rows of the first one.
    fn second(&self, rows: impl IntoIterator<Item = usize>) -> Vec<NewRow> {
        let rows = (1..).zip(rows).map(|(number, row)| NewRow {
            number,
            ..self
                .service
                .replanned(&self.rows[row], &format!("again{number}@contoso.com"))
        });
        rows.collect()
    }

    /// Starts the second plan in a further process.
    fn apply_second(&mut self, rows: &[NewRow], options: RunOptions) -> Driven {
        self.restart();
        let run = self.start_plan(plan_info("second"), rows, options);
        drive(run, &self.clock, None)
    }

    /// Starts the first plan in a further process.
    fn apply_first(&mut self, options: RunOptions) -> Driven {
        self.restart();
        self.apply_with(options)
    }

    /// Returns the numbers of the rows that are planned.
    fn planned(&self) -> Vec<u64> {
        let rows = self.journal.rows(&[State::Planned], 0, 100).now_or_never();
        let rows = rows.unwrap().unwrap().into_iter();
        rows.map(|row| row.number).collect()
    }

    fn approval(&self) -> Option<Approval> {
        let control = self.journal.control().now_or_never();
        control.unwrap().unwrap().approval
    }
}

fn code(driven: &Driven) -> String {
    driven.stopped().unwrap_or_default()
}

/// Returns a decision, and how often it was asked for.
fn decides(continues: bool) -> (AskContinue, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let ask: AskContinue = Arc::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(continues))
    });
    (ask, asked)
}

#[test]
fn canary_of_a_further_plan_is_about_its_rows() {
    let mut world = World::new(Service::Partner, 8);
    let first = |world: &World, count| world.options().with_concurrency(4).with_first(count);
    let options = first(&world, 3);
    assert_eq!(code(&world.apply_with(options)), "first_written");
    assert_eq!(world.planned(), [4, 5, 6, 7, 8]);
    let rows = world.second([0, 1, 7]);
    // The second plan has the rows 9 to 11, of which the last replaces row 8.
    let options = first(&world, 1);
    assert_eq!(code(&world.apply_second(&rows, options)), "first_written");
    assert_eq!(world.planned(), [4, 5, 6, 7, 10, 11]);
    let options = first(&world, 2);
    assert_eq!(code(&world.apply_second(&rows, options)), "first_written");
    assert_eq!(world.planned(), [4, 5, 6, 7, 11]);
    // Its rows are written, and those of the first plan wait.
    let options = first(&world, 10);
    let driven = world.apply_second(&rows, options);
    assert_eq!(code(&driven), "other_plans");
    assert_eq!(world.planned(), [4, 5, 6, 7]);
    // The first plan has one row left that was written and not replaced.
    let options = first(&world, 2);
    assert_eq!(code(&world.apply_first(options)), "first_written");
    assert_eq!(world.planned(), [5, 6, 7]);
    let options = world.options();
    assert_eq!(world.apply_second(&rows, options).stopped(), None);
    assert_eq!(world.planned(), [0; 0]);
}

#[test]
fn failures_of_other_plans_do_not_count() {
    let mut world = World::new(Service::Partner, 8);
    let refused = OnWrite::Fail(FailureKind::Refused);
    world.service.on_writes([refused; 3]);
    let most = |world: &World, count| {
        let options = world.options().with_concurrency(1);
        options.with_max_failures(count)
    };
    let options = most(&world, 2);
    assert_eq!(code(&world.apply_with(options)), "too_many_failures");
    let rows = world.second([0, 1, 2]);
    world.service.on_writes([refused]);
    let options = most(&world, 1);
    assert_eq!(code(&world.apply_second(&rows, options)), "other_plans");
    assert_eq!(world.planned(), [4, 5, 6, 7, 8]);
    // The failed rows of the first plan were replaced, so that none of its failures is left.
    world.service.on_writes([refused; 2]);
    let options = most(&world, 1);
    assert_eq!(code(&world.apply_first(options)), "too_many_failures");
    assert_eq!(world.planned(), [6, 7, 8]);
}

#[test]
fn waves_of_a_further_plan_need_their_own_approval() {
    let mut world = World::new(Service::Partner, 6);
    let waves = |world: &World, ends: &[u64]| world.options().with_waves(ends.iter().copied());
    let options = waves(&world, &[1, 6]);
    assert_eq!(code(&world.apply_with(options)), "wave");
    let options = waves(&world, &[1, 6]);
    assert_eq!(world.apply_first(options).stopped(), None);
    let rows = world.second([0, 1, 2, 3]);
    for (expected, planned) in [("wave", 3), ("wave", 2), ("", 0)] {
        let options = waves(&world, &[1, 2, 4]);
        assert_eq!(code(&world.apply_second(&rows, options)), expected);
        assert_eq!(world.planned().len(), planned);
    }
}

#[test]
fn wave_that_was_refused_is_asked_about_again() {
    let mut world = World::new(Service::Partner, 6);
    for _ in 0..2 {
        let (ask, asked) = decides(false);
        let options = world.options().with_waves([2, 6]).with_ask(ask);
        assert_eq!(code(&world.apply_first(options)), "wave");
        assert_eq!(
            (asked.load(Ordering::SeqCst), world.planned().len()),
            (1, 4)
        );
    }
    // Without anybody to ask, it stops once more, and the start after it approves.
    for (expected, planned) in [("wave", 4), ("", 0)] {
        let options = world.options().with_waves([2, 6]);
        assert_eq!(code(&world.apply_first(options)), expected);
        assert_eq!(world.planned().len(), planned);
    }
}

#[test]
fn approved_wave_is_finished_by_the_next_process() {
    for polls in 0.. {
        let mut world = World::new(Service::Partner, 8);
        let (ask, _) = decides(true);
        let options = world.options().with_concurrency(2).with_waves([2, 5]);
        let run = world.start(options.clone().with_ask(ask));
        let driven = drive(run, &world.clock, Some(polls));
        let planned = world.planned().len();
        let approved = world.approval().map_or(0, |approval| approval.settled);
        world.restart();
        let next = world.apply_with(options);
        let expected = match approved {
            0 => 6,
            2 => 3,
            _ => 0,
        };
        assert_eq!(world.planned().len(), expected, "{polls}: {planned} before");
        assert_eq!(code(&next) == "wave", expected > 0, "{polls}");
        if !driven.crashed {
            return;
        }
    }
}

#[test]
fn other_sizes_of_waves_keep_the_approval() {
    let mut world = World::new(Service::Partner, 12);
    let options = world.options().with_first(3);
    assert_eq!(code(&world.apply_with(options)), "first_written");
    // One wave was approved when a profile was settled, and two more are settled since.
    world.journal.approve(Approval {
        plan: 1,
        settled: 1,
        has_stopped: false,
    });
    let waves = |world: &World| world.options().with_waves([2, 3, 8, 12]);
    for (expected, planned) in [("wave", 9), ("wave", 4), ("", 0)] {
        let options = waves(&world);
        assert_eq!(code(&world.apply_first(options)), expected);
        assert_eq!(world.planned().len(), planned);
    }
}

#[test]
fn order_for_an_earlier_process_with_the_same_id_is_over() {
    let mut world = World::new(Service::Partner, 4);
    let options = |world: &World| {
        let interval = std::time::Duration::from_millis(250);
        world.options().with_control(Some(interval)).with_first(1)
    };
    assert_eq!(code(&world.apply_with(options(&world))), "first_written");
    world.journal.order(&Order::Abort);
    world.journal.order(&Order::SetRate("0.1/s".to_owned()));
    let options = options(&world).with_first(4);
    assert_eq!(world.apply_first(options).stopped(), None);
    let control = world.journal.control().now_or_never().unwrap().unwrap();
    assert_eq!((control.aborted, control.rate), (None, None));
}
