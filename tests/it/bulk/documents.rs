//! The sessions of the documents: what their commands print is what the documents show.
//!
//! `UPDATE_DOCUMENTS=1 cargo test -p billing-tests --test it documents` writes what the commands
//! print into the documents. Read the difference before you commit it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use billing_emulator::SAMPLE_CUSTOMER_ID;
use regex::Regex;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::in_time;

/// The input file of the README of the command.
const CSV: &str = "\
service,customer_id,billing_account,billing_profile,culture,poNumber,# ticket
partner,5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01,,,fr-CH,,T-81
arm,,70023418,FBRK-0001-BG7-PGB,,PO-2041,T-82
";

/// The line before a session, and the line after it.
const FENCES: (&str, &str) = ("```console\n", "```\n");

/// Separates the sessions of a document in the output of bash.
const END_OF_SESSION: &str = "--- end of session ---\n";

/// A document with sessions, all of which run in one shell and one folder.
struct Document {
    name: &'static str,
    text: String,
    folder: TempDir,
}

impl Document {
    /// Reads a document of this path in the repository.
    fn read(name: &'static str) -> Self {
        let text = fs::read_to_string(location(name)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { name, text, folder }
    }

    /// Writes a file into the folder of the sessions.
    fn with_file(self, name: &str, content: &str) -> Self {
        fs::write(self.folder.path().join(name), content).unwrap();
        self
    }

    /// Returns the text around the sessions, and the sessions.
    fn parts(&self) -> (Vec<&str>, Vec<&str>) {
        let (opening, closing) = FENCES;
        let mut around = Vec::new();
        let mut sessions = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once(opening) {
            let (session, after) = after.split_once(closing).unwrap();
            around.push(before);
            sessions.push(session);
            rest = after;
        }
        around.push(rest);
        (around, sessions)
    }

    /// Runs the commands and compares what they print with the sessions, or replaces them.
    async fn check(self, prelude: &str) {
        let (around, sessions) = self.parts();
        assert!(!sessions.is_empty(), "{} has no session", self.name);
        let mut script = format!("{prelude}\nexec 2>&1\n");
        for session in &sessions {
            for command in session.lines().filter_map(|line| line.strip_prefix("$ ")) {
                let shown = command.replace('\'', r"'\''");
                // `$?` stays the exit code of the command before.
                script +=
                    &format!("code=$?; printf '$ %s\\n' '{shown}'; (exit $code)\n{command}\n");
            }
            script += &format!("printf '%s' '{END_OF_SESSION}'\n");
        }
        script += "kill \"$BILLING_EMULATOR_PID\"";
        let output = tidy(&self.run(&script).await);
        let printed: Vec<_> = output.split_terminator(END_OF_SESSION).collect();
        #[expect(
            clippy::disallowed_methods,
            reason = "a test, not the library, reads the environment"
        )]
        let is_updated = std::env::var_os("UPDATE_DOCUMENTS").is_some();
        if !is_updated {
            assert_eq!(printed.join("\n"), sessions.join("\n"), "{}", self.name);
            return;
        }
        assert_eq!(printed.len(), sessions.len(), "{output}");
        let (opening, closing) = FENCES;
        let mut text = around.first().copied().unwrap().to_owned();
        for (session, after) in printed.iter().zip(around.iter().skip(1)) {
            text += &format!("{opening}{session}{closing}{after}");
        }
        fs::write(location(self.name), text).unwrap();
    }

    /// Runs a script that finds the command as `billing`, and returns what it prints.
    async fn run(&self, script: &str) -> String {
        let folder = self.folder.path();
        let commands = tempfile::tempdir().unwrap();
        let billing = commands.path().join("billing");
        symlink(env!("CARGO_BIN_EXE_billing-under-test"), billing).unwrap();
        let path = format!("{}:/usr/bin:/bin", commands.path().to_str().unwrap());
        let mut command = Command::new("bash");
        command
            .args(["-c", script])
            .current_dir(folder)
            .env_clear()
            .env("PATH", path)
            .env("HOME", commands.path())
            .kill_on_drop(true);
        let output = in_time(command.output()).await.unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Returns where a document of the repository is.
fn location(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// Replaces what differs between runs by what the documents have.
fn tidy(text: &str) -> String {
    let rules = [
        (r"127\.0\.0\.1:[0-9]+", "127.0.0.1:8080"),
        (r"[0-9-]{10} [0-9:]{8} UTC", "2026-11-30 08:15:00 UTC"),
        (r"[0-9-]{10}T[0-9:.]{8,}Z", "2026-11-30T08:15:00Z"),
        (r"request [0-9a-f-]{36}", "request 2b0e1d3f-…"),
        (r"\b[0-9a-f]{64}\b", "9f2c…"),
        (r"paused by \S+@\S+", "paused by anna@billing-pc"),
        (r"(report\.html: 6 profiles), [0-9]+ kB", "$1, 34 kB"),
        (r"correlation [0-9a-f-]{36}", "correlation 7c0a91d2-…"),
        (
            r"process [0-9]+ on [A-Za-z0-9.-]+",
            "process 4711 on billing-pc",
        ),
    ];
    rules.iter().fold(text.to_owned(), |text, (find, put)| {
        let find = Regex::new(find).unwrap();
        find.replace_all(&text, *put).into_owned()
    })
}

#[tokio::test]
async fn session_of_the_readme_runs() {
    assert!(CSV.contains(SAMPLE_CUSTOMER_ID));
    let prelude = "eval \"$(billing emulator --env 2>/dev/null &)\"";
    Document::read("crates/billing-cli/README.md")
        .with_file("profiles.csv", CSV)
        .check(prelude)
        .await;
}

#[tokio::test]
async fn sessions_of_the_guide_run() {
    // The guide has the faults of the emulator that its first session starts.
    let guide = Document::read("docs/bulk.md");
    let (_, faults) = guide.text.split_once("```toml\n").unwrap();
    let (faults, _) = faults.split_once("```").unwrap();
    let faults = faults.to_owned();
    guide.with_file("practice.toml", &faults).check("").await;
}
