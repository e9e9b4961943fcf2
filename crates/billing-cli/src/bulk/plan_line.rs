//! A profile of a plan as JSON and CSV; `schemas/bulk-plan.schema.json` describes the JSON.

use std::collections::BTreeMap;

use billing_bulk::change::Change;
use billing_bulk::plan::{Finding, PlanRow};
use billing_bulk::target::Cause;
use billing_bulk::{ProfileId, Service};
use serde::Serialize;
use serde_json::Value;

use crate::failure::Result;
use crate::render::csv::records;

#[derive(Serialize)]
struct PlanLine<'a> {
    #[serde(flatten)]
    profile: &'a ProfileId,
    state: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<ChangeLine<'a>>,
    #[serde(skip_serializing_if = "<[Finding]>::is_empty")]
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a Cause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    comments: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ChangeLine<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a Value>,
    /// `null` clears the member.
    new: Option<&'a Value>,
}

impl<'a> ChangeLine<'a> {
    fn of(service: Service, change: &'a Change) -> Self {
        Self {
            path: path(service, change),
            old: change.old.as_ref(),
            new: change.new.as_ref(),
        }
    }
}

/// The comments of a row in the input, each with its column.
type Comments = Vec<(String, String)>;

/// Returns the JSON of a profile, on one line.
pub(super) fn json(row: &PlanRow, comments: Comments) -> String {
    let service = row.profile.service();
    let changes = row.outcome.changes().iter();
    let line = PlanLine {
        profile: &row.profile,
        state: row.outcome.state(),
        changes: changes
            .map(|change| ChangeLine::of(service, change))
            .collect(),
        findings: &row.findings,
        cause: row.outcome.cause(),
        source: row.source.location.as_deref(),
        comments: comments.into_iter().collect(),
    };
    // Texts and values can always be written.
    serde_json::to_string(&line).unwrap_or_default()
}

/// The columns of the CSV.
const COLUMNS: [&str; 11] = [
    "service",
    "customer_id",
    "billing_account",
    "billing_profile",
    "state",
    "path",
    "change",
    "old",
    "new",
    "cause",
    "comments",
];

/// Returns the header of the CSV.
///
/// # Errors
/// None in memory.
pub(super) fn csv_header() -> Result<String> {
    records([COLUMNS.map(str::to_owned)])
}

/// Returns the lines of a profile in the CSV: one for each change, or one without changes.
///
/// # Errors
/// None in memory.
pub(super) fn csv(row: &PlanRow, comments: Comments) -> Result<String> {
    records(cells(row, &comments))
}

fn cells(row: &PlanRow, comments: &Comments) -> Vec<[String; 11]> {
    let (customer, account, profile) = match &row.profile {
        ProfileId::Partner { customer_id } => (customer_id.as_str(), "", ""),
        ProfileId::Arm {
            billing_account,
            billing_profile,
        } => ("", billing_account.as_str(), billing_profile.as_str()),
    };
    let service = row.profile.service();
    let cause = row.outcome.cause().map(|cause| cause.message.as_str());
    let comments: Vec<_> = comments
        .iter()
        .map(|(column, text)| format!("{column}: {text}"))
        .collect();
    let comments = comments.join("; ");
    let line = |member: [String; 4]| {
        let [path, change, old, new] = member;
        [
            service.as_str().to_owned(),
            customer.to_owned(),
            account.to_owned(),
            profile.to_owned(),
            row.outcome.state().to_owned(),
            path,
            change,
            old,
            new,
            cause.unwrap_or_default().to_owned(),
            comments.clone(),
        ]
    };
    let changes = row.outcome.changes();
    if changes.is_empty() {
        return vec![line(<[String; 4]>::default())];
    }
    let member = |change: &Change| {
        let text = |value: &Option<Value>| match value {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let verb = if change.new.is_some() { "set" } else { "clear" };
        [
            path(service, change),
            verb.to_owned(),
            text(&change.old),
            text(&change.new),
        ]
    };
    changes.iter().map(member).map(line).collect()
}

/// Returns the path of a changed member, as a column of an input names it.
fn path(service: Service, change: &Change) -> String {
    service.short(&change.name()).to_owned()
}
