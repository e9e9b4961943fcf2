//! Random inputs and faults.

use std::collections::BTreeMap;
use std::time::Duration;

use billing_bulk::journal::State;
use billing_bulk::journal::row::Row;
use billing_bulk::{ProfileId, Service};
use billing_emulator::{Fault, FaultPlan, Garbage, OperationOutcome};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const ACCOUNT: &str = "PCN.1042";

/// The members that inputs change, each with whether it may be cleared.
const PARTNER: [(&str, bool); 5] = [
    ("email", false),
    ("companyName", false),
    ("language", true),
    ("defaultAddress.city", false),
    ("defaultAddress.addressLine2", true),
];
const ARM: [(&str, bool); 5] = [
    ("poNumber", true),
    ("displayName", false),
    ("invoiceEmailOptIn", false),
    ("address.city", false),
    ("address.addressLine2", true),
];

/// An input with faults, crashes and everything else that decides a run.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) rows: Vec<CaseRow>,
    is_csv: bool,
    faults: Vec<CaseFault>,
    /// How many executions may crash.
    pub(super) crashes: u32,
    pub(super) seed: u64,
}

/// A row of the input.
#[derive(Clone, Debug)]
pub(super) struct CaseRow {
    pub(super) profile: ProfileId,
    /// The new values by the paths of the input; `None` clears.
    pub(super) edits: BTreeMap<&'static str, Option<Value>>,
}

/// A fault that ends: it hits at most `times` requests.
#[derive(Clone, Debug)]
struct CaseFault {
    kind: Kind,
    nth: u64,
    times: u64,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Read(Trouble),
    Put(Trouble),
    Patch(Trouble),
    /// The service gets an update of Partner Center twice.
    Duplicate,
    Locked,
    StrangeLink,
    OperationFailed,
    OperationCanceled,
    LateOperation,
    /// The response is lost, and the operation is late.
    LostLateOperation,
}

/// What goes wrong with a request of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Throttled,
    Unavailable,
    Error,
    Reset,
    Garbage,
    Truncated,
    CommittedError,
    CommittedReset,
    Refused,
}

impl Trouble {
    const OF_READS: [Self; 6] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Error,
        Self::Reset,
        Self::Garbage,
        Self::Truncated,
    ];
    const OF_WRITES: [Self; 9] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Error,
        Self::Reset,
        Self::Garbage,
        Self::Truncated,
        Self::CommittedError,
        Self::CommittedReset,
        Self::Refused,
    ];

    fn add_to(self, fault: Fault) -> Fault {
        match self {
            Self::Throttled => fault.status(429).header("Retry-After", "3"),
            Self::Unavailable => fault.status(503).header("Retry-After", "3"),
            Self::Error => fault.status(500),
            Self::Reset => fault.reset(),
            Self::Garbage => fault.garbage(Garbage::Random(100)),
            Self::Truncated => fault.truncate(20),
            Self::CommittedError => fault.status(500).committed(),
            Self::CommittedReset => fault.reset().committed(),
            Self::Refused => fault.status(400),
        }
    }
}

impl Kind {
    fn fault(self) -> Fault {
        let put = || Fault::new().method("PUT");
        let patch = || Fault::new().method("PATCH");
        let late = Duration::from_secs(100);
        match self {
            Self::Read(trouble) => trouble.add_to(Fault::new().method("GET")),
            Self::Put(trouble) => trouble.add_to(put()),
            Self::Patch(trouble) => trouble.add_to(patch()),
            Self::Duplicate => put().duplicate(),
            Self::Locked => patch().service(billing_emulator::Service::Arm).locked(),
            Self::StrangeLink => patch().location("http://stranger.example.com"),
            Self::OperationFailed => patch().operation(OperationOutcome::Failed),
            Self::OperationCanceled => patch().operation(OperationOutcome::Canceled),
            Self::LateOperation => patch().operation_time(late),
            Self::LostLateOperation => patch().operation_time(late).reset().committed(),
        }
    }

