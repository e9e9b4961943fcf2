//! The table of rules in `docs/spec-diff.md`.

use super::rules::{ALL, Source};

/// Returns the table as Markdown.
pub fn table() -> String {
    let mut text =
        "| rule | name | from | reports that | example |\n|---|---|---|---|---|\n".to_owned();
    for rule in ALL {
        let from = match rule.source {
            Source::Azure => "openapi-diff",
            Source::Oasdiff => "oasdiff",
            Source::Own => "ours",
        };
        let (id, name) = (rule.id, rule.name);
        let (reports, example) = (rule.reports, rule.example);
        text.push_str(&format!(
            "| {id} | {name} | {from} | {reports} | {example} |\n"
        ));
    }
    text
}
