//! `billing bulk pause`, `resume`, `abort`, `set-rate` and `set-concurrency`, from another process.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::bulk::setup::{Site, events, many};
use crate::support::{Transcript, in_time};

/// A run whose events are read one by one.
struct Watched {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watched {
    fn start(site: &Site, options: &[&str]) -> Self {
        let options = ["--output=json"].iter().chain(options).copied();
        let mut child = site.apply(options).spawn();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for an event with this name.
    async fn until(&mut self, name: &str) -> Value {
        loop {
            let line = in_time(self.lines.next_line()).await.unwrap();
            let line = line.unwrap_or_else(|| panic!("it ended without {name}"));
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["event"] == name {
                return event;
            }
        }
    }

    async fn end(mut self) -> Transcript {
        let mut rest = String::new();
        let lines = self.lines.get_mut();
        in_time(lines.read_to_string(&mut rest)).await.unwrap();
        let mut ended = Transcript::of(self.child).await;
        ended.stdout = rest;
        ended
    }
}

async fn verb(site: &Site, args: &[&str]) -> Transcript {
    site.offline(args.iter().copied()).run().await
}

/// Replaces the user and the machine.
fn shown(site: &Site, transcript: &Transcript) -> String {
    let by = regex::Regex::new(r"paused by \S+@\S+").unwrap();
    let text = site.shown(transcript);
    by.replace_all(&text, "paused by <user>").into_owned()
}

#[tokio::test]
async fn run_is_paused_and_resumed_from_another_process() {
    let site = Site::start(many(8, 0)).await;
    site.plan(&site.input()).await;
    let mut run = Watched::start(&site, &["--rate=2/s", "--concurrency=1"]);
    run.until("sent").await;
    let mut seen = shown(&site, &verb(&site, &["pause", "run.db"]).await) + "\n\n";
    let paused = run.until("paused").await;
    assert_eq!(paused["reason"], "paused");
    let writes = site.writes().len();
    assert!(writes < 8, "{writes} writes before the pause");
    let status = verb(&site, &["status", "run.db"]).await;
    let waits = "waiting: the run is paused by ";
    assert!(status.stdout.contains(waits), "{}", status.stdout);
    let status = verb(&site, &["status", "run.db", "--output=json"]).await;
    assert_eq!(events(&status)[0]["waits"][0]["reason"], "paused");
    for args in [
        &["set-rate", "unlimited", "run.db"][..],
        &["set-concurrency", "4", "run.db"],
        &["resume", "run.db"],
    ] {
        seen += &(shown(&site, &verb(&site, args).await) + "\n\n");
    }
    run.until("resumed").await;
    let ended = run.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    site.assert_each_written_once();
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn pause_without_a_process_holds_the_next_one() {
    let site = Site::start(many(4, 0)).await;
    site.plan(&site.input()).await;
    assert_eq!(site.apply(["--first=1"]).run().await.code, Some(3));
    let mut seen = String::new();
    for args in [
        &["pause", "run.db"][..],
        &["status", "run.db"],
        &["abort", "run.db"],
        &["set-rate", "5/s", "run.db"],
    ] {
        seen += &(shown(&site, &verb(&site, args).await) + "\n\n");
    }
    insta::assert_snapshot!(seen);
    let mut run = Watched::start(&site, &[]);
    run.until("paused").await;
    assert_eq!(site.writes().len(), 1);
    assert_eq!(verb(&site, &["resume", "run.db"]).await.code, Some(0));
    let ended = run.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    site.assert_each_written_once();
}

#[tokio::test]
async fn run_is_aborted_from_another_process() {
    let site = Site::start(many(8, 0)).await;
    site.plan(&site.input()).await;
    let mut run = Watched::start(&site, &["--rate=2/s", "--concurrency=1"]);
    run.until("sent").await;
    assert_eq!(verb(&site, &["abort", "run.db"]).await.code, Some(0));
    let ended = run.end().await;
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("the run was aborted by"),
        "{}",
        ended.stderr
    );
    // The order was for that process.
    assert_eq!(site.apply([]).run().await.code, Some(0));
    site.assert_each_written_once();
}

#[tokio::test]
async fn invalid_hours_are_refused_before_anything_is_sent() {
    let site = Site::start(many(1, 0)).await;
    site.plan(&site.input()).await;
    let mut seen = String::new();
    for options in [
        &["--window=20-6"][..],
        &["--window=20:00-06:00", "--timezone=Europe/Bern"],
    ] {
        let refused = site.apply(options.iter().copied()).run().await;
        seen += &(refused.refused(2) + "\n\n");
    }
    insta::assert_snapshot!(seen);
    assert_eq!(site.writes().len(), 0);
}
