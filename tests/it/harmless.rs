//! Text from outside never controls a terminal, and hidden characters are escaped.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID};
use serde_json::{Value, json};

use crate::support::stub::{Stub, response};
use crate::support::terminal::Terminal;
use crate::support::{Billing, billing, sample};

/// Text that clears the screen, rings, reverses and hides text, and breaks lines.
const HOSTILE: &str =
    "a\u{1b}[2J\u{7}\u{9b}31m\u{202e}\u{200b}\u{e0041}\u{2028}\u{feff}\nerror: fake";

/// Returns the text that a terminal without colours shows.
async fn on_a_terminal(run: Billing) -> String {
    let (_, shown) = Terminal::run(run).end().await;
    assert_harmless(&shown);
    shown
}

fn assert_harmless(shown: &str) {
    let hidden = |one: char| {
        (one.is_control() && one != '\n')
            || matches!(one, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(one, '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    assert!(!shown.contains(hidden), "{shown:?}");
    assert!(!shown.contains("\nerror: fake"), "{shown}");
}

#[tokio::test]
async fn ids_in_errors_and_hints_are_harmless() {
    let emulator = sample().start().await.unwrap();
    let update = ["arm", "update", HOSTILE, "p", "--set=poNumber=1", "--yes"];
    for args in [
        &["partner", "get", HOSTILE][..],
        &["partner", "check", HOSTILE],
        &["arm", "get", HOSTILE, HOSTILE],
        &["arm", "list", HOSTILE],
        &update,
    ] {
        let shown = on_a_terminal(billing(args.iter().copied()).at(&emulator)).await;
        assert!(shown.contains("hint: "), "{args:?}: {shown}");
        let piped = billing(args.iter().copied()).at(&emulator).run().await;
        assert_harmless(&piped.stderr);
    }
}

#[tokio::test]
async fn commands_to_copy_are_quoted() {
    let emulator = sample().start().await.unwrap();
    let args = ["arm", "get", "$(touch x) `y`", "it's \u{202e}"];
    let shown = billing(args).at(&emulator).run().await;
    let expected = "\n  billing arm list '$(touch x) `y`' --arm-endpoint http://127.0.0.1:";
    assert!(shown.stderr.contains(expected), "{}", shown.stderr);
}

#[tokio::test]
async fn origin_of_a_resume_token_is_harmless() {
    let origin = "https://h.example$(x)\u{1b}[2J\u{202e}";
    let token = json!({
        "version": 1, "resource": format!("{origin}/r"), "account": HOSTILE, "origin": origin,
        "poll": format!("{origin}/p"), "location": format!("{origin}/p"),
    });
    let emulator = sample().start().await.unwrap();
    for token in [token.to_string(), HOSTILE.to_owned()] {
        on_a_terminal(billing(["arm", "wait", &token]).at(&emulator)).await;
    }
}

#[tokio::test]
async fn errors_of_the_arguments_are_harmless() {
    let set = format!("--set={HOSTILE}");
    let set_member = format!("--set={HOSTILE}=1");
    let option = format!("--{HOSTILE}");
    let save = format!("no such folder/{HOSTILE}");
    let color = format!("--color={HOSTILE}");
    for args in [
        &[HOSTILE][..],
        &["partner", HOSTILE],
        &["partner", "get", "c", HOSTILE],
        &["partner", "get", "c", &option],
        &["partner", "get", "c", &color],
        &["partner", "get", "c", "--request-id", HOSTILE],
        &["partner", "get", "c", "--accept", HOSTILE],
        &["partner", "get", "c", "--partner-endpoint", HOSTILE],
        &["partner", "get", "c", "--config", HOSTILE],
        &["partner", "get", "c", "--token-env", HOSTILE],
        &["partner", "get", "c", "--credential", HOSTILE],
        &["partner", "update", "c", &set],
        &["partner", "update", "c", &set_member],
        &["partner", "update", "c", "--clear", HOSTILE],
        &["partner", "update", "c", "--body", HOSTILE],
        &[
            "arm",
            "update",
            "a",
            "p",
            "--set=poNumber=1",
            "--timeout",
            HOSTILE,
        ],
        &["emulator", "--listen", HOSTILE],
        &["emulator", "--data", HOSTILE],
        &["emulator", "--faults", HOSTILE],
        &["emulator", "--save", &save],
        &["emulator", "--clock-at", HOSTILE],
        &["completions", HOSTILE],
        &["config", "show", "--config", HOSTILE],
    ] {
        let shown = on_a_terminal(billing(args.iter().copied())).await;
        assert!(shown.contains("error: "), "{args:?}: {shown}");
    }
}

/// A profile whose names and values are all hostile.
fn profile() -> Value {
    json!({ "id": HOSTILE, "companyName": HOSTILE, "email": HOSTILE, HOSTILE: { HOSTILE: HOSTILE } })
}

#[tokio::test]
async fn profile_is_escaped_on_a_terminal_and_exact_in_a_pipe() {
    let profile = profile();
    let sent = response(
        "200 OK",
        &["content-type: application/json"],
        &profile.to_string(),
    );
    let server = Stub::start([sent.as_str(); 3]).await;
    let get = ["partner", "get", SAMPLE_CUSTOMER_ID];
    let json = || billing(get.into_iter().chain(["--output=json"])).at_url(server.url());
    on_a_terminal(billing(get).at_url(server.url())).await;
    let shown = on_a_terminal(json()).await;
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), profile);
    let piped = json().run().await;
    assert_eq!(piped.json(), profile);
    assert!(
        piped.stdout.contains("\u{202e}\u{200b}\u{e0041}"),
        "{}",
        piped.stdout
    );
}

#[tokio::test]
async fn error_messages_are_harmless() {
    let body = json!({ "error": {
        "code": HOSTILE, "message": HOSTILE, "details": [{ "target": HOSTILE, "message": HOSTILE }],
    } });
    let error = response(
        "409 Conflict",
        &["content-type: application/json"],
        &body.to_string(),
    );
    let server = Stub::start([error.as_str()]).await;
    let get = ["arm", "get", SAMPLE_ACCOUNT, "p", "-vvv"];
    let shown = on_a_terminal(billing(get).at_url(server.url())).await;
    assert!(shown.contains("service message:"), "{shown}");
}

#[tokio::test]
async fn settings_are_harmless() {
    let show = || billing(["config", "show"]).env("AZURE_TENANT_ID", HOSTILE);
    let shown = on_a_terminal(show()).await;
    assert!(shown.contains("AZURE_TENANT_ID"), "{shown}");
    assert_harmless(&show().run().await.stdout);
}