    /// Returns whether the profile fails for good.
    fn refuses(self) -> bool {
        let refused = Trouble::Refused;
        [
            Self::Put(refused),
            Self::Patch(refused),
            Self::OperationFailed,
            Self::OperationCanceled,
        ]
        .contains(&self)
    }
}

impl Case {
    /// Returns the same case with only the rows whose profiles are in a state.
    pub(super) fn rows_of(&self, rows: &[Row], state: State) -> Self {
        let is_in_state = |id: &ProfileId| {
            let mut rows = rows.iter().filter(|row| row.state == state);
            rows.any(|row| row.profile.key() == id.key())
        };
        let mut case = self.clone();
        case.rows.retain(|row| is_in_state(&row.profile));
        case
    }

    /// Returns how many profiles may fail.
    pub(super) fn rejections(&self) -> u64 {
        let refusing = self.faults.iter().filter(|fault| fault.kind.refuses());
        refusing.map(|fault| fault.times).sum()
    }

    /// Returns whether a profile may not be readable for so long that it cannot be planned.
    pub(super) fn may_be_unplanned(&self) -> bool {
        let reads = self.faults.iter();
        let reads = reads.filter(|fault| matches!(fault.kind, Kind::Read(_)));
        reads.map(|fault| fault.times).sum::<u64>() > 1
    }

    pub(super) fn fault_plan(&self) -> FaultPlan {
        let faults = self.faults.iter();
        faults
            .map(|it| it.kind.fault().nth(it.nth).times(it.times))
            .fold(FaultPlan::new(), FaultPlan::fault)
    }

    /// Returns the profiles as they are at first.
    pub(super) fn documents(&self) -> impl Iterator<Item = Value> {
        self.rows.iter().map(|row| match row.profile.service() {
            Service::Partner => json!({
                "firstName": "Ada", "lastName": "Example", "email": "ada@example.com",
                "culture": "en-US", "language": "en", "companyName": "Tailspin",
                "defaultAddress": {
                    "country": "US", "city": "Redmond", "state": "WA",
                    "addressLine1": "1 Example Way", "postalCode": "98052",
                },
            }),
            Service::Arm => json!({
                "properties": {
                    "displayName": "Tailspin", "poNumber": "PO-1", "invoiceEmailOptIn": false,
                    "address": {
                        "companyName": "Tailspin", "addressLine1": "1 Example Way",
                        "addressLine2": "Floor 2", "city": "Redmond", "country": "US",
                    },
                },
            }),
        })
    }

    pub(super) fn file_name(&self) -> &'static str {
        if self.is_csv {
            "rows.csv"
        } else {
            "rows.jsonl"
        }
    }

    /// Returns the bytes of the input.
    pub(super) fn input(&self) -> Vec<u8> {
        if self.is_csv {
            self.csv()
        } else {
            self.json_lines()
        }
    }

    fn csv(&self) -> Vec<u8> {
        let ids = [
            "service",
            "customer_id",
            "billing_account",
            "billing_profile",
        ];
        let members = PARTNER.into_iter().chain(ARM).map(|(path, _)| path);
        let members: Vec<_> = members.collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(ids.iter().chain(&members)).unwrap();
        for row in &self.rows {
            let mut cells = identity(&row.profile).map(str::to_owned).to_vec();
            cells.extend(members.iter().map(|path| match row.edits.get(path) {
                None => String::new(),
                Some(None) => "<clear>".to_owned(),
                Some(Some(Value::String(text))) => text.clone(),
                Some(Some(value)) => value.to_string(),
            }));
            writer.write_record(&cells).unwrap();
        }
        writer.into_inner().unwrap()
    }

    fn json_lines(&self) -> Vec<u8> {
        let lines = self.rows.iter().map(|row| {
            let [service, customer, account, profile] = identity(&row.profile);
            let mut line = Map::new();
            line.insert("service".to_owned(), service.into());
            for (name, id) in [
                ("customer_id", customer),
                ("billing_account", account),
                ("billing_profile", profile),
            ] {
                if !id.is_empty() {
                    line.insert(name.to_owned(), id.into());
                }
            }
            for (path, value) in &row.edits {
                line.insert((*path).to_owned(), value.clone().unwrap_or_default());
            }
            Value::Object(line).to_string() + "\n"
        });
        lines.collect::<String>().into_bytes()
    }
}

