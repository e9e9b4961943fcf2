//! Any input, planned and applied under any faults that end, leads to the documents that a naive
//! model computes: it makes the changes one after the other, and leaves out refused ones.

mod case;
mod model;

use std::sync::Arc;
use std::time::Duration;

use billing_bulk::input::{Input, InputOptions, InputSource};
use billing_bulk::journal::row::{NewRow, Row};
use billing_bulk::journal::{JournalReader as _, RunInfo, State};
use billing_bulk::plan::{
    PlanHeader, PlanInput, PlanOptions, PlanWriter, ReadOptions, input_rows, make,
};
use billing_bulk::{ProfileId, Targets};
use billing_core::Clock as _;
use billing_emulator::{Emulator, Token};
use futures_util::{FutureExt as _, stream};
use proptest::prelude::*;
use serde_json::Value;

use crate::simulation::clock::SimClock;
use crate::simulation::executor::{drive, pass};
use crate::simulation::machine::Machine;
use crate::simulation::network::{Network, Weather};
use crate::simulation::operator::Operator;
use crate::simulation::others::Others;
use crate::simulation::property::case::{Case, cases};
use crate::simulation::rejections::Rejections;
use crate::simulation::rng::Dice;
use crate::simulation::setup::{Disk, bindings, targets};
use crate::simulation::world::{ArmVersion, TOKEN, World, document};
use crate::simulation::{SETTLE, Simulation, runtime};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn runs_lead_to_the_state_of_a_naive_model(case in cases()) {
        let _context = runtime().enter();
        let world = world(&case);
        let before = documents(&world, &case);
        let mut simulation = simulation(world, &case);
        let rows = run_to_the_end(&mut simulation, &case);
        let mut failed = check(&simulation, &case, &before, &rows, 1)?;
        // The rows that failed are planned again, and continue the run.
        let again = case.rows_of(&rows, State::Failed);
        if !again.rows.is_empty() {
            let (info, rows) = plan(&simulation.world, &simulation.targets, &again);
            simulation.plan = info.plans[0].clone();
            simulation.rows = rows;
            if !simulation.rows.is_empty() {
                let rows = run_to_the_end(&mut simulation, &case);
                prop_assert!(rows.iter().any(|row| row.generation == 2));
                failed += check(&simulation, &case, &before, &rows, 2)?;
            }
        }
        prop_assert!(failed <= case.rejections(), "{} failed", failed);
    }
}

/// Compares the documents with those of the model, and returns how many rows of a generation have
/// failed.
fn check(
    simulation: &Simulation,
    case: &Case,
    before: &[Value],
    rows: &[Row],
    generation: u32,
) -> Result<u64, TestCaseError> {
    let mut failed = 0;
    for (row, before) in case.rows.iter().zip(before) {
        let id = &row.profile;
        let found = rows.iter().find(|it| it.profile.key() == id.key());
        let state = found.map(|found| found.state);
        let expected = model::after(row, before);
        let is_changed = expected != *before;
        let writes = simulation.world.effective_writes(id);
        let now = model::comparable(document(&simulation.world.emulator, id));
        match state {
            Some(State::Done) => prop_assert_eq!((now, writes), (expected, 1), "{}", id),
            Some(State::Failed) => {
                failed += u64::from(found.is_some_and(|it| it.generation == generation));
                let cause = found.and_then(|found| found.cause.as_ref());
                prop_assert!(cause.is_some_and(|it| !it.message.is_empty()), "{}", id);
                prop_assert_eq!((now, writes), (before.clone(), 0), "{}", id);
            }
            // A change that the plan does not have, or a profile that could not be read.
            Some(State::Unchanged) | None => {
                let is_unplanned = is_changed && case.may_be_unplanned();
                prop_assert!(!is_changed || is_unplanned, "{} is left out", id);
                prop_assert_eq!((now, writes), (before.clone(), 0), "{}", id);
            }
            Some(other) => prop_assert!(false, "{} is {}", id, other),
        }
    }
    Ok(failed)
}

