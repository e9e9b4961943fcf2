//! `billing arm update`: display, request, waiting and report.

use billing_emulator::{Emulator, LocationStyle, SAMPLE_ACCOUNT, SAMPLE_PROFILE};
use serde_json::json;

use crate::support::stub::{Stub, response};
use crate::support::{Transcript, billing, redact, requests, sample};

fn update<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE], args].concat()
}

fn writes(emulator: &Emulator) -> u64 {
    emulator
        .billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE)
        .unwrap()
}

#[tokio::test]
async fn update_is_shown_awaited_and_reported() {
    let args = [
        "--set=poNumber=5",
        "--set=invoiceEmailOptIn=false",
        r#"--set=enabledAzurePlans=[{"skuId":"0001"}]"#,
        "--set=properties.address.city=Tacoma",
        "--clear=address.addressLine2",
        "--emulator",
    ];
    let shown = billing(update(&args)).run().await;
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn only_named_members_are_sent() {
    let profile = response(
        "200 OK",
        &[],
        r#"{"name":"CNTS-0001-BG7-PGB","properties":{"poNumber":"1"}}"#,
    );
    let updated = response(
        "200 OK",
        &[],
        r#"{"name":"CNTS-0001-BG7-PGB","properties":{"invoiceEmailOptIn":true}}"#,
    );
    let server = Stub::start([profile.as_str(), &updated]).await;
    let args = [
        "--set=poNumber=",
        "--set=invoiceEmailOptIn=true",
        "--clear=address",
        "--set=enabledAzurePlans=[]",
        "--yes",
    ];
    let shown = billing(update(&args)).at_url(server.url()).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let patch = server.requests().pop().unwrap();
    let (_, body) = patch.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(body).unwrap(),
        json!({ "properties": {
            "poNumber": "", "invoiceEmailOptIn": true, "address": null, "enabledAzurePlans": [],
        } })
    );
}

#[tokio::test]
async fn finished_update_is_not_waited_for() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let args = ["--set=poNumber=PO-2", "--yes", "--output=json"];
    let args = [&args[..], &["--error-format=text"]].concat();
    let shown = billing(update(&args)).at(&emulator).run().await;
    assert_eq!(shown.json()["properties"]["poNumber"], "PO-2");
    insta::assert_snapshot!(redact(&shown.stderr), @"
    changes for billing profile CNTS-0001-BG7-PGB in billing account <account> at http://127.0.0.1:<port>:
      poNumber  PO-1001 → PO-2
    updated billing profile CNTS-0001-BG7-PGB in billing account <account> (request id <guid>)
    ");
    assert_eq!(requests(&emulator), ["GET 200", "PATCH 200"]);
}

#[tokio::test]
async fn operation_status_is_polled_now_or_later() {
    let emulator = sample()
        .location(LocationStyle::AsyncOperation)
        .start()
        .await
        .unwrap();
    let args = update(&["--set=poNumber=PO-2", "--yes", "--output=json"]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.json()["properties"]["poNumber"], "PO-2");
    let waited = ["GET 200", "PATCH 202", "GET 200", "GET 200", "GET 200"];
    assert_eq!(requests(&emulator), waited);

    let args = update(&["--set=poNumber=PO-3", "--yes", "--no-wait"]);
    let begun = billing(args).at(&emulator).run().await;
    let wait = ["arm", "wait", begun.stdout.trim(), "--output=json"];
    let shown = billing(wait).at(&emulator).run().await;
    assert_eq!(shown.json()["properties"]["poNumber"], "PO-3");
    assert_eq!(writes(&emulator), 2);
}

