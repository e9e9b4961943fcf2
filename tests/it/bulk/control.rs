//! `billing bulk pause`, `resume`, `abort`, `set-rate` and `set-concurrency`, from another process:
//! the same with a journal in a file and in PostgreSQL.

use std::time::SystemTime;

use billing_core::{Clock as _, SystemClock};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::bulk::postgres;
use crate::bulk::setup::{Site, events, many};
use crate::support::{Transcript, in_time};

/// A run whose events are read one by one.
struct Watched {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watched {
    fn start(site: &Site, journal: &str, options: &[&str]) -> Self {
        let options = ["--output=json"].iter().chain(options).copied();
        let mut child = site.apply_in(journal, options).spawn();
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

/// Waits until no process works on the run: a server notices the end of one after a moment.
async fn until_free(site: &Site, journal: &str) {
    in_time(async {
        loop {
            let status = verb(site, &["status", journal, "--output=json"]).await;
            if events(&status)[0]["holder"].is_null() {
                return;
            }
        }
    })
    .await;
}

/// Replaces the user, the machine and the journal.
fn shown(site: &Site, journal: &str, transcript: &Transcript) -> String {
    let by = regex::Regex::new(r"paused by \S+@\S+").unwrap();
    let text = site.shown(transcript);
    let text = by.replace_all(&text, "paused by <user>");
    let names = [format!("'{journal}'"), journal.to_owned()];
    (names.iter()).fold(text.into_owned(), |text, name| text.replace(name, "run.db"))
}

/// Tests of the same behaviour with a journal in a file and in PostgreSQL.
macro_rules! tests {
    ($($test:ident, $in_postgresql:ident: $body:ident;)*) => {$(
        #[tokio::test]
        async fn $test() {
            $body("run.db").await;
        }

        #[tokio::test]
        async fn $in_postgresql() {
            if let Some(journal) = postgres::journal() {
                $body(&journal).await;
            }
        }
    )*};
}

tests! {
    run_is_paused_and_resumed, run_in_postgresql_is_paused_and_resumed: pauses_and_resumes;
    pause_holds_the_next_process, pause_in_postgresql_holds_the_next_process: holds_the_next_process;
    run_is_aborted, run_in_postgresql_is_aborted: aborts;
    run_waits_for_its_hours, run_in_postgresql_waits_for_its_hours: waits_for_its_hours;
    approval_is_in_the_journal, approval_is_in_postgresql: approves_waves;
    watch_waits_for_the_run, watch_waits_for_the_run_in_postgresql: watches_from_the_beginning;
}

async fn pauses_and_resumes(journal: &str) {
    let site = Site::start(many(40, 0)).await;
    site.plan(&site.input()).await;
    let mut run = Watched::start(&site, journal, &["--rate=2/s", "--concurrency=1"]);
    run.until("sent").await;
    let mut seen = shown(&site, journal, &verb(&site, &["pause", journal]).await) + "\n\n";
    let paused = run.until("paused").await;
    assert_eq!(paused["reason"], "paused");
    let writes = site.writes().len();
    assert!(writes < 40, "{writes} writes before the pause");
    let status = verb(&site, &["status", journal]).await;
    let waits = "waiting: the run is paused by ";
    assert!(status.stdout.contains(waits), "{}", status.stdout);
    let status = verb(&site, &["status", journal, "--output=json"]).await;
    assert_eq!(events(&status)[0]["waits"][0]["reason"], "paused");
    for args in [
        &["set-rate", "unlimited", journal][..],
        &["set-concurrency", "4", journal],
        &["resume", journal],
    ] {
        seen += &(shown(&site, journal, &verb(&site, args).await) + "\n\n");
    }
    run.until("resumed").await;
    let ended = run.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    site.assert_each_written_once();
    insta::assert_snapshot!("paused_and_resumed", seen);
}

async fn holds_the_next_process(journal: &str) {
    let site = Site::start(many(4, 0)).await;
    site.plan(&site.input()).await;
    assert_eq!(
        site.apply_in(journal, ["--first=1"]).run().await.code,
        Some(3)
    );
    until_free(&site, journal).await;
    let mut seen = String::new();
    for args in [
        &["pause", journal][..],
        &["status", journal],
        &["abort", journal],
        &["set-rate", "5/s", journal],
    ] {
        seen += &(shown(&site, journal, &verb(&site, args).await) + "\n\n");
    }
    insta::assert_snapshot!("held_next_process", seen);
    let mut run = Watched::start(&site, journal, &[]);
    run.until("paused").await;
    assert_eq!(site.writes().len(), 1);
    assert_eq!(verb(&site, &["resume", journal]).await.code, Some(0));
    let ended = run.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    site.assert_each_written_once();
}

async fn aborts(journal: &str) {
    let site = Site::start(many(40, 0)).await;
    site.plan(&site.input()).await;
    let mut run = Watched::start(&site, journal, &["--rate=2/s", "--concurrency=1"]);
    run.until("sent").await;
    assert_eq!(verb(&site, &["abort", journal]).await.code, Some(0));
    let ended = run.end().await;
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("the run was aborted by"),
        "{}",
        ended.stderr
    );
    // The order was for that process.
    assert_eq!(site.apply_in(journal, []).run().await.code, Some(0));
    site.assert_each_written_once();
}

/// Returns hours of the day in Tokyo, which is 9 hours before UTC all year, in which a window opens
/// and closes so many hours after now.
fn hours(from: u64, to: u64) -> String {
    let now = SystemClock::new().now();
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let hour = |after: u64| (now.as_secs() / 3600 + 9 + after) % 24;
    format!("--window={:02}:00-{:02}:00", hour(from), hour(to))
}

async fn waits_for_its_hours(journal: &str) {
    let site = Site::start(many(4, 0)).await;
    site.plan(&site.input()).await;
    let zone = "--timezone=Asia/Tokyo";
    let closed = hours(2, 4);
    let mut run = Watched::start(&site, journal, &[&closed, zone]);
    let paused = run.until("paused").await;
    assert_eq!(paused["reason"], "window");
    let until = paused["until"].as_str().unwrap().to_owned();
    assert!(until.ends_with(":00:00.000Z"), "{until}");
    let status = verb(&site, &["status", journal, "--output=json"]).await;
    let wait = &events(&status)[0]["waits"][0];
    assert_eq!(
        (&wait["reason"], &wait["until"]),
        (&"window".into(), &until.into())
    );
    let status = verb(&site, &["status", journal]).await;
    let waits = ":00:00 UTC: the run may not write at this time of day";
    assert!(status.stdout.contains(waits), "{}", status.stdout);
    assert_eq!(verb(&site, &["abort", journal]).await.code, Some(0));
    let ended = run.end().await;
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    // The command that continues has the hours, which can be changed.
    assert!(
        ended
            .stderr
            .contains(closed.strip_prefix("--window=").unwrap()),
        "{}",
        ended.stderr
    );
    assert_eq!(site.writes().len(), 0);
    let open = hours(22, 4);
    let done = site.apply_in(journal, [open.as_str(), zone]).run().await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    site.assert_each_written_once();
}

async fn approves_waves(journal: &str) {
    let site = Site::start(many(6, 0)).await;
    site.plan(&site.input()).await;
    for (waves, code, count) in [
        ("--waves=1,3,6", 3, 1),
        ("--waves=1,3,6", 3, 3),
        // The stop at 3 lets this start begin a wave, whatever sizes it has.
        ("--waves=2,4,6", 3, 4),
        ("--waves=2,4,6", 0, 6),
    ] {
        let wave = site.apply_in(journal, [waves]).run().await;
        assert_eq!(wave.code, Some(code), "{}", wave.stderr);
        assert_eq!(site.writes().len(), count, "{}", wave.stderr);
    }
    site.assert_each_written_once();
}

async fn watches_from_the_beginning(journal: &str) {
    let site = Site::start(many(4, 0)).await;
    site.plan(&site.input()).await;
    let mut watching = site.offline(["status", journal, "--watch"]).spawn();
    let mut lines = BufReader::new(watching.stderr.take().unwrap()).lines();
    let line = in_time(lines.next_line()).await.unwrap().unwrap();
    let waits = "waiting for a run to begin: there is no journal ";
    assert!(line.starts_with(waits), "{line}");
    let done = site.apply_in(journal, []).run().await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let mut shown = String::new();
    let mut stdout = watching.stdout.take().unwrap();
    in_time(stdout.read_to_string(&mut shown)).await.unwrap();
    assert!(shown.contains("the run has ended"), "{shown}");
    assert_eq!(in_time(watching.wait()).await.unwrap().code(), Some(0));
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