/// Returns a calm world in which the emulator has the faults.
fn world(case: &Case) -> World {
    let dice = Arc::new(Dice::new(case.seed));
    let clock = SimClock::default();
    let mut builder = Emulator::builder()
        .seed(case.seed)
        .token(Token::new(TOKEN))
        .clock_at(clock.true_time())
        .without_rate_limits()
        .polls_until_done(3)
        .operation_time(Duration::from_secs(20))
        .faults(case.fault_plan());
    for (row, document) in case.rows.iter().zip(case.documents()) {
        builder = match &row.profile {
            ProfileId::Partner { customer_id } => builder.customer(customer_id, document),
            ProfileId::Arm {
                billing_account,
                billing_profile,
            } => builder.billing_profile(billing_account, billing_profile, document),
        };
    }
    let emulator = Arc::new(builder.in_process().unwrap());
    let others = Others::new(Arc::clone(&emulator), clock.clone(), Arc::clone(&dice));
    let others = Arc::new(others);
    let network = Network::new(
        Arc::clone(&emulator),
        clock.clone(),
        Arc::clone(&dice),
        Arc::clone(&others),
        Weather::default(),
    );
    // They never begin: the emulator has the faults of the case.
    let rejections = Rejections::new(&dice, &Weather::default(), ArmVersion::V2019);
    World {
        seed: case.seed,
        dice,
        clock,
        emulator,
        network: Arc::new(network),
        others,
        members: Vec::new(),
        rejections,
    }
}

fn documents(world: &World, case: &Case) -> Vec<Value> {
    let rows = case.rows.iter();
    rows.map(|row| model::comparable(document(&world.emulator, &row.profile)))
        .collect()
}

/// Plans the input.
fn simulation(world: World, case: &Case) -> Simulation {
    let targets = targets(&world);
    let (info, rows) = plan(&world, &targets, case);
    let plan = info.plans[0].clone();
    let disk = Disk::new(info);
    Simulation {
        operator: Arc::new(Operator::absent(&world.clock, &disk)),
        world,
        targets,
        plan,
        rows,
        disk,
        settle: SETTLE,
        events: Vec::new(),
    }
}

/// Reads the input and the profiles, and returns what a journal takes over from the plan's file.
fn plan(world: &World, targets: &Targets, case: &Case) -> (RunInfo, Vec<NewRow>) {
    let source = InputSource::read(case.file_name(), &case.input()[..]).unwrap();
    let input = Input::check(source, InputOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let now = world.clock.now();
    let header = PlanHeader {
        tool: "test".to_owned(),
        created: now,
        expires: now + Duration::from_secs(86_400),
        bindings: bindings(targets),
        continues: None,
        input: PlanInput::of(&input),
    };
    let mut writer = PlanWriter::open(&folder.path().join("run.plan"), &header, false).unwrap();
    let options = PlanOptions::default()
        .with_reading(ReadOptions::default().with_clock(Arc::new(world.clock.clone())));
    let machine = Machine::stopping_at(u64::MAX);
    world.network.connect(&machine);
    let making = make(input_rows(&input).unwrap(), &mut writer, targets, options);
    let making = Box::pin(stream::once(making));
    drive(making, &world.clock, &world.network, &machine, |made| {
        made.unwrap();
    });
    let plan = writer.finish().unwrap();
    let plan = plan.verify(world.clock.now(), &header.bindings).unwrap();
    let info = plan.run_info();
    let rows = plan.claim(&info).unwrap().into_rows();
    (info, rows.map(Result::unwrap).collect())
}

/// Applies the plan and reconciles, with crashes, until no outcome is unknown.
fn run_to_the_end(simulation: &mut Simulation, case: &Case) -> Vec<Row> {
    let mut crashes = case.crashes;
    for execution in 0.. {
        assert!(execution < 100, "it never ends");
        let may_crash = crashes > 0;
        crashes = crashes.saturating_sub(1);
        let world = &simulation.world;
        pass(&world.clock, &world.network, Duration::from_secs(7));
        if simulation.execute(false, may_crash) {
            continue;
        }
        simulation.execute(true, may_crash);
        let open = [
            State::Planned,
            State::Sending,
            State::Accepted,
            State::Unknown,
        ];
        if rows(simulation, &open).is_empty() {
            break;
        }
    }
    simulation.world.calm_down();
    rows(simulation, &State::ALL)
}

fn rows(simulation: &Simulation, states: &[State]) -> Vec<Row> {
    let journal = simulation.disk.open();
    let rows = journal.rows(states, 0, 1000).now_or_never();
    rows.unwrap().unwrap()
}
