//! What a plan says as a whole.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;

use billing_edit::Service;
use serde::Serialize;
use serde_json::Value;

use crate::plan::error::PlanError;
use crate::plan::row::{Finding, PlanCounts, PlanRow};
use crate::plan::sign_in::SignInFinding;
use crate::plan::store::PlanStore;
use crate::profile::ProfileId;
use crate::target::Cause;

/// The number of changes that a summary names.
const NAMED_CHANGES: usize = 10;

/// The number of different changes, findings and causes that are counted at once. Rare ones beyond
/// it are left out, so that memory does not grow with the plan.
const MAX_COUNTED: usize = 4096;

/// What a plan says as a whole.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct PlanSummary {
    /// How many profiles are in which state.
    pub counts: PlanCounts,
    /// How many profiles have findings, in any state.
    pub with_findings: u64,
    /// How often each member changes, in the order of services and paths.
    pub members: Vec<MemberChanges>,
    /// The ten most frequent changes. Changes of less than one profile in 4,096 may be missing.
    pub frequent: Vec<FrequentChange>,
    /// The findings, the most frequent first.
    pub findings: Vec<CountedFinding>,
    /// Why profiles cannot be planned, the most frequent cause first.
    pub unplanned: Vec<CountedCause>,
    /// What may keep the sign-in from sufficing, if the plan was just made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sign_in: Vec<SignInFinding>,
    /// The number of profiles of each service that change, and the first of them.
    #[serde(skip)]
    pub(super) changed: BTreeMap<Service, (u64, ProfileId)>,
}

/// How often a member changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MemberChanges {
    /// The service.
    pub service: Service,
    /// The path of the member, such as `address.city`.
    pub path: String,
    /// In how many profiles it gets a value and had none.
    pub set: u64,
    /// In how many profiles its value is replaced.
    pub replaced: u64,
    /// In how many profiles it is cleared.
    pub cleared: u64,
}

/// A change of many profiles.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FrequentChange {
    /// The service.
    pub service: Service,
    /// The path of the member.
    pub path: String,
    /// The value that it gets; `None` if it is cleared.
    pub new: Option<Value>,
    /// The number of profiles.
    pub profiles: u64,
}

// The value is about a person.
impl fmt::Debug for FrequentChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrequentChange({} × {})", self.path, self.profiles)
    }
}

/// A finding of many profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CountedFinding {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// The number of profiles.
    pub profiles: u64,
}

/// A cause for which many profiles cannot be planned.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CountedCause {
    /// The cause of the first of them.
    pub cause: Cause,
    /// The number of profiles.
    pub profiles: u64,
    /// The first of them.
    pub first: ProfileId,
}

impl PlanSummary {
    /// Reads the rows of a plan once, or twice if too many of them differ to count all at once.
    ///
    /// # Errors
    /// The store's.
    pub fn of(store: &dyn PlanStore) -> Result<Self, PlanError> {
        let mut counted = Counted::default();
        for row in store.rows()? {
            counted.add(&row?);
        }
        if counted.is_inexact() {
            counted.start_again();
            for row in store.rows()? {
                counted.add(&row?);
            }
        }
        Ok(counted.summary())
    }
}

/// What is counted in the rows of a plan.
#[derive(Default)]
struct Counted {
    counts: PlanCounts,
    with_findings: u64,
    changed: BTreeMap<Service, (u64, ProfileId)>,
    members: BTreeMap<(Service, String), Kinds>,
    /// By service, path, and the new value as JSON.
    changes: Tally<(Service, String, Option<String>)>,
    findings: Tally<Finding>,
    causes: Tally<CauseKey>,
    /// The first profile of each cause.
    first: HashMap<CauseKey, (Cause, ProfileId)>,
}

/// What is counted as one cause: its code and status, since the messages of services may name what
/// only one profile has. The message is empty, except for [`TOLD_APART`].
type CauseKey = (String, Option<u16>, String);

/// The codes whose messages tell different cases apart, such as the rule that a profile breaks.
const TOLD_APART: [&str; 5] = [
    "changed_since_run",
    "like_clear_marker",
    "no_body",
    "not_settled",
    "preflight",
];

fn key_of(cause: &Cause) -> CauseKey {
    let is_told_apart = TOLD_APART.contains(&&*cause.code) && cause.status.is_none();
    let message = if is_told_apart { &*cause.message } else { "" };
    (cause.code.clone(), cause.status, message.to_owned())
}

/// How often a member is set, replaced and cleared.
#[derive(Default)]
struct Kinds {
    set: u64,
    replaced: u64,
    cleared: u64,
}

