//! Colours and the options that control them.

use billing_emulator::SAMPLE_CUSTOMER_ID;

use crate::support::{Billing, billing};

const GET: [&str; 4] = ["partner", "get", SAMPLE_CUSTOMER_ID, "--emulator"];

/// Whether stdout and stderr of a run have styles.
async fn styled(run: Billing) -> (bool, bool) {
    let shown = run.run().await;
    let has = |text: &str| text.contains('\u{1b}');
    (has(&shown.stdout), has(&shown.stderr))
}

#[tokio::test]
async fn colour_without_a_terminal_needs_an_option() {
    for (option, variable, expected) in [
        (None, None, false),
        (None, Some("CLICOLOR_FORCE"), true),
        (Some("--color=always"), None, true),
        (Some("--color=always"), Some("NO_COLOR"), true),
        (Some("--color=never"), Some("CLICOLOR_FORCE"), false),
        (Some("--color=auto"), None, false),
    ] {
        let mut run = billing(GET.into_iter().chain(option));
        if let Some(name) = variable {
            run = run.env(name, "1");
        }
        let seen = styled(run).await;
        assert_eq!(seen, (expected, false), "{option:?} {variable:?}");
    }
}

#[tokio::test]
async fn help_and_argument_errors_follow_the_colour_option() {
    for (args, expected) in [
        (&["--color", "always", "arm", "--help"][..], (true, false)),
        (&["--color=never", "arm", "--help"], (false, false)),
        (&["--color=always", "arm", "nonsense"], (false, true)),
        (
            &["--color=always", "arm", "list", "", "--emulator"],
            (false, true),
        ),
    ] {
        let seen = styled(billing(args.iter().copied())).await;
        assert_eq!(seen, expected, "{args:?}");
    }
}

#[tokio::test]
async fn output_for_programs_is_never_styled() {
    let dry = ["partner", "get", "c", "--dry-run"];
    let json = GET.into_iter().chain(["--output=json"]).collect::<Vec<_>>();
    for args in [&json[..], &dry, &["completions", "bash"], &["man"]] {
        let args = args.iter().copied().chain(["--color=always"]);
        assert_eq!(styled(billing(args)).await, (false, false));
    }
}

#[tokio::test]
async fn demo_follows_the_colour_option() {
    for (option, expected) in [("--color=always", true), ("--color=never", false)] {
        let seen = styled(billing(["demo", option])).await;
        assert_eq!(seen, (expected, false), "{option}");
    }
}