fn identity(profile: &ProfileId) -> [&str; 4] {
    match profile {
        ProfileId::Partner { customer_id } => ["partner", customer_id, "", ""],
        ProfileId::Arm {
            billing_account,
            billing_profile,
        } => ["arm", "", billing_account, billing_profile],
    }
}

/// Returns a strategy for whole cases.
pub(super) fn cases() -> impl Strategy<Value = Case> {
    let rows = prop::collection::vec(row(), 1..9);
    let faults = prop::collection::vec(fault(), 0..5);
    (rows, any::<bool>(), faults, 0..4_u32, any::<u64>()).prop_map(
        |(rows, is_csv, faults, crashes, seed)| {
            let rows = (1..).zip(rows);
            let rows = rows.map(|(number, (service, edits))| CaseRow {
                profile: match service {
                    Service::Partner => {
                        ProfileId::partner(format!("4d3cf487-70f4-4e1e-9ff1-{number:012x}"))
                    }
                    Service::Arm => ProfileId::arm(ACCOUNT, format!("PROF-{number:04}")),
                },
                edits,
            });
            Case {
                rows: rows.collect(),
                is_csv,
                faults,
                crashes,
                // Of a world that uses the api version whose names the edits have.
                seed: seed.saturating_sub(seed % 8),
            }
        },
    )
}

fn row() -> impl Strategy<Value = (Service, BTreeMap<&'static str, Option<Value>>)> {
    prop_oneof![
        edits(&PARTNER).prop_map(|edits| (Service::Partner, edits)),
        edits(&ARM).prop_map(|edits| (Service::Arm, edits)),
    ]
}

fn edits(
    members: &'static [(&'static str, bool)],
) -> impl Strategy<Value = BTreeMap<&'static str, Option<Value>>> {
    let edit = prop::sample::select(members).prop_flat_map(|(path, may_be_cleared)| {
        let value = if path == "invoiceEmailOptIn" {
            any::<bool>().prop_map(Value::from).boxed()
        } else {
            // The members have some of these values at first.
            let text = prop_oneof![
                Just("Redmond".to_owned()),
                Just("PO-1".to_owned()),
                "[A-Za-z]([ -~é,;\"\u{4e2d}]{0,12}[A-Za-z0-9])?",
            ];
            text.prop_map(Value::from).boxed()
        };
        let value = value.prop_map(Some);
        let value = if may_be_cleared {
            prop_oneof![3 => value, 1 => Just(None)].boxed()
        } else {
            value.boxed()
        };
        value.prop_map(move |value| (path, value))
    });
    prop::collection::vec(edit, 0..5).prop_map(|edits| edits.into_iter().collect())
}

fn fault() -> impl Strategy<Value = CaseFault> {
    let kind = prop_oneof![
        prop::sample::select(&Trouble::OF_READS[..]).prop_map(Kind::Read),
        prop::sample::select(&Trouble::OF_WRITES[..]).prop_map(Kind::Put),
        prop::sample::select(&Trouble::OF_WRITES[..]).prop_map(Kind::Patch),
        prop::sample::select(
            &[
                Kind::Duplicate,
                Kind::Locked,
                Kind::StrangeLink,
                Kind::OperationFailed,
                Kind::OperationCanceled,
                Kind::LateOperation,
                Kind::LostLateOperation,
            ][..]
        ),
    ];
    (kind, 1..12_u64, 1..3_u64).prop_map(|(kind, nth, times)| CaseFault { kind, nth, times })
}
