//! Signals, and other processes that look at a run or want its journal.

use std::time::Duration;

use billing_emulator::{Fault, FaultPlan};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout};

use crate::bulk::setup::{Site, events, many, tidy};
use crate::interrupt::signal;
use crate::support::terminal::Terminal;
use crate::support::{Transcript, in_time};

/// Longer than a test may take.
const LONG: Duration = Duration::from_secs(600);

/// A run that has sent a write, and waits for its response.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    messages: BufReader<ChildStderr>,
    said: String,
}

impl Running {
    /// Applies the plan until a write was sent.
    async fn start(site: &Site) -> Self {
        let mut child = site
            .apply(["--output=json", "--error-format=text", "--concurrency=1"])
            .hearing_signals()
            .spawn();
        let stdout = child.stdout.take().unwrap();
        let mut lines = BufReader::new(stdout).lines();
        let messages = BufReader::new(child.stderr.take().unwrap());
        loop {
            let line = in_time(lines.next_line()).await.unwrap();
            let line = line.expect("it ended without a write");
            if line.contains(r#""event":"sent""#) {
                let said = String::new();
                return Self {
                    child,
                    lines,
                    messages,
                    said,
                };
            }
        }
    }

    /// Interrupts it, and waits until it has noticed that.
    async fn interrupt(&mut self) {
        signal(&self.child, "INT").await;
        while !self.said.contains("stopping: ") {
            let line = in_time(self.messages.read_line(&mut self.said)).await;
            assert_ne!(line.unwrap(), 0, "{}", self.said);
        }
    }

    /// Waits for the end.
    async fn end(mut self) -> Transcript {
        let mut rest = String::new();
        in_time(self.lines.get_mut().read_to_string(&mut rest))
            .await
            .unwrap();
        in_time(self.messages.read_to_string(&mut self.said))
            .await
            .unwrap();
        let mut ended = Transcript::of(self.child).await;
        ended.stdout = rest;
        ended.stderr = self.said;
        ended
    }
}

/// A site whose first update takes longer than a test, with a plan of 6 customers and 4 billing
/// profiles.
async fn slow() -> Site {
    let first = Fault::new().method("PUT").nth(1).delay(LONG);
    let plan = FaultPlan::new().fault(first);
    let site = Site::start(many(6, 4).faults(plan)).await;
    site.plan(&site.input()).await;
    site
}

#[tokio::test]
async fn first_interrupt_finishes_what_was_sent() {
    let site = slow().await;
    let mut running = Running::start(&site).await;
    running.interrupt().await;
    site.emulator.advance_clock(LONG).unwrap();
    let ended = running.end().await;
    assert_eq!(
        (ended.code, ended.signal),
        (None, Some(2)),
        "{}",
        ended.stderr
    );
    insta::assert_snapshot!(tidy(&ended.stderr));
    let events = events(&ended);
    let summary = events.last().unwrap();
    assert_eq!(
        (&summary["event"], &summary["sending"]),
        (&"summary".into(), &0.into())
    );
    let resumed = site.apply([]).run().await;
    assert_eq!(resumed.code, Some(0), "{}", resumed.stderr);
    site.assert_each_written_once();
}

#[tokio::test]
async fn second_interrupt_ends_at_once() {
    let site = slow().await;
    let mut running = Running::start(&site).await;
    running.interrupt().await;
    signal(&running.child, "TERM").await;
    let ended = running.end().await;
    assert_eq!(
        (ended.code, ended.signal),
        (None, Some(2)),
        "{}",
        ended.stderr
    );
    assert!(
        ended
            .stderr
            .contains("billing bulk apply run.plan --journal run.db")
    );
}

#[tokio::test]
async fn run_is_seen_and_protected_by_other_processes() {
    let site = slow().await;
    let mut running = Running::start(&site).await;
    let mut seen = String::new();
    for args in [
        &["status", "run.db"][..],
        &["status", "run.db", "--output=json"],
    ] {
        let status = site.offline(args.iter().copied()).run().await;
        assert_eq!(status.code, Some(0), "{}", status.stderr);
        seen += &(site.shown(&status) + "\n\n");
    }
    let same = site.apply([]).run().await;
    seen += &(site.shown(&same) + "\n\n");
    // Another plan and journal for the same services.
    let args = ["plan", "profiles.csv", "-o", "other.plan"];
    assert_eq!(site.bulk(args).run().await.code, Some(0));
    let args = ["apply", "other.plan", "--journal", "other.db", "--yes"];
    let other = site.bulk(args).run().await;
    seen += &site.shown(&other);
    assert!(!site.path("other.db").exists());
    let folder = site.path("").canonicalize().unwrap();
    let folder = folder.to_str().unwrap().trim_end_matches('/').to_owned();
    insta::assert_snapshot!(seen.replace(&folder, "<folder>"));
    let args = ["status", "run.db", "--watch"];
    let mut terminal = Terminal::run(site.offline(args).env("TERM", "xterm-256color"));
    terminal.until("0 of 10, 1 in flight").await;
    let mut watching = site.offline(args).spawn();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let line = in_time(lines.next_line()).await.unwrap().unwrap();
    assert_eq!(line, "0 of 10, 1 in flight");
    running.child.kill().await.unwrap();
    for end in [terminal.end().await, {
        let mut rest = String::new();
        in_time(lines.get_mut().read_to_string(&mut rest))
            .await
            .unwrap();
        (Transcript::of(watching).await.code, rest)
    }] {
        let (code, shown) = end;
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains("no process works on the run"), "{shown}");
    }
    let status = site.offline(["status", "run.db"]).run().await;
    assert!(
        status.stdout.contains("no process works on the run"),
        "{}",
        status.stdout
    );
}
