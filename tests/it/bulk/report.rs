//! `billing bulk report`: its files, and its page in a browser.

mod browser;
mod redaction;
mod sample;

use std::fs;

use serde_json::Value;

use crate::bulk::report::sample::journal;
use crate::bulk::schema::{REPORT, assert_valid};
use crate::bulk::setup::{Site, tidy};
use crate::support::sample;

/// Returns a folder with the journal of a run of this many profiles.
async fn site(profiles: u64) -> Site {
    let site = Site::start(sample()).await;
    journal(&site.path("run.db"), profiles).await;
    site
}

#[tokio::test]
async fn report_is_written_as_page_csv_and_json() {
    let site = site(400).await;
    let written = site
        .offline(["report", "run.db", "-o", "report.html"])
        .run()
        .await;
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    assert_eq!(written.stdout, "");
    assert!(
        written
            .stderr
            .starts_with("wrote report.html: 400 profiles, "),
        "{}",
        written.stderr
    );
    let page = fs::read_to_string(site.path("report.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert_eq!(page.matches("<h1>").count(), 1);

    let json = site.offline(["report", "run.db", "--json"]).run().await;
    assert_eq!((json.code, json.stderr.as_str()), (Some(0), ""));
    let report: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_valid(REPORT, &report);
    let rows = report["profiles"].as_array().unwrap();
    assert_eq!(rows.len(), 400);
    for state in [
        "done",
        "unchanged",
        "failed",
        "conflict",
        "unknown",
        "planned",
    ] {
        let rows = rows.iter().filter(|row| row["state"] == state).count();
        assert_eq!(report["counts"][state], rows, "{state}");
    }
    assert_eq!(report["counts"]["total"], 400);
    let caused: u64 = report["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["profiles"].as_u64().unwrap())
        .sum();
    let attention =
        ["failed", "conflict", "unknown"].map(|state| report["counts"][state].as_u64().unwrap());
    assert_eq!(caused, attention.iter().sum::<u64>());
    assert!(report["throttled"].as_u64().unwrap() > 0);

    let csv = site
        .offline(["report", "run.db", "-o", "report.csv"])
        .run()
        .await;
    assert_eq!(csv.code, Some(0), "{}", csv.stderr);
    let csv = fs::read_to_string(site.path("report.csv")).unwrap();
    let changes = |row: &Value| row["changes"].as_array().map_or(1, Vec::len);
    // No value of the sample has a line end.
    assert_eq!(
        csv.lines().count(),
        1 + rows.iter().map(changes).sum::<usize>()
    );
    let head: Vec<_> = csv.lines().take(4).collect();
    insta::assert_snapshot!(head.join("\n"));
    let folder = fs::read_dir(site.path(".")).unwrap();
    let left = folder.map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left
        .filter(|name| name.to_string_lossy().ends_with(".tmp"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn existing_file_is_replaced_only_on_request() {
    let site = site(3).await;
    site.write("report.html", "mine");
    let args = ["report", "run.db", "-o", "report.html"];
    let refused = site.offline(args).run().await;
    insta::assert_snapshot!(refused.refused(2));
    assert_eq!(
        fs::read_to_string(site.path("report.html")).unwrap(),
        "mine"
    );
    let written = site
        .offline(args.into_iter().chain(["--overwrite"]))
        .run()
        .await;
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    assert_ne!(
        fs::read_to_string(site.path("report.html")).unwrap(),
        "mine"
    );
}

#[tokio::test]
async fn csv_is_printed_without_a_file_and_with_a_hyphen() {
    let site = site(3).await;
    let printed = site.offline(["report", "run.db", "--csv"]).run().await;
    let args = ["report", "run.db", "--csv", "-o", "-"];
    let with_hyphen = site.offline(args).run().await;
    assert_eq!(with_hyphen.code, Some(0), "{}", with_hyphen.stderr);
    assert_eq!(with_hyphen.stderr, "");
    assert_eq!(with_hyphen.stdout, printed.stdout);
    assert!(!site.path("-").exists());
}

#[tokio::test]
async fn invalid_reports_are_refused() {
    let site = site(3).await;
    site.write("short.key", "too short\n");
    let mut seen = String::new();
    for args in [
        &["report", "missing.db", "-o", "report.html"][..],
        &["report", "run.db"],
        &["report", "run.db", "-o", "-"],
        &["report", "run.db", "-o", "json"],
        &["report", "run.db", "-o", "none/report.html"],
        &["report", "run.db", "--csv", "--json"],
        &["report", "run.db", "--json", "--output", "json"],
        &[
            "report",
            "run.db",
            "--json",
            "--redact",
            "--redact-key",
            "short.key",
        ],
        &["report", "run.db", "--json", "--redact-key", "short.key"],
    ] {
        let refused = site.offline(args.iter().copied()).run().await;
        seen += &(refused.refused(2) + "\n\n");
    }
    insta::assert_snapshot!(tidy(&seen));
}

#[tokio::test]
async fn report_can_be_made_during_the_run() {
    let site = site(60).await;
    let _run = billing_bulk::journal::sqlite::SqliteJournal::open(&site.path("run.db")).unwrap();
    let json = site.offline(["report", "run.db", "--json"]).run().await;
    let report: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_valid(REPORT, &report);
    assert_eq!(report["running"], true);
    assert_eq!(report["holder"]["process"], std::process::id());
    let written = site
        .offline(["report", "run.db", "-o", "report.html"])
        .run()
        .await;
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let page = fs::read_to_string(site.path("report.html")).unwrap();
    assert!(page.contains("The run is in progress: process"));
}
