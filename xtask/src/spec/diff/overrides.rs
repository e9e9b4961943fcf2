//! Overrides: a file that gives changes other severities than the rules, each with a reason.

use serde::Deserialize;

use super::change::{AppliedOverride, Change, Severities, Severity};
use super::report::Report;
use crate::codegen::problem::Problem;

/// The hint for an override that is invalid.
const HINT: &str = "docs/spec-diff.md shows one";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "override")]
    overrides: Vec<Override>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    rule: String,
    #[serde(rename = "type")]
    of_type: Option<String>,
    member: Option<String>,
    operation: Option<String>,
    severity: Changed,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    readers: Option<Word>,
    writers: Option<Word>,
    rust: Option<Word>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    None,
    Additive,
    Breaking,
}

/// Applies the overrides of a file to a report. `file` is the path that problems name.
///
/// # Errors
///
/// Every override that is invalid or applies to no change: a stale override would mislead.
pub fn apply(file: &str, text: &str, report: &mut Report) -> Result<(), Vec<Problem>> {
    let File { overrides } = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or(text).matches('\n').count() + 1;
        let message = error.message().to_owned();
        vec![Problem::new(file, format!(":{line}"), message, HINT)]
    })?;
    let mut problems = Vec::new();
    for (index, one) in overrides.iter().enumerate() {
        let place = format!("#/override/{index}");
        if one.reason.trim().is_empty() {
            let what = "an override has a reason";
            problems.push(Problem::new(file, format!("{place}/reason"), what, HINT));
        }
        let mut applied = false;
        for change in report
            .changes
            .iter_mut()
            .filter(|change| one.is_about(change))
        {
            applied = true;
            let by_rule = change
                .overridden
                .as_ref()
                .map_or(change.severity, |applied| applied.severity);
            change.severity = one.severity.of(by_rule);
            change.overridden = Some(AppliedOverride {
                reason: one.reason.clone(),
                severity: by_rule,
            });
        }
        if !applied {
            let what = format!("the override of {} applies to no change", one.subject());
            problems.push(Problem::new(
                file,
                place,
                what,
                "remove it, or correct what it is about",
            ));
        }
    }
    report.summarize();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

impl Override {
    fn is_about(&self, change: &Change) -> bool {
        let is =
            |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        let operation = self.operation.as_ref();
        self.rule == change.rule
            && is(&self.of_type, &change.of_type)
            && is(&self.member, &change.member)
            && operation.is_none_or(|operation| change.operations.contains(operation))
    }

    fn subject(&self) -> String {
        let parts = [&self.operation, &self.of_type, &self.member];
        let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
        format!("{} {}", self.rule, parts.join("."))
            .trim_end()
            .to_owned()
    }
}

impl Changed {
    fn of(&self, by_rule: Severities) -> Severities {
        let severity = |word: Option<Word>, by_rule| match word {
            None => by_rule,
            Some(Word::None) => Severity::None,
            Some(Word::Additive) => Severity::Additive,
            Some(Word::Breaking) => Severity::Breaking,
        };
        Severities {
            readers: severity(self.readers, by_rule.readers),
            writers: severity(self.writers, by_rule.writers),
            rust: severity(self.rust, by_rule.rust),
        }
    }
}
