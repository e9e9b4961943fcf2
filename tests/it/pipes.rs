//! Closed pipes and full disks.

use std::process::Stdio;

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};

use crate::support::{Transcript, billing, sample};

#[tokio::test]
async fn closed_pipe_is_silent_success() {
    for args in [
        &["partner", "get", SAMPLE_CUSTOMER_ID, "--emulator"][..],
        &[
            "partner",
            "get",
            SAMPLE_CUSTOMER_ID,
            "--emulator",
            "--output=json",
        ],
        &["partner", "get", SAMPLE_CUSTOMER_ID, "--dry-run"],
        &["arm", "list", SAMPLE_ACCOUNT, "--emulator"],
        &["arm", "--help"],
        &["demo"],
        &["emulator"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = billing(args.iter().copied()).into_command();
        command
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped());
        let shown = Transcript::of(command.spawn().unwrap()).await;
        assert_eq!(
            (shown.code, shown.stderr.as_str()),
            (Some(0), ""),
            "{args:?}"
        );
    }
}

#[tokio::test]
async fn write_is_reported_in_spite_of_a_closed_pipe() {
    let emulator = sample().start().await.unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=companyName=X",
        "--yes",
    ];
    let mut command = billing(args).at(&emulator).into_command();
    command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped());
    let shown = Transcript::of(command.spawn().unwrap()).await;
    assert_eq!(shown.code, Some(0));
    assert!(
        shown.stderr.contains("updated customer"),
        "{}",
        shown.stderr
    );
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(1)
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let args = ["arm", "list", SAMPLE_ACCOUNT, "--emulator"];
    let mut command = billing(args).into_command();
    command
        .stdin(Stdio::null())
        .stdout(full)
        .stderr(Stdio::piped());
    let shown = Transcript::of(command.spawn().unwrap()).await;
    insta::assert_snapshot!(shown.refused(1), @"error: could not write to standard output: No space left on device (os error)");
}

/// A stdout that accepts no resume token.
#[cfg(target_os = "linux")]
const NOWHERE: [(&str, &str); 4] = [
    ("closed pipe", "exec \"$@\""),
    ("closed", "exec \"$@\" >&-"),
    ("full", "exec \"$@\" >/dev/full"),
    ("null", "exec \"$@\" >/dev/null"),
];

#[cfg(target_os = "linux")]
#[tokio::test]
async fn token_that_stdout_does_not_take_is_on_stderr() {
    for (name, redirect) in NOWHERE {
        for leave in [
            &["--no-wait"][..],
            // The next check would be too late.
            &["--timeout=1ms"],
        ] {
            let hour = std::time::Duration::from_secs(3600);
            let emulator = sample().polls_until_done(1).retry_after(hour);
            let emulator = emulator.start().await.unwrap();
            let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
            let args = args
                .into_iter()
                .chain(["--set=poNumber=PO-2", "--yes"])
                .chain(leave.iter().copied());
            let run = billing(args).at(&emulator);
            let shown = Transcript::of(run.in_shell(redirect).spawn().unwrap()).await;
            assert_eq!(shown.code, Some(1), "{name}: {}", shown.stderr);
            let token = shown
                .stderr
                .lines()
                .find_map(|line| line.trim().strip_prefix("resume token: "));
            let token = token.unwrap_or_else(|| panic!("{name}: {}", shown.stderr));
            let done = billing(["arm", "wait", token]).at(&emulator).run().await;
            assert_eq!(done.code, Some(0), "{name}: {}", done.stderr);
        }
    }
}

/// The command with a stdout on a full disk.
#[cfg(target_os = "linux")]
async fn on_a_full_disk(args: &[&str]) -> Transcript {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut command = billing(args.iter().copied()).into_command();
    command
        .stdin(Stdio::null())
        .stdout(full.unwrap())
        .stderr(Stdio::piped());
    Transcript::of(command.spawn().unwrap()).await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn help_and_completions_fail_on_a_full_disk() {
    for args in [
        &["--help"][..],
        &["--version"],
        &["arm", "update", "-h"],
        &["completions", "bash"],
        &["man"],
    ] {
        let shown = on_a_full_disk(args).await;
        assert_eq!(shown.code, Some(1), "{args:?}: {}", shown.stderr);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn write_with_unprintable_result_has_taken_effect() {
    let arm = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
    let arm = [&arm[..], &["--set=poNumber=PO-2"]].concat();
    let partner = ["partner", "update", SAMPLE_CUSTOMER_ID];
    let partner = [&partner[..], &["--set=companyName=x"]].concat();
    for args in [arm, partner] {
        let args = [&args[..], &["--emulator", "--output=json"]].concat();
        let shown = on_a_full_disk(&args).await;
        assert_eq!(shown.code, Some(1), "{}", shown.stderr);
        let mut lines = shown.stderr.lines();
        let result: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(result["result"]["outcome"], "applied");
        let error: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(error["error"]["may_have_taken_effect"], true);
    }
}
