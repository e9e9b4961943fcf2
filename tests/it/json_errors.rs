//! `--error-format json`: each error is one object on stderr.

use std::time::Duration;

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use serde_json::{Value, json};

use crate::support::stub::{Stub, response};
use crate::support::{Transcript, billing, sample};

/// The one object on stderr.
fn error(shown: &Transcript) -> Value {
    let lines: Vec<_> = shown.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{}", shown.stderr);
    let line: Value = serde_json::from_str(lines[0]).unwrap();
    let members: Vec<_> = line.as_object().unwrap().keys().collect();
    assert_eq!(members, ["error"]);
    let error = line["error"].clone();
    // Members that are always present agree with the end of the process.
    assert!(!error["message"].as_str().unwrap().is_empty());
    assert!(error["may_have_taken_effect"].is_boolean());
    assert_eq!(error["exit_code"].as_i64(), shown.code.map(i64::from));
    error
}

#[tokio::test]
async fn each_error_is_one_object_on_stderr() {
    let profile = response(
        "200 OK",
        &[],
        r#"{"name":"p","properties":{"poNumber":"1"}}"#,
    );
    let refusal = response(
        "400 Bad Request",
        &["x-ms-request-id: r-9"],
        r#"{"error":{"code":"BadRequest","message":"Invalid.","details":[{"code":"TooLong","target":"poNumber","message":"At most 50."}]}}"#,
    );
    let missing = response("404 Not Found", &["x-ms-request-id: r-1"], "");
    let busy = response("429 Too Many Requests", &["retry-after: 57"], "");
    let get = ["arm", "get", "a", "p"].as_slice();
    let update = ["arm", "update", "a", "p", "--set=poNumber=2", "--yes"].as_slice();
    let usage = ["arm", "update", "a", "p", "--set=ponumber=2", "--yes"].as_slice();
    let mut seen = String::new();
    for (args, responses) in [
        (get, vec![missing.as_str()]),
        (get, vec![busy.as_str()]),
        (get, vec![""]),
        (update, vec![profile.as_str(), &refusal]),
        (usage, vec![]),
        (&["arm", "get", "a"], vec![]),
        (&["arm", "gte", "a", "p"], vec![]),
        (&["arm", "wait", "x"], vec![]),
        (
            &["arm", "get", "a", "p", "--cloud=china", "--emulator"],
            vec![],
        ),
    ] {
        let server = Stub::start(responses).await;
        let mut args = args.to_vec();
        args.push("--output=json");
        let shown = billing(args.iter().copied()).at_url(server.url());
        let shown = shown.run().await;
        assert_eq!(shown.stdout, "");
        let error = serde_json::to_string_pretty(&error(&shown)).unwrap();
        seen += &format!("$ billing {}\n{error}\n\n", args.join(" "));
    }
    insta::assert_snapshot!(crate::support::redact(&seen));
}

#[tokio::test]
async fn error_format_is_chosen_apart_from_output() {
    let server = Stub::start([]).await;
    for (args, is_json) in [
        (&["--error-format=json"][..], true),
        (&["--error-format", "json"], true),
        (&["--output", "json"], true),
        (&["--output=table", "--error-format=json"], true),
        (&["--output=json", "--error-format=text"], false),
        (&[], false),
    ] {
        let args = ["arm", "get", "a"].iter().chain(args).copied();
        let shown = billing(args).at_url(server.url()).run().await;
        assert_eq!(shown.code, Some(2));
        assert_eq!(
            shown.stderr.starts_with("{\"error\":{\"kind\":\"usage\""),
            is_json,
            "{}",
            shown.stderr
        );
    }
}

#[tokio::test]
async fn error_object_of_a_running_update_has_its_token() {
    let hour = Duration::from_secs(3600);
    let emulator = sample().polls_until_done(1).retry_after(hour);
    let emulator = emulator.start().await.unwrap();
    let args = [
        "arm",
        "update",
        SAMPLE_ACCOUNT,
        SAMPLE_PROFILE,
        "--set=poNumber=PO-2",
    ];
    let args = args
        .into_iter()
        .chain(["--yes", "--timeout=1s", "--output=json"]);
    let shown = billing(args).at(&emulator).run().await;
    let error = error(&shown);
    assert_eq!(
        (
            &error["kind"],
            &error["exit_code"],
            &error["may_have_taken_effect"]
        ),
        (&json!("still_running"), &json!(3), &json!(true))
    );
    let token = error["resume_token"].as_str().unwrap();
    assert_eq!(token, shown.stdout.trim());
    let done = billing(["arm", "wait", token]).at(&emulator).run().await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
}

#[tokio::test]
async fn text_of_a_service_cannot_break_the_json_line() {
    let body = r#"{"code":1,"description":"two\nlines \u202e\udb40\udc41","data":[],"source":"x"}"#;
    let server = Stub::start([response("400 Bad Request", &[], body).as_str()]).await;
    let args = ["partner", "get", SAMPLE_CUSTOMER_ID, "--error-format=json"];
    let shown = billing(args).at_url(server.url()).run().await;
    let error = error(&shown);
    assert_eq!(error["service_message"], "two\nlines \u{202e}\u{e0041}");
    assert!(shown.stderr.is_ascii(), "{}", shown.stderr);
}
