//! `billing demo`.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use billing_core::Clock;
use billing_test::TestClock;
use tempfile::TempDir;
#[cfg(target_os = "linux")]
use tokio::io::{AsyncBufReadExt as _, BufReader};

#[cfg(target_os = "linux")]
use crate::interrupt::signal;
#[cfg(target_os = "linux")]
use crate::support::in_time;
use crate::support::{Billing, billing, redact};

#[tokio::test]
async fn demo_shows_requests_responses_and_changes() {
    let clock = Arc::new(TestClock::default());
    let mut out = Vec::new();
    billing_cli::demo::run(&mut out, 80, Arc::clone(&clock) as Arc<dyn Clock>)
        .await
        .unwrap();
    let text = String::from_utf8(out).unwrap();
    insta::assert_snapshot!(redact(&text));
    let long = text.lines().filter(|line| line.chars().count() > 80);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(
        clock.elapsed(),
        Duration::from_secs(2),
        "two polls, a second apart"
    );
}

/// Creates the demonstration of a bulk update, with the temporary folders in `temporary`.
fn bulk(folder: &TempDir) -> Billing {
    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    billing(["demo", "bulk"])
        .in_folder(folder.path())
        .env("TMPDIR", temporary.to_str().unwrap())
        .env("NO_COLOR", "1")
}

/// Returns the names of the files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn bulk_demo_writes_each_profile_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let ended = bulk(&folder).run().await;
    let text = &ended.stdout;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stderr, "");
    for shown in [
        "$ billing bulk plan profiles.csv -o run.plan",
        "(killed; the services have stored ",
        " of 200 profiles are not done: 3 failed, ",
        "(failed.csv: ",
        "200 of 200 profiles as planned",
        "200 of 200 profiles have exactly one effective write.",
        "wrote report.html: 200 profiles",
    ] {
        let text = text.replace('\n', " ");
        assert!(text.contains(shown), "{shown} is missing in {text}");
    }
    let long = text.lines().filter(|line| line.chars().count() > 80);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new());
    assert!(!text.contains('\u{1b}'), "{text}");

    // The folder that it names is kept, and its other one is removed.
    let temporary = folder.path().join("temporary");
    let kept = files(&temporary);
    assert_eq!(kept.len(), 1, "{kept:?}");
    let kept = temporary.join(&kept[0]);
    assert!(text.contains(kept.join("report.html").to_str().unwrap()));
    let page = fs::read_to_string(kept.join("report.html")).unwrap();
    assert!(page.contains("</html>"));
}

#[tokio::test]
async fn bulk_demo_takes_an_empty_folder_only() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "").unwrap();
    let ended = billing(["demo", "bulk", "--out", "."])
        .in_folder(folder.path())
        .run()
        .await;
    let error = "error: the folder . is not empty\n\nhint: name a new one with --out";
    assert_eq!(ended.refused(2), error);
    assert_eq!(files(folder.path()), ["mine"]);
}

/// Returns the processes that work in a folder.
#[cfg(target_os = "linux")]
fn processes(folder: &Path) -> usize {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let works_there = |process: &fs::DirEntry| {
        fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
    };
    all.filter(works_there).count()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn interrupted_bulk_demo_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("temporary");
    let mut child = bulk(&folder).hearing_signals().spawn();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = in_time(lines.next_line()).await.unwrap();
        if line.expect("it ended").contains("$ billing bulk apply") {
            break;
        }
    }
    assert_eq!(files(&temporary).len(), 2);
    signal(&child, "INT").await;
    let ended = in_time(child.wait()).await.unwrap();
    assert_eq!(crate::support::signal(ended), Some(2));
    assert_eq!(files(&temporary), Vec::<String>::new());
    assert_eq!(processes(&temporary), 0);
}
