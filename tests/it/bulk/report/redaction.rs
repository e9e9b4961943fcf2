//! What a redacted report leaves out, for each member that the specs mark `x-personal`.

use std::fs;
use std::time::SystemTime;

use billing_bulk::change::Change;
use billing_bulk::document::{Document, Version};
use billing_bulk::journal::row::NewRow;
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::plan::Source;
use billing_bulk::{Journal as _, ProfileId};
use serde_json::{Map, Value, json};

use crate::bulk::report::sample;
use crate::bulk::setup::Site;

const PARTNER: &str =
    include_str!("../../../../specs/partner-center/v1/customer-billing-profile.json");
const ARM: &str =
    include_str!("../../../../specs/arm-billing/2019-10-01-preview/billing-profile.json");

/// A member of a spec.
struct Member {
    path: Vec<String>,
    is_personal: bool,
}

/// Returns the members of a type that hold values, by their paths.
fn members(spec: &Value, schema: &Value, path: &[String], found: &mut Vec<Member>) {
    let schema = match schema["$ref"].as_str() {
        Some(name) => {
            let pointer = name.strip_prefix('#').unwrap();
            spec.pointer(pointer).unwrap()
        }
        None => schema,
    };
    for part in schema["allOf"].as_array().into_iter().flatten() {
        members(spec, part, path, found);
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let mut path = path.to_vec();
        path.push(name.clone());
        // A list of objects is not written member by member.
        let before = found.len();
        members(spec, member, &path, found);
        if found.len() == before {
            let is_personal = member["x-personal"] == true;
            found.push(Member { path, is_personal });
        }
    }
}

fn members_of(spec: &str, name: &str) -> Vec<Member> {
    let spec: Value = serde_json::from_str(spec).unwrap();
    let mut found = Vec::new();
    members(&spec, &spec["definitions"][name], &[], &mut found);
    found
}

/// Returns a value that occurs nowhere else.
fn value(member: &Member, which: &str) -> String {
    let kind = if member.is_personal {
        "personal"
    } else {
        "plain"
    };
    format!("{kind}-{which}-{}-0147", member.path.join("-"))
}

/// Returns a row that changes each member, and one that replaces each object as a whole.
fn rows(number: u64, profile: &ProfileId, members: &[Member]) -> Vec<NewRow> {
    let change = |member: &Member| Change {
        path: member.path.clone(),
        old: Some(json!(value(member, "old"))),
        new: Some(json!(value(member, "new"))),
    };
    let mut whole = Map::new();
    for member in members {
        let mut inner = &mut whole;
        let (name, parents) = member.path.split_last().unwrap();
        for parent in parents {
            let next = inner.entry(parent.clone()).or_insert_with(|| json!({}));
            inner = next.as_object_mut().unwrap();
        }
        inner.insert(name.clone(), json!(value(member, "whole")));
    }
    // One level deeper in Resource Manager: a page cuts long values.
    let root = whole.remove("properties");
    let root = root.iter().flat_map(|root| root.as_object().unwrap());
    let inner = root.map(|(name, object)| (vec!["properties".to_owned(), name.clone()], object));
    let outer = whole
        .iter()
        .map(|(name, object)| (vec![name.clone()], object));
    let objects = outer.chain(inner).map(|(path, object)| Change {
        path,
        old: None,
        new: Some(object.clone()),
    });
    let row = |number, changes| NewRow {
        number,
        profile: profile.clone(),
        before: Document::new("{}", Version::Etag("etag".to_owned())),
        changes,
        source: Source::default(),
    };
    let other = match profile {
        ProfileId::Partner { .. } => ProfileId::partner("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f05"),
        ProfileId::Arm { .. } => ProfileId::arm("account", "other"),
    };
    let mut second = row(number + 1, objects.collect());
    second.profile = other;
    vec![row(number, members.iter().map(change).collect()), second]
}

#[tokio::test]
async fn redacted_report_has_no_personal_value() {
    let site = Site::start(crate::support::sample()).await;
    let partner = members_of(PARTNER, "CustomerBillingProfile");
    let arm = members_of(ARM, "BillingProfile");
    let all: Vec<_> = partner.iter().chain(&arm).collect();
    let personal = all.iter().filter(|member| member.is_personal).count();
    assert!(personal > 25, "{personal}");
    let id = ProfileId::partner("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04");
    let mut rows: Vec<_> = rows(1, &id, &partner)
        .into_iter()
        .chain(rows(3, &ProfileId::arm("account", "profile"), &arm))
        .map(Ok)
        .collect();
    let info = sample::info();
    let journal = SqliteJournal::open_or_create(&site.path("run.db"), &info).unwrap();
    let plan = &info.plans[0];
    journal
        .begin(plan, SystemTime::UNIX_EPOCH, &mut rows.drain(..))
        .await
        .unwrap();
    drop(journal);
    for format in ["report.html", "report.csv", "report.json"] {
        for redact in [false, true] {
            let redacted = redact.then_some("--redact");
            let args = ["report", "run.db", "-o", format, "--overwrite"];
            let made = site.offline(args.into_iter().chain(redacted)).run().await;
            assert_eq!(made.code, Some(0), "{}", made.stderr);
            let text = fs::read_to_string(site.path(format)).unwrap();
            for member in &all {
                for which in ["old", "new", "whole"] {
                    let value = value(member, which);
                    let is_expected = !(redact && member.is_personal);
                    assert_eq!(text.contains(&value), is_expected, "{value} in {format}");
                }
            }
            assert_eq!(text.contains("sealed:"), redact, "{format}");
        }
    }
}

#[tokio::test]
async fn reports_with_the_same_key_can_be_compared() {
    let site = Site::start(crate::support::sample()).await;
    super::journal(&site.path("run.db"), 40).await;
    site.write("key", "sixteen bytes or more of a key");
    let report = async |more: &[&'static str]| {
        let args = ["report", "run.db", "--json", "--redact"];
        let made = site.offline(args.iter().chain(more).copied()).run().await;
        made.json()["profiles"].to_string()
    };
    let keyed = report(&["--redact-key", "key"]).await;
    assert_eq!(keyed, report(&["--redact-key", "key"]).await);
    assert!(keyed.contains("sealed:"));
    assert_ne!(keyed, report(&[]).await);
    assert_ne!(report(&[]).await, report(&[]).await);
}