impl Counted {
    fn add(&mut self, row: &PlanRow) {
        self.counts.add(row);
        self.with_findings += u64::from(!row.findings.is_empty());
        let service = row.profile.service();
        if !row.outcome.changes().is_empty() {
            let first = || (0, row.profile.clone());
            let (count, _) = self.changed.entry(service).or_insert_with(first);
            *count = count.saturating_add(1);
        }
        for change in row.outcome.changes() {
            let path = service.short(&change.name()).to_owned();
            let kinds = self.members.entry((service, path.clone())).or_default();
            let kind = match (&change.old, &change.new) {
                (None, _) => &mut kinds.set,
                (Some(_), Some(_)) => &mut kinds.replaced,
                (Some(_), None) => &mut kinds.cleared,
            };
            *kind = kind.saturating_add(1);
            let new = change.new.as_ref().map(Value::to_string);
            self.changes.add((service, path, new));
        }
        for finding in &row.findings {
            self.findings.add(finding.clone());
        }
        if let Some(cause) = row.outcome.cause() {
            let key = key_of(cause);
            if self.first.len() < MAX_COUNTED {
                let first = self.first.entry(key.clone());
                first.or_insert_with(|| (cause.clone(), row.profile.clone()));
            }
            self.causes.add(key);
        }
    }

    fn is_inexact(&self) -> bool {
        self.changes.is_inexact || self.findings.is_inexact || self.causes.is_inexact
    }

    /// Keeps only what may be frequent, to be counted exactly.
    fn start_again(&mut self) {
        self.counts = PlanCounts::default();
        self.with_findings = 0;
        self.changed.clear();
        self.members.clear();
        self.changes.start_again();
        self.findings.start_again();
        self.causes.start_again();
    }

    fn summary(self) -> PlanSummary {
        let members = self.members.into_iter();
        let members = members.map(|((service, path), kinds)| MemberChanges {
            service,
            path,
            set: kinds.set,
            replaced: kinds.replaced,
            cleared: kinds.cleared,
        });
        let frequent = self.changes.most_frequent().into_iter().take(NAMED_CHANGES);
        let frequent = frequent.map(|((service, path, new), profiles)| FrequentChange {
            service,
            path,
            new: new.and_then(|new| serde_json::from_str(&new).ok()),
            profiles,
        });
        let findings = self.findings.most_frequent().into_iter();
        let findings = findings.map(|(finding, profiles)| CountedFinding { finding, profiles });
        let mut first = self.first;
        let unplanned = self.causes.most_frequent().into_iter();
        let unplanned = unplanned.filter_map(|(key, profiles)| {
            let (cause, first) = first.remove(&key)?;
            Some(CountedCause {
                cause,
                profiles,
                first,
            })
        });
        PlanSummary {
            counts: self.counts,
            with_findings: self.with_findings,
            members: members.collect(),
            frequent: frequent.collect(),
            findings: findings.collect(),
            unplanned: unplanned.collect(),
            sign_in: Vec::new(),
            changed: self.changed,
        }
    }
}

/// Counts how often keys occur, in bounded memory (the algorithm of Misra and Gries): a key that is
/// more than one in [`MAX_COUNTED`] is always kept.
struct Tally<K> {
    counts: HashMap<K, u64>,
    /// Whether keys were dropped, so that counts may be too low.
    is_inexact: bool,
    /// Whether only the present keys are counted.
    is_closed: bool,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self {
            counts: HashMap::new(),
            is_inexact: false,
            is_closed: false,
        }
    }
}

impl<K: Eq + Hash + Ord> Tally<K> {
    fn add(&mut self, key: K) {
        if let Some(count) = self.counts.get_mut(&key) {
            *count = count.saturating_add(1);
        } else if self.is_closed {
        } else if self.counts.len() < MAX_COUNTED {
            self.counts.insert(key, 1);
        } else {
            self.is_inexact = true;
            self.counts.retain(|_, count| {
                *count = count.saturating_sub(1);
                *count > 0
            });
        }
    }

    fn start_again(&mut self) {
        self.is_closed = self.is_inexact;
        if !self.is_closed {
            self.counts.clear();
        }
        self.counts.values_mut().for_each(|count| *count = 0);
    }

    /// Returns the keys with their counts, the most frequent first.
    fn most_frequent(self) -> Vec<(K, u64)> {
        let mut all: Vec<_> = self.counts.into_iter().collect();
        all.sort_by(|(one, count), (other, other_count)| {
            other_count.cmp(count).then_with(|| one.cmp(other))
        });
        all
    }
}
