//! Confirmation and progress on a terminal.

use std::time::Duration;

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};

use crate::interrupt::signal;
use crate::support::terminal::Terminal;
use crate::support::{billing, requests, sample};

const TERM: &str = "xterm-256color";

#[tokio::test]
async fn only_yes_writes() {
    for (keys, code, writes) in [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0), ("\u{4}", 1, 0)] {
        let emulator = sample().start().await.unwrap();
        let args = [
            "partner",
            "update",
            SAMPLE_CUSTOMER_ID,
            "--set=culture=de-DE",
        ];
        let run = billing(args).at(&emulator).env("TERM", TERM);
        let mut terminal = Terminal::run(run);
        terminal.until("Write this? [y/N] ").await;
        terminal.press(keys);
        let (ended, shown) = terminal.end().await;
        assert_eq!(ended, Some(code), "{shown}");
        let written = emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID);
        assert_eq!(written, Some(writes), "{keys:?}");
        if keys == "n\n" {
            insta::assert_snapshot!(shown.escape_debug().to_string().replace("\\n", "\n"), @r"
            changes for customer <customer> at
            http://127.0.0.1:<port>:
              \u{1b}[38;5;6mculture\u{1b}[39m  \u{1b}[38;5;1men-US\u{1b}[39m \u{1b}[38;5;2m→ de-DE\u{1b}[39m

            Write this? [y/N] n
            \u{1b}[1m\u{1b}[31merror:\u{1b}[0m not confirmed: nothing was written
            ");
        }
    }
}

#[tokio::test]
async fn yes_before_the_question_is_no_answer() {
    let emulator = sample().start().await.unwrap();
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=culture=de-DE",
    ];
    let mut terminal = Terminal::run(billing(args).at(&emulator).env("TERM", TERM));
    terminal.press("y\n");
    terminal.until("Write this? [y/N] ").await;
    terminal.press("n\n");
    let (ended, shown) = terminal.end().await;
    assert_eq!(ended, Some(1), "{shown}");
    let written = emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID);
    assert_eq!(written, Some(0));
}

#[tokio::test]
async fn interrupt_at_the_question_writes_nothing() {
    let emulator = sample().start().await.unwrap();
    let args = [
        "partner",
        "update",
        SAMPLE_CUSTOMER_ID,
        "--set=culture=de-DE",
    ];
    let mut terminal = Terminal::run(billing(args).at(&emulator).hearing_signals());
    terminal.until("Write this? [y/N] ").await;
    signal(&terminal.child, "INT").await;
    let (ended, shown) = terminal.end().await;
    assert_eq!(ended, None);
    insta::assert_snapshot!(shown, @"
    changes for customer <customer> at
    http://127.0.0.1:<port>:
      culture  en-US → de-DE

    Write this? [y/N] 
    error: interrupted

    hint: nothing was written
    ");
    let written = emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID);
    assert_eq!(written, Some(0));
}

#[tokio::test]
async fn progress_line_is_shown_while_waiting() {
    // Long enough that only the signal can end the waiting.
    let hour = Duration::from_secs(3600);
    let emulator = sample().polls_until_done(1).retry_after(hour);
    let emulator = emulator.start().await.unwrap();
    let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
    let args = args.into_iter().chain(["--set=poNumber=PO-2", "--yes"]);
    let mut terminal = Terminal::run(
        billing(args)
            .at(&emulator)
            .env("TERM", TERM)
            .hearing_signals(),
    );
    terminal.until(", next poll in ").await;
    signal(&terminal.child, "INT").await;
    let (ended, shown) = terminal.end().await;
    assert_eq!(ended, None, "{shown}");
    assert!(shown.contains(" running for "), "{shown}");
    let left = shown.rsplit("\u{1b}[2K").next().unwrap();
    assert!(left.starts_with("<token>"), "{shown}");
    assert!(left.contains("interrupted"), "{shown}");
}

#[tokio::test]
async fn ctrl_c_in_a_shell_loop_stops_the_loop() {
    // Long enough that only the key can end the waiting.
    let hour = Duration::from_secs(3600);
    let emulator = sample().polls_until_done(1).retry_after(hour);
    let emulator = emulator.start().await.unwrap();
    let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE, "--yes"];
    let run = billing(args).at(&emulator).env("TERM", TERM);
    let script = "for number in A B C; do \"$@\" --set poNumber=$number; done; echo after the loop";
    let mut terminal = Terminal::in_shell(script, run);
    terminal.until(", next poll in ").await;
    terminal.press("\u{3}");
    let (ended, shown) = terminal.end().await;
    assert_ne!(ended, Some(0), "{shown}");
    assert!(shown.contains("interrupted"), "{shown}");
    assert!(!shown.contains("after the loop"), "{shown}");
    assert_eq!(requests(&emulator), ["GET 200", "PATCH 202"]);
}
