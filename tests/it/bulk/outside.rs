//! An emulator in another process, and verbs that are watched, killed and run to their end.

use std::path::PathBuf;
use std::time::Duration;

use billing_core::{Clock as _, SystemClock};
use billing_emulator::FaultPlan;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

use crate::emulator_state::{Running, send};
use crate::support::{Billing, Transcript, billing};

/// The longest time without a line of a verb. No run comes near it.
const SILENCE: Duration = Duration::from_secs(600);

/// Returns a number that `cargo xtask soak` sets, or else a small one.
pub(super) fn setting(name: &str, default: u64) -> u64 {
    text_setting(name).map_or(default, |text| text.parse().unwrap())
}

/// Returns a text that `cargo xtask soak` sets.
#[expect(
    clippy::disallowed_methods,
    reason = "a test, not the library, reads the environment"
)]
pub(super) fn text_setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// An emulator in another process, a folder that the verbs run in, and a source of random numbers.
pub(super) struct Outside {
    emulator: Running,
    folder: TempDir,
    clock: SystemClock,
    draws: u64,
}

impl Outside {
    /// Starts an emulator whose operations finish by the clock after one second, if a fault does
    /// not make them later.
    pub(super) async fn start(
        [customers, profiles]: [u64; 2],
        faults: &FaultPlan,
        seed: u64,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faults.json");
        std::fs::write(&file, serde_json::to_vec(faults).unwrap()).unwrap();
        let args = [
            format!("--customers={customers}"),
            format!("--profiles={profiles}"),
            format!("--seed={seed}"),
            format!("--faults={}", file.display()),
            "--operation-time=1s".to_owned(),
            "--polls=1000000".to_owned(),
            "--retry-after=1s".to_owned(),
            "--no-rate-limits".to_owned(),
            "--check-addresses".to_owned(),
        ];
        let emulator = Running::start(args.iter().map(String::as_str)).await;
        Self {
            emulator: emulator.without_log(),
            folder,
            clock: SystemClock::new(),
            draws: seed,
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns a random number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.draws = (self.draws)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.draws >> 33) % end.max(1)
    }

    /// Creates a verb that uses the emulator.
    pub(super) fn bulk<'a>(&'a self, args: impl IntoIterator<Item = &'a str>) -> Billing {
        let services = [
            "--partner-endpoint",
            self.emulator.member("partner"),
            "--arm-endpoint",
            self.emulator.member("arm"),
        ];
        self.offline(args.into_iter().chain(services))
            .token(self.emulator.member("token"))
    }

    /// Creates a verb that uses no service.
    pub(super) fn offline<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Billing {
        let state = self.path("state");
        billing(["bulk"].into_iter().chain(args))
            .in_folder(self.folder.path())
            .env("XDG_STATE_HOME", state.to_str().unwrap())
    }

    /// Returns what the emulator's control API tells.
    pub(super) async fn get(&self, path: &str) -> Value {
        let response = send(&self.emulator, "control", &format!("GET {path}"), "").await;
        let body = response.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str(body).unwrap()
    }

    /// Replaces the faults of the emulator.
    pub(super) async fn set_faults(&self, faults: &FaultPlan) {
        let body = serde_json::to_string(faults).unwrap();
        let response = send(&self.emulator, "control", "PUT /api/faults", &body).await;
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    }

    /// Returns the profiles of the emulator.
    pub(super) async fn resources(&self) -> Vec<Value> {
        serde_json::from_value(self.get("/api/resources").await).unwrap()
    }
}

/// A verb whose lines on stdout are read one by one.
pub(super) struct Watched {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watched {
    pub(super) fn start(verb: Billing) -> Self {
        let mut child = verb.spawn();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for so many lines. Returns whether they came before the end of stdout.
    pub(super) async fn lines(&mut self, count: u64) -> bool {
        for _ in 0..count {
            if self.line().await.is_none() {
                return false;
            }
        }
        true
    }

    /// Waits for so many events with this name.
    pub(super) async fn until(&mut self, name: &str, count: u64) {
        let mut seen = 0;
        while seen < count {
            let line = self.line().await;
            let line = line.unwrap_or_else(|| panic!("it ended after {seen} times {name}"));
            let event: Value = serde_json::from_str(&line).unwrap();
            seen += u64::from(event["event"] == name);
        }
    }

    async fn line(&mut self) -> Option<String> {
        let line = timeout(SILENCE, self.lines.next_line()).await;
        line.expect("the command hangs").unwrap()
    }

    /// Kills the process after this time. Returns whether it was killed before its end.
    pub(super) async fn kill(mut self, instant: Duration) -> bool {
        // Its lines are read all the time, so that it does not wait for that.
        let rest = async { while let Ok(Some(_)) = self.lines.next_line().await {} };
        if timeout(instant, rest).await.is_ok() {
            return false;
        }
        self.child.kill().await.unwrap();
        true
    }

    /// Waits for the end. The lines that were not yet read are in the transcript.
    pub(super) async fn end(mut self) -> Transcript {
        let mut rest = String::new();
        while let Some(line) = self.line().await {
            rest += &line;
            rest.push('\n');
        }
        let mut ended = Transcript::of(self.child).await;
        ended.stdout = rest;
        ended
    }
}
