//! What a plan says as a whole, for people and as JSON.

use std::path::Path;

use billing_bulk::plan::{PlanHeader, PlanSummary, Severity};
use billing_edit::value_text;
use serde::Serialize;

use crate::bulk::summary::number;
use crate::output::escape::one_line;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::render::excerpt;
use crate::render::table::columns;

/// Returns the summary as tables.
pub(super) fn text(summary: &PlanSummary) -> Painted {
    let counts = summary.counts;
    let states = [
        ("change", counts.change, "written by `apply`"),
        (
            "unchanged",
            counts.no_change,
            "the values are there already",
        ),
        ("unplanned", counts.unplanned, "cannot be planned"),
        ("total", counts.total(), ""),
    ];
    let states = states
        .into_iter()
        .filter(|(name, count, _)| *count > 0 || matches!(*name, "change" | "total"))
        .map(|(name, count, meaning)| [name.to_owned(), number(count), meaning.to_owned()]);
    let mut text = columns(["STATE", "PROFILES", "MEANING"], states, Page::stdout());
    let members = summary.members.iter().map(|member| {
        let [set, replaced, cleared] = [member.set, member.replaced, member.cleared].map(number);
        [member.path.clone(), set, replaced, cleared]
    });
    text = section(
        text,
        columns(
            ["MEMBER", "SET", "REPLACED", "CLEARED"],
            members,
            Page::stdout(),
        ),
        summary.members.is_empty(),
    );
    let frequent = summary.frequent.iter().map(|change| {
        let new = match &change.new {
            Some(new) => excerpt::value(&value_text(new)).0,
            None => "(none)".to_owned(),
        };
        [format!("{} → {new}", change.path), number(change.profiles)]
    });
    text = section(
        text,
        columns(
            ["MOST FREQUENT CHANGE", "PROFILES"],
            frequent,
            Page::stdout(),
        ),
        summary.frequent.is_empty(),
    );
    let findings = summary.findings.iter().map(|counted| {
        let certainty = if counted.finding.is_certain {
            "refused"
        } else {
            "note"
        };
        [
            counted.finding.message.clone(),
            certainty.to_owned(),
            number(counted.profiles),
        ]
    });
    text = section(
        text,
        columns(["FINDING", "", "PROFILES"], findings, Page::stdout()),
        summary.findings.is_empty(),
    );
    let sign_in = summary.sign_in.iter().map(|found| {
        let meaning = match found.severity {
            Severity::Error => "refused",
            Severity::Warning => "warning",
            Severity::Note => "not checked",
        };
        [one_line(&found.cause.message), meaning.to_owned()]
    });
    text = section(
        text,
        columns(["SIGN-IN", "RESULT"], sign_in, Page::stdout()),
        summary.sign_in.is_empty(),
    );
    let unplanned = summary.unplanned.iter().map(|counted| {
        let cause = &counted.cause;
        [
            one_line(&format!("{} ({})", cause.message, cause.code)),
            number(counted.profiles),
            counted.first.to_string(),
        ]
    });
    section(
        text,
        columns(
            ["CANNOT BE PLANNED", "PROFILES", "SUCH AS"],
            unplanned,
            Page::stdout(),
        ),
        summary.unplanned.is_empty(),
    )
}

/// Adds a table below an empty line, unless it has no rows.
fn section(text: Painted, table: Painted, is_empty: bool) -> Painted {
    if is_empty {
        return text;
    }
    text.text("\n\n").then(&table)
}

/// Returns the summary as one JSON object, on one line; `schemas/bulk-summary.schema.json`
/// describes it.
pub(super) fn json(summary: &PlanSummary, header: &PlanHeader, plan: &Path) -> String {
    #[derive(Serialize)]
    struct SummaryLine<'a> {
        v: u8,
        plan: &'a str,
        created: String,
        expires: String,
        #[serde(flatten)]
        summary: &'a PlanSummary,
    }
    let line = SummaryLine {
        v: 1,
        plan: &plan.to_string_lossy(),
        created: humantime::format_rfc3339_millis(header.created).to_string(),
        expires: humantime::format_rfc3339_millis(header.expires).to_string(),
        summary,
    };
    // Texts and values can always be written.
    serde_json::to_string(&line).unwrap_or_default()
}
