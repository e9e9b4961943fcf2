//! The report as Markdown, for a pull request: what breaks first, the rest folded.

use super::change::Severity;
use super::fold::{Line, lines};
use super::report::Report;
use super::text;

/// Returns the Markdown.
pub fn markdown(report: &Report) -> String {
    let mut text = format!("### {}\n\n{}\n", report.title(), text::summary(report));
    let breaking = lines(report.of(Severity::Breaking));
    if !breaking.is_empty() {
        text.push_str("\n| breaking | for | what to do | rule |\n|---|---|---|---|\n");
        for line in &breaking {
            let (what, advice) = (cell(&line.what), cell(&with_reason(line)));
            text.push_str(&format!(
                "| {what} | {} | {advice} | {} |\n",
                line.whom.replace('*', "\\*"),
                line.rule
            ));
        }
    }
    let moved = text::migration(report);
    if !moved.is_empty() {
        let (open, close) = fold(&format!("{} in Rust", moved.len()));
        text.push_str(&open);
        text.push_str("| before | after |\n|---|---|\n");
        for (before, after) in moved {
            let (path, note) = after.split_once(' ').unwrap_or((&after, ""));
            let after = match path {
                "gone" => path.to_owned(),
                path => format!("`{path}` {note}").trim_end().to_owned(),
            };
            text.push_str(&format!("| `{before}` | {} |\n", cell(&after)));
        }
        text.push_str(&close);
    }
    for (title, severity) in [
        ("additive", Severity::Additive),
        ("without effect", Severity::None),
    ] {
        let lines = lines(report.of(severity));
        if lines.is_empty() {
            continue;
        }
        let number = report.of(severity).count();
        let (open, close) = fold(&format!("{number} {title}"));
        text.push_str(&open);
        for line in &lines {
            let reason = with_reason(line);
            let reason = if reason.is_empty() {
                reason
            } else {
                format!(": {reason}")
            };
            text.push_str(&format!(
                "- {} ({}){}\n",
                escaped(&line.what),
                line.rule,
                escaped(&reason)
            ));
        }
        text.push_str(&close);
    }
    if breaking.iter().any(|line| line.whom.contains('*')) {
        text.push_str("\n\\* the decoding of our crates survives it\n");
    }
    text
}

fn fold(title: &str) -> (String, String) {
    let open = format!("\n<details><summary>{title}</summary>\n\n");
    (open, "\n</details>\n".to_owned())
}

fn with_reason(line: &Line) -> String {
    match &line.reason {
        None => line.advice.clone(),
        Some(reason) => format!("{} (overridden: {reason})", line.advice)
            .trim_start()
            .to_owned(),
    }
}

fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|").replace('\n', " ")
}

/// Escapes what a document's words could do to Markdown.
fn escaped(text: &str) -> String {
    text.replace('<', "&lt;")
        .replace('*', "\\*")
        .replace('$', "\\$")
}
