//! Profiles in an emulator, a network before it, and other people who write, all from one seed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use billing_bulk::ProfileId;
use billing_bulk::change::Change;
use billing_core::Clock as _;
use billing_emulator::{Emulator, StaleEtag, Token};
use serde_json::{Value, json};

use crate::simulation::clock::SimClock;
use crate::simulation::journal::Written;
use crate::simulation::network::{Network, Weather};
use crate::simulation::others::Others;
use crate::simulation::rejections::Rejections;
use crate::simulation::rng::Dice;

pub(crate) const TOKEN: &str = "simulated";
const ACCOUNT: &str = "PCN.1042";

/// The longest time that an accepted operation runs.
pub(crate) const LONGEST_OPERATION: Duration = Duration::from_secs(240);
/// The longest time that a request travels after its connection broke.
pub(crate) const LONGEST_TRAVEL: Duration = Duration::from_secs(120);

/// The latest time after the plan at which other people write.
const LAST_OTHER: Duration = Duration::from_secs(600);

/// A profile, and what the plan changes.
pub(crate) struct Member {
    pub(crate) id: ProfileId,
    /// The values that the plan sets, by path; `None` clears.
    pub(crate) wanted: Vec<(Vec<String>, Option<Value>)>,
}

/// An api version of Resource Manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArmVersion {
    V2019,
    V2020,
    V2024,
}

impl ArmVersion {
    /// Returns the version of a seed. All other decisions of a seed are the same in each version.
    fn of(seed: u64) -> Self {
        match seed % 8 {
            2 | 3 => Self::V2020,
            6 | 7 => Self::V2024,
            _ => Self::V2019,
        }
    }

    /// Returns whether a write is a PUT of the full profile.
    pub(crate) fn writes_in_full(self) -> bool {
        self != Self::V2019
    }
}

/// The world outside a run.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) dice: Arc<Dice>,
    pub(crate) clock: SimClock,
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) network: Arc<Network>,
    pub(crate) others: Arc<Others>,
    pub(crate) members: Vec<Member>,
    pub(crate) rejections: Rejections,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let dice = Arc::new(Dice::new(seed));
        let clock = SimClock::default();
        let mut members = Vec::new();
        let mut builder = Emulator::builder()
            .seed(seed)
            .token(Token::new(TOKEN))
            .clock_at(clock.true_time())
            .without_rate_limits()
            .polls_until_done(u32::try_from(1 + dice.below(40)).unwrap())
            .operation_time(dice.between(Duration::from_secs(1), LONGEST_OPERATION));
        if dice.chance(0.3) {
            builder = builder.stale_etag(StaleEtag::PreconditionFailed);
        }
        for number in 0..1 + dice.below(5) {
            let id = format!("4d3cf487-70f4-4e1e-9ff1-{number:012x}");
            builder = builder.customer(&id, customer(number));
            members.push(Member {
                id: ProfileId::partner(id),
                wanted: partner_change(&dice, number),
            });
        }
        for number in 0..1 + dice.below(5) {
            let name = format!("PROF-{number:04}");
            builder = builder.billing_profile(ACCOUNT, &name, arm_profile(number));
            members.push(Member {
                id: ProfileId::arm(ACCOUNT, name),
                wanted: arm_change(&dice, number),
            });
        }
        let emulator = Arc::new(builder.in_process().unwrap());
        let weather = weather(&dice);
        let rejections = Rejections::new(&dice, &weather, ArmVersion::of(seed));
        let rejections = rejections.with_low_limits(seed, &weather);
        let others = Arc::new(Others::new(
            Arc::clone(&emulator),
            clock.clone(),
            Arc::clone(&dice),
        ));
        let network = Arc::new(Network::new(
            Arc::clone(&emulator),
            clock.clone(),
            Arc::clone(&dice),
            Arc::clone(&others),
            weather,
        ));
        Self {
            seed,
            dice,
            clock,
            emulator,
            network,
            others,
            members,
            rejections,
        }
    }

    /// Returns the api version of Resource Manager that the run uses.
    pub(crate) fn version(&self) -> ArmVersion {
        ArmVersion::of(self.seed)
    }

    /// Returns the document of a profile as the service has it.
    pub(crate) fn document(&self, id: &ProfileId) -> Value {
        document(&self.emulator, id)
    }

    /// Returns how many writes of a profile took effect.
    pub(crate) fn effective_writes(&self, id: &ProfileId) -> u64 {
        effective_writes(&self.emulator, id)
    }

    /// Returns the function that tells whether a write of the run to a profile took effect.
    pub(crate) fn is_written_by_run(&self) -> Written {
        let (emulator, others) = (Arc::clone(&self.emulator), Arc::clone(&self.others));
        Box::new(move |id| effective_writes(&emulator, id) > others.written(id).len() as u64)
    }

    /// Returns what the plan changes in a profile.
    pub(crate) fn changes(&self, member: &Member) -> Vec<Change> {
        let document = self.document(&member.id);
        let wanted = member.wanted.iter().map(|(path, new)| {
            let old = path.iter().try_fold(&document, |at, name| at.get(name));
            Change {
                path: path.clone(),
                old: old.cloned(),
                new: new.clone(),
            }
        });
        wanted.filter(|change| change.old != change.new).collect()
    }

    /// Returns whether a profile has its planned values.
    pub(crate) fn is_applied(&self, member: &Member) -> bool {
        self.changes(member).is_empty()
    }

    /// Lets things go wrong, and other people write, from now on.
    pub(crate) fn begin_trouble(&self) {
        self.network.begin_weather();
        self.rejections.begin(&self.emulator);
        let now = self.clock.elapsed();
        for member in &self.members {
            if self.dice.chance(0.2) {
                // Often in the first seconds, in which the profiles are compared and written.
                let last = if self.dice.chance(0.6) {
                    Duration::from_secs(8)
                } else {
                    LAST_OTHER
                };
                let at = now + self.dice.between(Duration::ZERO, last);
                self.others.plan(at, member.id.clone());
            }
        }
    }

    /// Lets everything end that was accepted or still travels.
    pub(crate) fn calm_down(&self) {
        let time = LAST_OTHER + LONGEST_TRAVEL + LONGEST_OPERATION * 2;
        crate::simulation::executor::pass(&self.clock, &self.network, time);
        self.emulator.set_clock(self.clock.true_time()).unwrap();
    }

    /// Returns the state of every profile at the service, to compare two executions of a seed.
    pub(crate) fn fingerprint(&self) -> BTreeMap<String, String> {
        let members = self.members.iter();
        members
            .map(|it| (it.id.to_string(), self.document(&it.id).to_string()))
            .collect()
    }
}

