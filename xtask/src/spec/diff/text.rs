//! The report as text, for a terminal.

use super::change::{Aspect, How, Severity};
use super::fold::{Line, lines};
use super::report::Report;
use super::words;

/// Returns the text.
pub fn text(report: &Report) -> String {
    let mut text = format!("{}\n{}\n", report.title(), summary(report));
    for (title, severity) in [
        ("breaking", Severity::Breaking),
        ("additive", Severity::Additive),
        ("without effect", Severity::None),
    ] {
        let lines = lines(report.of(severity));
        if lines.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{title}\n"));
        let width = lines.iter().map(|line| line.rule.len()).max().unwrap_or(0);
        for line in &lines {
            text.push_str(&one(line, width, severity));
        }
    }
    let moved = migration(report);
    if !moved.is_empty() {
        text.push_str("\nin Rust\n");
        for (before, after) in moved {
            text.push_str(&format!("  {before} → {after}\n"));
        }
    }
    if report.changes.iter().any(|change| change.softened) {
        text.push_str("\n* our decoding survives it\n");
    }
    text
}

fn one(line: &Line, width: usize, severity: Severity) -> String {
    let mut text = format!("  {:width$}  {}", line.rule, line.what);
    if severity > Severity::None {
        text.push_str(&format!(" [{}]", line.whom));
    }
    if !line.advice.is_empty() {
        text.push_str(&format!(": {}", line.advice));
    }
    if let Some(reason) = &line.reason {
        text.push_str(&format!(" (overridden: {reason})"));
    }
    text + "\n"
}

/// Returns one line with the numbers.
pub fn summary(report: &Report) -> String {
    let counts = report.summary.counts;
    if report.changes.is_empty() {
        return "no change".to_owned();
    }
    let semver = report.summary.semver;
    let raises = semver.raises(env!("CARGO_PKG_VERSION"));
    let semver = format!("{semver:?}").to_lowercase();
    format!(
        "{} breaking, {} additive, {} without effect; semver: {semver}, raises {raises}",
        counts.breaking, counts.additive, counts.none
    )
}

/// Returns the paths in generated code that have to change, before and after.
pub fn migration(report: &Report) -> Vec<(String, String)> {
    let breaking = report.changes.iter();
    let breaking = breaking.filter(|change| change.severity.rust == Severity::Breaking);
    let moved = breaking.filter_map(|change| {
        let before = change.rust.before.clone()?;
        let after = match (&change.rust.after, &change.rename_guess) {
            (Some(after), Some(_)) if change.change == How::Removed => {
                format!("{after} (perhaps)")
            }
            (Some(after), _) if change.aspect == Aspect::Kind => {
                format!("{after} ({})", words::what(change))
            }
            (Some(after), _) => after.clone(),
            (None, Some(guess)) => {
                let renamed = report.changes.iter().find(|other| {
                    other.of_type == change.of_type
                        && other.change == How::Added
                        && other.member == guess.to
                });
                let after = renamed.and_then(|renamed| renamed.rust.after.clone())?;
                format!("{after} (perhaps)")
            }
            (None, None) => "gone".to_owned(),
        };
        Some((before, after))
    });
    let mut moved: Vec<_> = moved.collect();
    moved.sort();
    moved.dedup();
    moved
}