#[tokio::test]
async fn failed_operation_shows_its_error_and_a_hint() {
    let profile = response(
        "200 OK",
        &[],
        r#"{"name":"CNTS-0001-BG7-PGB","properties":{"poNumber":"1"}}"#,
    );
    let accepted = response(
        "202 Accepted",
        &["azure-asyncoperation: /status", "retry-after: 0"],
        "",
    );
    let failed =
        r#"{"status":"Failed","error":{"code":"AddressInvalid","message":"No such region."}}"#;
    let failed = response("200 OK", &["x-ms-request-id: r-1"], failed);
    let server = Stub::start([profile.as_str(), &accepted, &failed]).await;
    let args = update(&["--set=poNumber=2", "--yes"]);
    let shown = billing(args).at_url(server.url()).run().await;
    assert_eq!((shown.code, shown.stdout.as_str()), (Some(1), ""));
    insta::assert_snapshot!(redact(&shown.stderr), @"
    changes for billing profile CNTS-0001-BG7-PGB in billing account <account> at http://127.0.0.1:<port>:
      poNumber  1 → 2
    waiting until the update is done (Ctrl-C ends the waiting, not the update)
    error: could not update the billing profile CNTS-0001-BG7-PGB: the operation ended as Failed, code AddressInvalid
      service message: No such region.
      request id r-1

    hint: the update failed and may have taken effect in part: check the profile before you run it again
      billing arm get <account> CNTS-0001-BG7-PGB --arm-endpoint http://127.0.0.1:<port>
    ");
}

#[tokio::test]
async fn update_without_changes_needs_force() {
    let emulator = sample().start().await.unwrap();
    let args = update(&["--set=poNumber=PO-1001", "--yes"]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0));
    assert!(shown.stdout.contains("PO-1001"), "{}", shown.stdout);
    insta::assert_snapshot!(redact(&shown.stderr), @"
    nothing would change in billing profile CNTS-0001-BG7-PGB in billing account <account> at http://127.0.0.1:<port>
    nothing was sent; --force sends the update anyway, for example while an earlier update is still running
    ");
    assert_eq!(requests(&emulator), ["GET 200"]);

    let args = update(&["--set=poNumber=PO-1001", "--yes", "--force"]);
    let shown = billing(args).at(&emulator).run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert_eq!(writes(&emulator), 1);
}

/// Runs an update of a service that stores one profile and responds with another.
async fn answered(before: &str, after: &str, args: &[&str]) -> Transcript {
    let [before, after] = [before, after].map(|properties| {
        let body = format!(r#"{{"name":"CNTS-0001-BG7-PGB","properties":{properties}}}"#);
        response("200 OK", &["x-ms-request-id: r-1"], &body)
    });
    let server = Stub::start([before.as_str(), &after]).await;
    let args = update(&[args, &["--yes"]].concat());
    billing(args).at_url(server.url()).run().await
}

#[tokio::test]
async fn success_depends_on_the_stored_profile() {
    let set = ["--set=poNumber=PO-2", "--set=displayName=New"];
    let before = r#"{"poNumber":"PO-1","displayName":"Old"}"#;
    let mut seen = String::new();
    for (case, after, code) in [
        ("applied", r#"{"poNumber":"PO-2","displayName":"New"}"#, 0),
        ("old", before, 1),
        ("in part", r#"{"poNumber":"PO-2","displayName":"Old"}"#, 1),
        (
            "another form",
            r#"{"poNumber":"po-2","displayName":"New"}"#,
            0,
        ),
        (
            "another form and old",
            r#"{"poNumber":"po-2","displayName":"Old"}"#,
            1,
        ),
        (
            "something else",
            r#"{"poNumber":"PO-2","displayName":"New","currency":"EUR"}"#,
            0,
        ),
    ] {
        let shown = answered(before, after, &set).await;
        assert_eq!(shown.code, Some(code), "{case}: {}", shown.stderr);
        let json = [&set[..], &["--output=json"]].concat();
        let json = answered(before, after, &json).await;
        assert_eq!(json.code, Some(code), "{case}: {}", json.stderr);
        let line: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
        seen += &format!("===== {case}\n{}\n{line:#}\n\n", shown.stderr);
    }
    insta::assert_snapshot!(redact(&seen));
}

#[tokio::test]
async fn json_result_tells_whether_anything_changed() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    for (value, outcome, changed) in [
        ("PO-2", "applied", json!(true)),
        ("PO-2", "nothing_to_change", json!(false)),
    ] {
        let set = format!("--set=poNumber={value}");
        let args = update(&[&set, "--yes", "--output=json"]);
        let shown = billing(args).at(&emulator).run().await;
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        assert_eq!(shown.json()["properties"]["poNumber"], value);
        let line: serde_json::Value = serde_json::from_str(&shown.stderr).unwrap();
        assert_eq!(line["result"]["outcome"], outcome);
        assert_eq!(line["result"]["changed"], changed);
    }
    let args = update(&["--set=poNumber=PO-3", "--yes", "--output=json", "--no-wait"]);
    let emulator = sample().start().await.unwrap();
    let shown = billing(args).at(&emulator).run().await;
    let line: serde_json::Value = serde_json::from_str(&shown.stderr).unwrap();
    assert_eq!(line["result"]["outcome"], "accepted");
    assert_eq!(line["result"]["resume_token"], shown.stdout.trim());
}

#[tokio::test]
async fn write_without_a_terminal_needs_yes() {
    let emulator = sample().start().await.unwrap();
    let shown = billing(update(&["--clear=poNumber"]))
        .at(&emulator)
        .stdin("yes\n")
        .run()
        .await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: this command writes, and there is no terminal to confirm on

    hint: check the request with --dry-run, then run the command with --yes
    ");
    assert_eq!(requests(&emulator), Vec::<String>::new());
}

#[tokio::test]
async fn refusal_shows_the_details_of_the_service() {
    let profile = response("200 OK", &[], r#"{"name":"CNTS-0001-BG7-PGB"}"#);
    let refusal = response(
        "400 Bad Request",
        &["x-ms-request-id: r-9"],
        r#"{"error":{"code":"BadRequest","message":"Invalid.","details":[{"code":"TooLong","target":"poNumber","message":"At most 50."}]}}"#,
    );
    let server = Stub::start([profile.as_str(), &refusal]).await;
    let shown = billing(update(&["--set=poNumber=x", "--yes"]))
        .at_url(server.url())
        .run()
        .await;
    insta::assert_snapshot!(shown.refused(1), @"
    changes for billing profile CNTS-0001-BG7-PGB in billing account <account> at http://127.0.0.1:<port>:
      poNumber  (none) → x
    error: could not update the billing profile CNTS-0001-BG7-PGB: the service answered 400 Bad Request, code BadRequest
      service message: Invalid.
      poNumber: TooLong: At most 50.
      request id r-9

    hint: the service refused the request and changed nothing; correct the request and run the command again
    ");
}

#[tokio::test]
async fn location_on_another_host_is_not_followed() {
    let profile = response("200 OK", &[], r#"{"name":"CNTS-0001-BG7-PGB"}"#);
    let elsewhere = response("202 Accepted", &["location: https://example.com/poll"], "");
    let server = Stub::start([profile.as_str(), &elsewhere]).await;
    let shown = billing(update(&["--set=poNumber=x", "--yes", "--read-back=0s"]))
        .at_url(server.url())
        .run()
        .await;
    insta::assert_snapshot!(shown.refused(4), @"
    changes for billing profile CNTS-0001-BG7-PGB in billing account <account> at http://127.0.0.1:<port>:
      poNumber  (none) → x
    error: could not update the billing profile CNTS-0001-BG7-PGB: the service sent a link to https://example.com, which is not http://127.0.0.1:<port>; it was not followed
      request id <guid>

    hint: the update may have taken effect: check the profile first
      billing arm get <account> CNTS-0001-BG7-PGB --arm-endpoint http://127.0.0.1:<port>
    if the change is missing or incomplete, run the same update again; --force sends it even if nothing would change
    ");
}

fn stored(properties: &str) -> String {
    let body = format!(r#"{{"name":"{SAMPLE_PROFILE}","properties":{properties}}}"#);
    response("200 OK", &["x-ms-request-id: r-1"], &body)
}

#[tokio::test]
async fn unknown_outcome_shows_the_last_stored_values() {
    let before = stored(r#"{"poNumber":"PO-1","displayName":"Old"}"#);
    let broken = response("500 Internal Server Error", &[], "");
    let mut seen = String::new();
    for (case, after) in [
        ("old", before.clone()),
        (
            "in part and in another form",
            stored(r#"{"poNumber":"po-2","displayName":"Old"}"#),
        ),
        (
            "another profile",
            before.replace(SAMPLE_PROFILE, "CNTS-0002-BG7-PGB"),
        ),
    ] {
        let server = Stub::start([before.as_str(), &broken, &after]).await;
        let set = ["--set=poNumber=PO-2", "--set=displayName=New", "--yes"];
        let args = [&set[..], &["--read-back=1ms", "--error-format=text"]].concat();
        let shown = billing(update(&args)).at_url(server.url()).run().await;
        assert_eq!(server.methods(), ["GET", "PATCH", "GET"]);
        seen += &format!("===== {case}\n{}\n\n", shown.refused(4));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn response_about_another_profile_is_no_success() {
    let other = stored("{}").replace(SAMPLE_PROFILE, "CNTS-0002-BG7-PGB");
    let mut seen = String::new();
    for (code, responses) in [
        (1, vec![other.as_str()]),
        (4, vec![&stored(r#"{"poNumber":"PO-1"}"#), &other]),
    ] {
        let server = Stub::start(responses).await;
        let args = update(&["--set=poNumber=PO-2", "--yes", "--read-back=0s"]);
        let shown = billing(args).at_url(server.url()).run().await;
        seen += &format!("{}\n\n", shown.refused(code));
    }
    insta::assert_snapshot!(seen);
}
