//! Reports on runs, from journals in files.

use std::time::Duration;

use billing_bulk::journal::sqlite::{SqliteJournal, SqliteReader};
use billing_bulk::journal::{Journal, JournalReader as _, State, Transition};
use billing_bulk::report::{JsonReport, Page, PageText, Report, ReportRow};
use billing_bulk::target::Cause;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::journal::{
    accept, begin, cause, finish, first_plan, new_row, plan_info, run_info, second, send, skip,
};

async fn record(
    journal: &dyn Journal,
    row: u64,
    steps: impl IntoIterator<Item = (u64, Transition)>,
) {
    for (time, step) in steps {
        journal.record(row, second(time), step).await.unwrap();
    }
}

/// Records a run with a profile in each state.
pub(crate) async fn recorded(journal: &dyn Journal) {
    begin(journal, 8).await.unwrap();
    record(journal, 1, [(1, send(1, 1)), (2, finish(1))]).await;
    record(journal, 2, [(1, skip("already_there"))]).await;
    let refused = Cause {
        status: Some(400),
        ..cause("600051")
    };
    let limit = Cause {
        status: Some(429),
        ..cause("throttled")
    };
    let steps = [
        (1, send(1, 3)),
        (3, Transition::Return(limit)),
        (8, send(2, 4)),
        (9, Transition::Fail(refused)),
    ];
    record(journal, 3, steps).await;
    let hostile = Cause {
        message: "changed: </script><b>\u{202e}&".to_owned(),
        ..cause("changed_since_plan")
    };
    record(journal, 4, [(2, Transition::Conflict(hostile))]).await;
    let lost = Transition::Lose(cause("outcome_unknown"));
    record(journal, 5, [(4, send(1, 5)), (40, lost)]).await;
    record(journal, 6, [(5, send(1, 6)), (6, accept())]).await;
    record(journal, 7, [(5, send(1, 7))]).await;
}

async fn read(journal: &SqliteReader, each: &mut (dyn FnMut(&ReportRow) + Send)) -> Report {
    let report = Report::read(journal, second(60), None, each).await.unwrap();
    let states: Vec<_> = State::ALL
        .iter()
        .map(|state| report.counts.of(*state))
        .collect();
    let counts = journal.counts().await.unwrap();
    let expected: Vec<_> = State::ALL.iter().map(|state| counts.of(*state)).collect();
    assert_eq!(states, expected);
    report
}

/// Returns what is between two texts, and the text without it.
fn without(text: &str, from: &str, to: &str) -> (String, String) {
    let start = text.find(from).unwrap() + from.len();
    let end = start + text[start..].find(to).unwrap();
    (
        text[start..end].to_owned(),
        format!("{}…{}", &text[..start], &text[end..]),
    )
}

#[tokio::test]
async fn small_page_has_every_state() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.db");
    let journal = SqliteJournal::open_or_create(&path, &run_info()).unwrap();
    recorded(&journal).await;
    drop(journal);
    let mut page = Page::default();
    let reader = SqliteReader::open(&path).unwrap();
    let mut report = read(&reader, &mut |row| page.add(row)).await;
    // They differ between machines.
    report.recorders.clear();
    let mut html = Vec::new();
    let text = PageText {
        journal: "run.db".to_owned(),
        tool: "billing 1.0".to_owned(),
        next_steps: vec!["to look <at> it:\n  billing bulk explain run.db 'a b'".to_owned()],
    };
    page.write(&mut html, &report, &text).unwrap();
    let html = String::from_utf8(html).unwrap();
    let (style, html) = without(&html, "<style>", "</style>");
    let (script, html) = without(&html, "<script>", "</script>");
    assert!(!style.contains("url(") && !style.contains("@import"));
    assert!(!script.contains("innerHTML") && !script.contains("fetch"));
    let (policy, mut html) = without(&html, "Content-Security-Policy\" content=\"", "\"");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    for chart in ["progress", "latency", "rates"] {
        let from = format!("aria-labelledby=\"{chart}-title {chart}-summary\"");
        html = without(&html, &from, "</svg>").1;
    }
    // One line for each element of the body.
    let html = html.replace("><", ">\n<");
    insta::assert_snapshot!(html);
}

#[tokio::test]
async fn run_with_further_plans_is_reported_as_one() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.db");
    let journal = SqliteJournal::open_or_create(&path, &run_info()).unwrap();
    let first = [1, 2].map(|number| Ok(new_row(number)));
    journal
        .begin(&first_plan(), second(0), &mut first.into_iter())
        .await
        .unwrap();
    record(&journal, 1, [(1, send(1, 1)), (2, finish(1))]).await;
    record(
        &journal,
        2,
        [(1, send(1, 2)), (3, Transition::Fail(cause("refused")))],
    )
    .await;
    let second_plan = [1, 2].map(|number| {
        let mut row = new_row(number);
        row.changes[0].old = Some(json!("between@contoso.com"));
        row.changes[0].new = Some(json!("last@contoso.com"));
        Ok(row)
    });
    journal
        .begin(
            &plan_info("second"),
            second(9),
            &mut second_plan.into_iter(),
        )
        .await
        .unwrap();
    record(&journal, 3, [(10, send(1, 3)), (12, finish(1))]).await;
    record(&journal, 4, [(10, send(1, 4)), (13, finish(2))]).await;
    drop(journal);
    let mut seen = Vec::new();
    let reader = SqliteReader::open(&path).unwrap();
    let report = read(&reader, &mut |row| seen.push(row.clone())).await;
    let seen: Vec<_> = seen
        .iter()
        .map(|row| {
            (
                row.number,
                row.writes,
                row.changes[0].old.clone(),
                row.changes[0].new.clone(),
            )
        })
        .collect();
    let text = |text: &str| Some(json!(text));
    // The second profile was not written by the first plan.
    assert_eq!(
        seen,
        [
            (3, 2, text("old@contoso.com"), text("last@contoso.com")),
            (4, 2, text("between@contoso.com"), text("last@contoso.com")),
        ]
    );
    assert_eq!((report.writes, report.plans.len()), (4, 2));
    let last = report.timeline.buckets.last().unwrap();
    assert_eq!((last.finished, last.attention), (2, 0));
    let failed_at = report
        .timeline
        .buckets
        .iter()
        .position(|it| it.attention == 1);
    assert!(failed_at.is_some());
    assert_eq!(report.timeline.latency.unwrap().p99, Duration::from_secs(3));
}

#[tokio::test]
async fn empty_journal_has_a_report() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("run.db");
    drop(SqliteJournal::open_or_create(&path, &run_info()).unwrap());
    let (mut page, mut json) = (Page::default(), JsonReport::default());
    let reader = SqliteReader::open(&path).unwrap();
    let report = read(&reader, &mut |row| {
        page.add(row);
        json.add(row);
    })
    .await;
    let mut out = Vec::new();
    page.write(&mut out, &report, &PageText::default()).unwrap();
    let html = String::from_utf8(out).unwrap();
    assert!(html.contains("The run has not begun.") && html.contains("Nothing was recorded yet."));
    let mut out = Vec::new();
    json.write(&mut out, &report).unwrap();
    let document: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(document["profiles"], json!([]));
    assert_eq!(document["counts"]["total"], 0);
}
