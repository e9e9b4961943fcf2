//! The person who started a run: sets its limits, answers its questions, and gives it orders from
//! another process, all from the seed. What the run promises to that person is checked here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billing_bulk::control::{By, Control, Order, ProcessId};
use billing_bulk::journal::row::Row;
use billing_bulk::journal::{Holder, State};
use billing_bulk::{AskContinue, Hold, RunOptions, Window};
use billing_core::Clock as _;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _};

use crate::simulation::clock::SimClock;
use crate::simulation::rng::Dice;
use crate::simulation::setup::Disk;

/// What a run is started with.
#[derive(Clone, Default)]
struct Limits {
    max_failures: Option<u64>,
    first: Option<u64>,
    waves: Vec<u64>,
    max_repeated_failures: Option<u64>,
    window: Option<Window>,
    /// How often the run reads its orders.
    control: Option<Duration>,
    /// Whether there is somebody to ask.
    has_ask: bool,
}

/// The person, and what this person knows.
pub(crate) struct Operator {
    clock: SimClock,
    /// Draws apart from the world, whose troubles are the same without an operator.
    dice: Dice,
    connection: Mutex<Connection>,
    state: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    limits: Limits,
    /// The orders that are not given yet, by their time.
    orders: BTreeMap<(Duration, u64), Order>,
    /// How many rows were settled when a wave was approved last.
    approved: u64,
    /// When the process has read its orders first.
    begun: Option<Duration>,
    /// The orders as the process has read them last.
    read: Control,
    /// The question that is not answered, or was answered with no.
    asked: Option<Hold>,
    has_refused: bool,
    was_aborted: bool,
    broken: Vec<String>,
}

impl Operator {
    /// Returns the operator of a seed.
    pub(super) fn new(seed: u64, clock: &SimClock, disk: &Disk) -> Self {
        let operator = Self::absent(clock, disk);
        let dice = Dice::new(seed ^ 0x6f70_6572_6174_6f72);
        let mut known = Known::default();
        if dice.chance(0.6) {
            known.limits = limits(&dice);
            if known.limits.control.is_some() {
                known.orders = orders(&dice);
            }
        }
        Self {
            dice,
            state: Mutex::new(known),
            ..operator
        }
    }

