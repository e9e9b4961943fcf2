//! The plan as a file: writing, continuing, reading, and what is refused.

mod damage;
mod refusals;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use billing_bulk::binding::Binding;
use billing_bulk::document::{Document, Version};
use billing_bulk::journal::RunInfo;
use billing_bulk::journal::row::NewRow;
use billing_bulk::plan::{
    Finding, Outcome, Plan, PlanCounts, PlanError, PlanFileError, PlanHeader, PlanInput, PlanRow,
    PlanStore, PlanWriter, Source,
};
use billing_bulk::{ProfileId, Service};
use tempfile::tempdir;

use crate::journal::{cause, new_row, plan_info, profile};

fn path(folder: &Path) -> PathBuf {
    folder.join("run.plan")
}

fn created() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::new(1_800_000_000, 123_456_789)
}

fn binding() -> Binding {
    Binding {
        service: Service::Partner,
        origin: "https://api.partnercenter.microsoft.com".to_owned(),
        api_version: "v1".to_owned(),
        tenant: Some("c7a1cb2a-5ff1-4a53-9b7a-9ad0ab6b4a4e".to_owned()),
    }
}

fn header() -> PlanHeader {
    PlanHeader {
        tool: "billing 1.2.3".to_owned(),
        created: created(),
        expires: created() + Duration::from_secs(86_400),
        bindings: vec![binding()],
        continues: None,
        input: PlanInput {
            name: Some("customers.csv".to_owned()),
            sha256: "0123456789abcdef".repeat(4),
            options: r#"{"sheet":"One"}"#.to_owned(),
            form: Some(r#"{"columns":["customer_id","email"]}"#.to_owned()),
        },
    }
}

/// A row of each state in turn.
fn row(number: u64) -> PlanRow {
    let new = new_row(number);
    PlanRow {
        number,
        profile: new.profile,
        outcome: match number % 3 {
            1 => Outcome::Change {
                before: new.before,
                changes: new.changes,
            },
            2 => Outcome::NoChange {
                before: Document::new(new.before.json().clone(), Version::Hash([7; 32])),
            },
            _ => Outcome::Unplanned(cause("not_found")),
        },
        findings: vec![Finding {
            member: "defaultAddress.postalCode".to_owned(),
            message: "has the wrong form".to_owned(),
            is_certain: true,
        }],
        source: Source {
            location: Some(format!("customers.csv:{number}")),
            raw: Some(r#"{"cells":["a","b"]}"#.to_owned()),
        },
    }
}

fn rows(numbers: std::ops::RangeInclusive<u64>) -> Vec<PlanRow> {
    numbers.map(row).collect()
}

fn finished(path: &Path, profiles: u64) -> Plan {
    let mut writer = PlanWriter::open(path, &header(), false).expect("a new plan");
    writer.add(&rows(1..=profiles)).expect("written");
    writer.finish().expect("finished")
}

fn assert_same(found: &PlanRow, expected: &PlanRow) {
    assert_eq!(found.number, expected.number);
    assert_eq!(found.profile.to_string(), expected.profile.to_string());
    assert_eq!(found.outcome, expected.outcome);
    assert_eq!(found.findings, expected.findings);
    assert_eq!(found.source.location, expected.source.location);
    assert_eq!(found.source.raw, expected.source.raw);
}

#[test]
fn plan_is_read_as_it_was_written() {
    let folder = tempdir().expect("a folder");
    let plan = finished(&path(folder.path()), 400);
    assert_eq!(plan.header(), &header());
    let counts = PlanCounts {
        change: 134,
        no_change: 133,
        unplanned: 133,
    };
    assert_eq!(plan.counts(), Ok(counts));
    let found: Vec<_> = plan.rows().collect::<Result<_, _>>().expect("rows");
    assert_eq!(found.len(), 400);
    for (found, expected) in found.iter().zip((1..).map(row)) {
        assert_same(found, &expected);
    }
    let upper = profile(2).to_string().to_uppercase();
    let upper = ProfileId::partner(upper.strip_prefix("PARTNER/").expect("a customer"));
    assert_same(
        &plan.row(&upper).expect("readable").expect("a row"),
        &row(2),
    );
    assert!(plan.row(&profile(401)).expect("readable").is_none());
}

#[test]
fn run_takes_over_what_could_be_planned() {
    let folder = tempdir().expect("a folder");
    let plan = finished(&path(folder.path()), 300);
    let plan = plan.verify(created(), &[binding()]).expect("valid");
    assert_eq!(plan.digest().len(), 64);
    let run = plan.run_info();
    let plan = plan.claim(&run).expect("bound");
    let taken = plan.into_rows().collect::<Result<_, _>>();
    let taken: Vec<NewRow> = taken.expect("rows");
    assert_eq!(taken.len(), 200);
    for taken in &taken {
        assert_ne!(taken.number % 3, 0);
        assert_eq!(taken.changes.is_empty(), taken.number % 3 == 2);
    }
}

#[test]
fn interrupted_plan_is_continued() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let mut writer = PlanWriter::open(&path, &header(), false).expect("a new plan");
    writer.add(&rows(1..=3)).expect("written");
    drop(writer);

    let unfinished = Plan::open(&path).expect("readable");
    assert_eq!(unfinished.counts().expect("counts").total(), 3);
    let later = PlanHeader {
        created: created() + Duration::from_secs(60),
        ..header()
    };
    let mut writer = PlanWriter::open(&path, &later, false).expect("continued");
    assert_eq!(writer.last(), 3);
    assert!(writer.contains(&profile(3)).expect("readable"));
    assert!(!writer.contains(&profile(4)).expect("readable"));
    writer.add(&rows(4..=5)).expect("written");
    let all = writer.rows().expect("rows").collect::<Result<Vec<_>, _>>();
    assert_eq!(all.expect("rows").len(), 5);
    let plan = writer.finish().expect("finished");
    assert_eq!(plan.header().created, created());
    assert_eq!(plan.rows().count(), 5);
    plan.verify(created(), &[binding()]).expect("valid");
}

#[test]
fn same_rows_have_the_same_digest() {
    let folder = tempdir().expect("a folder");
    let digest = |name: &str, parts: &[std::ops::RangeInclusive<u64>]| {
        let path = folder.path().join(name);
        for part in parts {
            let mut writer = PlanWriter::open(&path, &header(), false).expect("open");
            writer.add(&rows(part.clone())).expect("written");
        }
        let plan = PlanWriter::open(&path, &header(), false)
            .expect("open")
            .finish();
        let plan = plan
            .expect("finished")
            .verify(created(), &[binding()])
            .expect("valid");
        plan.digest().to_owned()
    };
    let one = digest("one", &[1..=4]);
    assert_eq!(one, digest("two", &[1..=1, 2..=4]));
    assert_ne!(one, digest("three", &[1..=3]));
}

#[test]
fn rows_out_of_order_are_refused() {
    let folder = tempdir().expect("a folder");
    let mut writer = PlanWriter::open(&path(folder.path()), &header(), false).expect("a new plan");
    writer.add(&rows(1..=2)).expect("written");
    for wrong in [rows(2..=3), rows(4..=4), vec![row(3), row(5)]] {
        assert!(matches!(
            writer.add(&wrong),
            Err(PlanError::File(PlanFileError::Order { .. }))
        ));
    }
    assert_eq!(writer.last(), 2);
    writer.add(&rows(3..=3)).expect("the next");
}

#[test]
fn plan_is_bound_to_its_first_journal() {
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    let plan = finished(&path, 3);
    assert_eq!(plan.journal_id(), None);
    let plan = plan.verify(created(), &[binding()]).expect("valid");
    let run = |id: &str| RunInfo {
        id: id.to_owned(),
        ..plan.run_info()
    };
    let (one, two) = (run("one"), run("two"));
    let stranger = RunInfo {
        plans: vec![plan_info(&"0".repeat(64))],
        ..run("one")
    };
    let claim = |journal: &RunInfo| {
        let plan = Plan::open(&path).expect("readable");
        let plan = plan.verify(created(), &[binding()]).expect("valid");
        plan.claim(journal).map(|plan| plan.into_rows().count())
    };
    let name = || path.display().to_string();
    let other_plan = PlanFileError::OtherPlan { plan: name() };
    assert_eq!(claim(&stranger), Err(other_plan));
    assert_eq!(claim(&one), Ok(2));
    assert_eq!(claim(&one), Ok(2));
    let other_journal = PlanFileError::OtherJournal {
        plan: name(),
        journal: "one".to_owned(),
    };
    assert_eq!(claim(&two), Err(other_journal));
    let plan = Plan::open(&path).expect("readable");
    assert_eq!(plan.journal_id(), Some("one"));
    // It was begun in time.
    let late = created() + Duration::from_secs(999_999);
    let plan = plan.verify(late, &[binding()]).expect("valid");
    assert_eq!(plan.run_info(), one);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_plan() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().expect("a folder");
    let path = path(folder.path());
    drop(finished(&path, 1));
    let mode = std::fs::metadata(&path)
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
