use std::process::Stdio;

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID};

use crate::support::{Transcript, billing, sample};

#[tokio::test]
async fn a_closed_pipe_is_success_and_no_reason_to_talk() {
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
async fn a_write_is_reported_even_if_nobody_reads_the_profile() {
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
async fn a_full_disk_is_a_failure() {
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