fn effective_writes(emulator: &Emulator, id: &ProfileId) -> u64 {
    let found = match id {
        ProfileId::Partner { customer_id } => emulator.customer_effective_writes(customer_id),
        ProfileId::Arm {
            billing_account,
            billing_profile,
        } => emulator.billing_profile_effective_writes(billing_account, billing_profile),
    };
    found.unwrap()
}

/// Returns the document of a profile as the service has it.
pub(crate) fn document(emulator: &Emulator, id: &ProfileId) -> Value {
    let found = match id {
        ProfileId::Partner { customer_id } => emulator.customer_billing_profile(customer_id),
        ProfileId::Arm {
            billing_account,
            billing_profile,
        } => emulator.billing_profile(billing_account, billing_profile),
    };
    found.unwrap()
}

fn weather(dice: &Dice) -> Weather {
    let often = |most: f64| {
        // Half of the worlds know nothing of each trouble.
        if dice.chance(0.5) {
            0.0
        } else {
            most * dice.below(1000) as f64 / 1000.0
        }
    };
    Weather {
        not_connected: often(0.1),
        throttled: often(0.2),
        unavailable: often(0.1),
        bad_gateway: often(0.2),
        lost_request: often(0.2),
        lost_response: often(0.3),
        duplicated: often(0.3),
        latency: dice.between(Duration::from_millis(20), Duration::from_secs(2)),
        straggling: dice.between(Duration::ZERO, LONGEST_TRAVEL),
    }
}

fn customer(number: u64) -> Value {
    json!({
        "firstName": "Ada",
        "lastName": format!("Customer{number}"),
        "email": format!("ada{number}@example.com"),
        "culture": "en-US",
        "language": "en",
        "companyName": format!("Tailspin {number}"),
        "defaultAddress": {
            "country": "US",
            "city": "Redmond",
            "state": "WA",
            "addressLine1": "1 Example Way",
            "postalCode": "98052",
        },
    })
}

fn arm_profile(number: u64) -> Value {
    json!({
        "properties": {
            "displayName": format!("Profile {number}"),
            "poNumber": format!("PO-{number}"),
            "invoiceEmailOptIn": false,
            "address": {
                "companyName": "Tailspin",
                "addressLine1": "1 Example Way",
                "city": "Redmond",
                "country": "US",
            },
        },
    })
}

type Wanted = Vec<(Vec<String>, Option<Value>)>;

fn partner_change(dice: &Dice, number: u64) -> Wanted {
    let mut wanted = Vec::new();
    if dice.chance(0.7) {
        wanted.push((
            vec!["email"],
            Some(json!(format!("new{number}@example.com"))),
        ));
    }
    if dice.chance(0.3) {
        wanted.push((vec!["defaultAddress", "city"], Some(json!("Seattle"))));
    }
    if dice.chance(0.2) {
        wanted.push((vec!["language"], None));
    }
    owned(wanted)
}

fn arm_change(dice: &Dice, number: u64) -> Wanted {
    let mut wanted = Vec::new();
    if dice.chance(0.7) {
        wanted.push((
            vec!["properties", "poNumber"],
            Some(json!(format!("NEW-{number}"))),
        ));
    }
    if dice.chance(0.3) {
        wanted.push((
            vec!["properties", "address", "city"],
            Some(json!("Seattle")),
        ));
    }
    owned(wanted)
}

fn owned(wanted: Vec<(Vec<&str>, Option<Value>)>) -> Wanted {
    let own = |path: Vec<&str>| path.into_iter().map(str::to_owned).collect();
    wanted
        .into_iter()
        .map(|(path, value)| (own(path), value))
        .collect()
}
