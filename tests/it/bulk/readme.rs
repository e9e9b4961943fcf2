//! The session of the README of `billing-cli`.

use std::os::unix::fs::symlink;

use billing_emulator::SAMPLE_CUSTOMER_ID;
use regex::Regex;
use tokio::process::Command;

use crate::support::in_time;

const README: &str = include_str!("../../../crates/billing-cli/README.md");

/// The input file of the session.
const CSV: &str = "\
service,customer_id,billing_account,billing_profile,culture,poNumber,# ticket
partner,5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01,,,fr-CH,,T-81
arm,,70023418,FBRK-0001-BG7-PGB,,PO-2041,T-82
";

/// Returns the commands of the session, and the whole of it.
fn session() -> (Vec<&'static str>, &'static str) {
    let section = README.split("## Many profiles").nth(1).unwrap();
    let session = section.split("```console\n").nth(1).unwrap();
    let session = session.split("```").next().unwrap();
    let commands = session.lines().filter_map(|line| line.strip_prefix("$ "));
    (commands.collect(), session)
}

/// Replaces what differs between runs by what the README has.
fn tidy(text: &str) -> String {
    let rules = [
        (r"127\.0\.0\.1:[0-9]+", "127.0.0.1:8080"),
        (r"[0-9-]{10} [0-9:]{8} UTC", "2026-11-30 08:15:00 UTC"),
        (r"request [0-9a-f-]{36}", "request 2b0e1d3f-…"),
        (r"\b[0-9a-f]{64}\b", "9f2c…"),
    ];
    rules.iter().fold(text.to_owned(), |text, (find, put)| {
        let find = Regex::new(find).unwrap();
        find.replace_all(&text, *put).into_owned()
    })
}

#[tokio::test]
async fn session_of_the_readme_runs() {
    assert!(CSV.contains(SAMPLE_CUSTOMER_ID));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("profiles.csv"), CSV).unwrap();
    std::fs::create_dir(path("bin")).unwrap();
    symlink(
        env!("CARGO_BIN_EXE_billing-under-test"),
        path("bin/billing"),
    )
    .unwrap();
    let (commands, session) = session();
    // Each command is shown before its output.
    let script: String = commands
        .iter()
        .map(|command| format!("echo '$ {command}'\n{command}\n"))
        .collect();
    let script = format!(
        "eval \"$(billing emulator --env 2>/dev/null &)\"\nexec 2>&1\n{script}\n\
         kill \"$BILLING_EMULATOR_PID\""
    );
    let mut command = Command::new("bash");
    command
        .args(["-c", &script])
        .current_dir(folder.path())
        .env_clear()
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", path("bin").to_str().unwrap()),
        )
        .env("HOME", folder.path());
    let output = in_time(command.output()).await.unwrap();
    let shown = tidy(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(shown, session);
}