    /// Returns an operator without limits and orders.
    pub(super) fn absent(clock: &SimClock, disk: &Disk) -> Self {
        Self {
            clock: clock.clone(),
            dice: Dice::new(0),
            connection: Mutex::new(disk.connection()),
            state: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the options with those of the operator, for a process that starts.
    pub(super) fn options(self: &Arc<Self>, options: RunOptions) -> RunOptions {
        let mut known = self.known();
        known.begun = None;
        known.read = Control::default();
        known.asked = None;
        (known.has_refused, known.was_aborted) = (false, false);
        let limits = known.limits.clone();
        let mut options = options
            .with_control(limits.control)
            .with_waves(limits.waves)
            .with_max_repeated_failures(limits.max_repeated_failures);
        if let Some(most) = limits.max_failures {
            options = options.with_max_failures(most);
        }
        if let Some(first) = limits.first {
            options = options.with_first(first);
        }
        if let Some(window) = limits.window {
            options = options.with_window(window);
        }
        if limits.has_ask {
            options = options.with_ask(self.ask());
        }
        options
    }

    fn ask(self: &Arc<Self>) -> AskContinue {
        let operator = Arc::clone(self);
        Arc::new(move |hold| {
            let operator = Arc::clone(&operator);
            operator.known().asked = Some(hold.clone());
            let continues = operator.dice.chance(0.7);
            let pause = operator
                .dice
                .between(Duration::ZERO, Duration::from_secs(60));
            Box::pin(async move {
                operator.clock.sleep(pause).await;
                if continues {
                    operator.known().decide();
                } else {
                    operator.known().has_refused = true;
                }
                continues
            })
        })
    }

    /// Gives the orders whose time has come, while a process works on the run or none does.
    pub(super) fn act(&self, is_live: bool) {
        let now = self.clock.elapsed();
        let mut known = self.known();
        while let Some(entry) = known.orders.first_entry() {
            let (due, _) = *entry.key();
            if due > now {
                return;
            }
            let order = entry.remove();
            let is_for_a_process = !matches!(order, Order::Pause | Order::Resume);
            if is_for_a_process && !is_live {
                // The command refuses it.
                continue;
            }
            let late = now - known.begun.map_or(now, |begun| begun.max(due));
            let most = known.limits.control.unwrap_or_default() + Duration::from_millis(500);
            if is_live && late > most {
                let broken = format!("{order:?} took effect after {late:?}");
                known.broken.push(broken);
            }
            known.was_aborted |= order == Order::Abort;
            self.give(&order, is_live);
        }
    }

    /// Gives an order as another process does.
    fn give(&self, order: &Order, is_live: bool) {
        let connection = self.connection.lock().unwrap();
        let found = connection
            .query_row("SELECT control FROM control", [], |row| {
                row.get::<_, String>(0)
            })
            .optional()
            .unwrap();
        let mut control: Control = found.map_or_else(Control::default, |text| {
            serde_json::from_str(&text).unwrap()
        });
        let Holder { process, host, .. } = Holder::this_process();
        let process = is_live.then_some(ProcessId { process, host });
        let by = By {
            who: "chris@billing-1".to_owned(),
            time: self.clock.now(),
        };
        control.apply(order, &by, process.as_ref());
        let insert = "INSERT OR REPLACE INTO control VALUES (1, ?1)";
        let text = serde_json::to_string(&control).unwrap();
        connection.execute(insert, [text]).unwrap();
    }

    /// Notes what the process has read.
    pub(super) fn note_read(&self, control: &Control) {
        let mut known = self.known();
        let is_resumed = known.begun.is_some() && known.read.resumed != control.resumed;
        if is_resumed {
            known.decide();
        }
        known.begun.get_or_insert(self.clock.elapsed());
        known.read = control.clone();
    }

    /// Checks a write that is about to be recorded. `writes` is how many rows have a write that
    /// took effect or may, with this one.
    pub(super) fn check_write(&self, rows: &[Row], number: u64, writes: u64, reconciles: bool) {
        let mut known = self.known();
        let known = &mut *known;
        let now = self.clock.now();
        let row = rows.iter().find(|row| row.number == number).unwrap();
        let name = &row.profile;
        let mut broken = |what: String| known.broken.push(format!("{name} was written {what}"));
        if known.read.paused.is_some() {
            broken("during a pause".to_owned());
        }
        if known.read.aborted.is_some() {
            broken("after the abort".to_owned());
        }
        if let Some(hold) = &known.asked {
            broken(format!("without a decision: {hold}"));
        }
        let window = known.limits.window.as_ref();
        if window.is_some_and(|window| window.closed_until(now).is_some()) {
            broken("outside its hours".to_owned());
        }
        if reconciles || row.state != State::Planned {
            return;
        }
        let count = |is_such: &dyn Fn(&Row) -> bool| {
            let rows = rows.iter().filter(|row| !row.changes.is_empty());
            rows.filter(|row| is_such(row)).count() as u64
        };
        let open = count(&|row| matches!(row.state, State::Sending | State::Accepted));
        let failed = count(&|row| matches!(row.state, State::Failed | State::Unknown));
        let settled = count(&|row| row.state.is_settled());
        if let Some(most) = known.limits.max_failures
            && failed + open > most
        {
            broken(format!(
                "beside {open} open after {failed} of {most} failures"
            ));
        }
        if let Some(first) = known.limits.first
            && writes > first
        {
            broken(format!("as number {writes} of the first {first}"));
        }
        let mut ends = known.limits.waves.iter();
        if let Some(end) = ends.find(|end| **end > known.approved)
            && settled + open >= *end
        {
            let approved = known.approved;
            broken(format!(
                "beside {open} open after {settled} of {end}, approved at {approved}"
            ));
        }
    }

    /// Checks the failures that are recorded.
    pub(super) fn check_failures(&self, rows: &[Row]) {
        let mut known = self.known();
        let failed = rows.iter();
        let failed = failed.filter(|row| matches!(row.state, State::Failed | State::Unknown));
        let failed = failed.count() as u64;
        if let Some(most) = known.limits.max_failures
            && failed > most + 1
        {
            known
                .broken
                .push(format!("{failed} failures, and {most} allowed"));
        }
    }

    /// Decides after the end of a process: approves what it showed, or lifts the limit.
    pub(super) fn decide_after(&self, code: Option<&str>, rows: &[Row]) {
        let mut known = self.known();
        let settled = rows.iter().filter(|row| !row.changes.is_empty());
        let settled = settled.filter(|row| row.state.is_settled()).count() as u64;
        match code {
            Some("wave") if !known.has_refused => known.approved = settled,
            Some("first_written") => known.limits.first = None,
            Some("too_many_failures") => known.limits.max_failures = None,
            Some("aborted") if !known.was_aborted => {
                let broken = "a process was aborted by the order for an earlier one";
                known.broken.push(broken.to_owned());
            }
            _ => {}
        }
    }

    /// Ends the tolerance for failures, which is not about `reconcile`.
    pub(super) fn begin_reconcile(&self) {
        self.known().limits.max_failures = None;
    }

    /// Returns whether there is anything to check.
    pub(super) fn is_strict(&self) -> bool {
        let limits = &self.known().limits;
        limits.control.is_some()
            || limits.max_failures.is_some()
            || limits.first.is_some()
            || !limits.waves.is_empty()
            || limits.window.is_some()
            || limits.has_ask
    }

    /// Returns the promises that were broken.
    pub(super) fn broken(&self) -> Vec<String> {
        self.known().broken.clone()
    }
}

impl Known {
    /// Decides to continue.
    fn decide(&mut self) {
        if let Some(Hold::Wave { settled, .. }) = self.asked.take() {
            self.approved = settled;
        }
    }
}

fn limits(dice: &Dice) -> Limits {
    let mut limits = Limits::default();
    if dice.chance(0.7) {
        limits.control = Some(dice.between(Duration::from_millis(250), Duration::from_secs(2)));
    }
    if dice.chance(0.4) {
        limits.max_failures = Some(dice.below(3));
    }
    if dice.chance(0.3) {
        limits.first = Some(1 + dice.below(4));
    } else if dice.chance(0.5) {
        let mut waves: Vec<u64> = (0..1 + dice.below(3)).map(|_| 1 + dice.below(8)).collect();
        waves.sort_unstable();
        limits.waves = waves;
    }
    if dice.chance(0.3) {
        limits.max_repeated_failures = Some(1 + dice.below(2));
    }
    if dice.chance(0.15) {
        // Closed for some minutes, soon after the start of the simulation at midnight.
        let closed = 1 + dice.below(20);
        let opens = closed + 1 + dice.below(10);
        let hours = format!("00:{opens:02}-00:{closed:02}");
        limits.window = Some(Window::parse(&hours, TimeZone::UTC).unwrap());
    }
    limits.has_ask = dice.chance(0.5);
    limits
}

fn orders(dice: &Dice) -> BTreeMap<(Duration, u64), Order> {
    let mut orders = BTreeMap::new();
    for number in 0..dice.below(5) {
        let last = [2, 10, 60, 600][usize::try_from(dice.below(4)).unwrap()];
        let at = dice.between(Duration::ZERO, Duration::from_secs(last));
        let order = match dice.below(6) {
            0..=2 => {
                let pause = dice.between(Duration::from_secs(1), Duration::from_secs(200));
                orders.insert((at + pause, 10 + number), Order::Resume);
                Order::Pause
            }
            3 => Order::Abort,
            4 if dice.chance(0.5) => Order::SetRate("unlimited".to_owned()),
            4 => Order::SetRate("0.5/s".to_owned()),
            _ => Order::SetConcurrency(usize::try_from(1 + dice.below(5)).unwrap()),
        };
        orders.insert((at, number), order);
    }
    orders
}
