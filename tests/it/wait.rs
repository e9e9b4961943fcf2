//! `--no-wait`, `--timeout` and `billing arm wait`.

use std::time::Duration;

use billing_core::PollToken;
use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_PROFILE};
use serde_json::{Value, json};

use crate::support::stub::{Stub, response};
use crate::support::{Transcript, billing, redact, requests, sample};

const BEGIN: [&str; 6] = [
    "arm",
    "update",
    SAMPLE_ACCOUNT,
    SAMPLE_PROFILE,
    "--set=poNumber=PO-2",
    "--yes",
];

/// Returns the resume token: the only line on stdout.
fn token(shown: &Transcript) -> String {
    let lines: Vec<_> = shown.stdout.lines().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let token: PollToken = lines[0].parse().unwrap();
    assert_eq!(token.account(), SAMPLE_ACCOUNT);
    lines[0].to_owned()
}

/// The token of the same update, as if another service had accepted it.
fn moved(token: &str, emulator: &Emulator, server: &Stub) -> String {
    let token: PollToken = token.parse().unwrap();
    let moved = |url: &str| url.replace(emulator.arm_url(), server.url());
    let word = billing_test::token_word(&json!({
        "origin": moved(token.origin()),
        "account": token.account(),
        "resource": moved(token.resource().as_str()),
        "kind": "location",
        "location": moved(token.location().as_str()),
    }));
    // Packed as the command prints it.
    word.parse::<PollToken>().unwrap().to_string()
}

fn stored_po_number(emulator: &Emulator) -> Value {
    let stored = emulator
        .billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE)
        .unwrap();
    stored["properties"]["poNumber"].clone()
}

#[tokio::test]
async fn no_wait_prints_a_token_that_wait_takes() {
    let emulator = sample().start().await.unwrap();
    let begun = billing(BEGIN.into_iter().chain(["--no-wait"]))
        .at(&emulator)
        .run()
        .await;
    assert_eq!(begun.code, Some(0));
    insta::assert_snapshot!(begun);
    assert_eq!(stored_po_number(&emulator), "PO-1001");

    let token = token(&begun);
    let done = billing(["arm", "wait", &token]).at(&emulator).run().await;
    assert_eq!(done.code, Some(0));
    assert!(done.stdout.contains("PO-2"), "{}", done.stdout);
    insta::assert_snapshot!(redact(&done.stderr), @"
    waiting until the update is done (Ctrl-C ends the waiting, not the update)
    updated billing profile CNTS-0001-BG7-PGB in billing account <account> (request id <guid>)
    ");
    assert_eq!(stored_po_number(&emulator), "PO-2");

    let again = billing(["arm", "wait", "-", "--output=json"]).at(&emulator);
    let again = again.stdin(format!("\n{token}\n")).run().await;
    assert_eq!(again.json()["properties"]["poNumber"], "PO-2");
    assert_eq!(
        requests(&emulator)
            .iter()
            .filter(|one| one.starts_with("PATCH"))
            .count(),
        1
    );
}

#[tokio::test]
async fn no_wait_prints_the_profile_of_a_finished_update() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let args = BEGIN.into_iter().chain(["--no-wait", "--output=json"]);
    let begun = billing(args).at(&emulator).run().await;
    assert_eq!(begun.code, Some(0));
    assert_eq!(begun.json()["properties"]["poNumber"], "PO-2");
}

#[tokio::test]
async fn update_prints_a_token_after_its_timeout() {
    let hour = Duration::from_secs(3600);
    let emulator = sample()
        .polls_until_done(1)
        .retry_after(hour)
        .start()
        .await
        .unwrap();
    let given_up = billing(BEGIN.into_iter().chain(["--timeout", "5m"]))
        .at(&emulator)
        .run()
        .await;
    assert_eq!(given_up.code, Some(3));
    insta::assert_snapshot!(redact(&given_up.stderr), @"
    changes for billing profile CNTS-0001-BG7-PGB in billing account <account> at http://127.0.0.1:<port>:
      poNumber  PO-1001 → PO-2
    waiting until the update is done; the service asks for a pause of <n> s before the next poll (Ctrl-C ends the waiting, not the update)
    error: could not update the billing profile CNTS-0001-BG7-PGB: the operation is still running after <n> s, and the next poll is due in <n> s

    hint: the update continues on the service; to wait for it, pass the resume token to
      billing arm wait TOKEN --arm-endpoint http://127.0.0.1:<port>
    ");
    assert_eq!(requests(&emulator), ["GET 200", "PATCH 202"]);
    let done = billing(["arm", "wait", &token(&given_up)])
        .at(&emulator)
        .run()
        .await;
    assert_eq!(
        (done.code, stored_po_number(&emulator)),
        (Some(0), "PO-2".into())
    );
}

#[tokio::test]
async fn wait_prints_a_token_after_its_timeout() {
    let emulator = sample().polls_until_done(3).start().await.unwrap();
    let begun = billing(BEGIN.into_iter().chain(["--no-wait"]))
        .at(&emulator)
        .run()
        .await;
    let stub = [202, 202].map(|_| response("202 Accepted", &["retry-after: 60"], ""));
    let server = Stub::start(stub.iter().map(String::as_str)).await;
    let elsewhere = moved(&token(&begun), &emulator, &server);
    let args = ["arm", "wait", &elsewhere, "--timeout", "30s"];
    let given_up = billing(args).at_url(server.url()).run().await;
    assert_eq!(given_up.code, Some(3));
    assert_eq!(token(&given_up), elsewhere);
    assert_eq!(server.methods(), ["GET"]);
}

#[tokio::test]
async fn failed_poll_prints_the_token() {
    let emulator = sample().start().await.unwrap();
    let begun = billing(BEGIN.into_iter().chain(["--no-wait"]))
        .at(&emulator)
        .run()
        .await;
    let server = Stub::start([response("503 Service Unavailable", &[], "").as_str()]).await;
    let elsewhere = moved(&token(&begun), &emulator, &server);
    let failed = billing(["arm", "wait", &elsewhere])
        .at_url(server.url())
        .run()
        .await;
    assert_eq!(failed.code, Some(3));
    assert_eq!(token(&failed), elsewhere);
    insta::assert_snapshot!(redact(&failed.stderr), @"
    waiting until the update is done (Ctrl-C ends the waiting, not the update)
    error: could not wait for the update of the billing profile CNTS-0001-BG7-PGB: the service answered 503 Service Unavailable
      request id <guid>

    hint: the update continues on the service; to wait for it, pass the resume token to
      billing arm wait TOKEN --arm-endpoint http://127.0.0.1:<port>
    ");
}

#[tokio::test]
async fn token_without_hashes_compares_nothing() {
    let emulator = sample().start().await.unwrap();
    let begun = billing(BEGIN.into_iter().chain(["--no-wait"]))
        .at(&emulator)
        .run()
        .await;
    let stored = response(
        "200 OK",
        &["x-ms-request-id: r-1"],
        r#"{"name":"CNTS-0001-BG7-PGB","properties":{"poNumber":"PO-1"}}"#,
    );
    let server = Stub::start([stored.as_str(), &stored]).await;
    let elsewhere = moved(&token(&begun), &emulator, &server);
    let wait = ["arm", "wait", &elsewhere];
    let done = billing(wait).at_url(server.url()).run().await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    insta::assert_snapshot!(redact(&done.stderr), @"
    waiting until the update is done (Ctrl-C ends the waiting, not the update)
    the update of billing profile CNTS-0001-BG7-PGB in billing account <account> is finished; it was not compared with the request, which is not in the token (request id r-1)
    ");
    let done = billing(wait.into_iter().chain(["--output=json"]));
    let done = done.at_url(server.url()).run().await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let line: Value = serde_json::from_str(&done.stderr).unwrap();
    let expected = json!({ "outcome": "not_compared", "request_id": "r-1" });
    assert_eq!(line, json!({ "result": expected }));
}

#[tokio::test]
async fn failed_operation_is_not_resumable() {
    let emulator = sample().start().await.unwrap();
    let begun = billing(BEGIN.into_iter().chain(["--no-wait"]))
        .at(&emulator)
        .run()
        .await;
    let refusal = response(
        "409 Conflict",
        &[],
        r#"{"code":"Busy","message":"Another update runs."}"#,
    );
    let server = Stub::start([refusal.as_str()]).await;
    let elsewhere = moved(&token(&begun), &emulator, &server);
    let failed = billing(["arm", "wait", &elsewhere])
        .at_url(server.url())
        .run()
        .await;
    insta::assert_snapshot!(failed.refused(1), @"
    waiting until the update is done (Ctrl-C ends the waiting, not the update)
    error: could not wait for the update of the billing profile CNTS-0001-BG7-PGB: the service answered 409 Conflict, code Busy
      service message: Another update runs.
      request id <guid>

    hint: another change is in progress or came first
    the update failed and may have taken effect in part: check the profile before you run it again
      billing arm get <account> CNTS-0001-BG7-PGB --arm-endpoint http://127.0.0.1:<port>
    ");
}

#[tokio::test]
async fn token_of_another_origin_is_refused() {
    let emulator = sample().start().await.unwrap();
    let begun = billing(BEGIN.into_iter().chain(["--no-wait"]))
        .at(&emulator)
        .run()
        .await;
    let token = token(&begun);
    let refused = billing(["arm", "wait", &token]).token("t").run().await;
    insta::assert_snapshot!(refused.refused(2), @"
    error: could not wait for the update of the billing profile CNTS-0001-BG7-PGB: the resume token is for http://127.0.0.1:<port>, not for https://management.azure.com: use the endpoint that the update was sent to

    hint: if you trust http://127.0.0.1:<port> with your token, add --arm-endpoint http://127.0.0.1:<port>
    ");
    assert_eq!(requests(&emulator), ["GET 200", "PATCH 202"]);
}

#[tokio::test]
async fn invalid_token_is_refused() {
    let mut seen = String::new();
    let older = billing_test::token_of_text(2, "");
    for args in [
        &["arm", "wait", "nonsense"][..],
        &["arm", "wait", "-"],
        &["arm", "wait", &older],
        &["arm", "wait", "x", "--emulator"],
        &["arm", "wait", "x", "--dry-run"],
        &[
            "arm",
            "wait",
            "x",
            "--request-id=7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30",
        ],
        &["arm", "wait", "x", "--timeout=5"],
        &[
            "arm",
            "update",
            "a",
            "p",
            "--set=poNumber=1",
            "--no-wait",
            "--timeout=5s",
        ],
    ] {
        let shown = billing(args.iter().copied()).run().await;
        seen += &format!("$ billing {}\n{}\n\n", args.join(" "), shown.refused(2));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn worst_result_of_several_tokens_counts() {
    let emulator = sample().polls_until_done(1).start().await.unwrap();
    let mut tokens = String::new();
    for value in ["PO-2", "PO-3"] {
        let set = format!("--set=poNumber={value}");
        let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE, &set];
        let begun = billing(args.into_iter().chain(["--yes", "--no-wait"]))
            .at(&emulator)
            .run()
            .await;
        assert_eq!(begun.code, Some(0), "{}", begun.stderr);
        tokens += &begun.stdout;
    }
    let wait = || billing(["arm", "wait", "-", "--output=json"]).at(&emulator);
    let (first, second) = tokens.trim().split_once('\n').unwrap();

    let broken = wait().stdin(format!("{first}\nno token\n")).run().await;
    assert_eq!(broken.code, Some(2), "{}", broken.stderr);
    assert!(
        broken.stderr.contains("token 2 on stdin"),
        "{}",
        broken.stderr
    );

    let both = wait()
        .stdin(format!("\u{feff}{first}\r\n\n\"{second}\"\n"))
        .run()
        .await;
    let profiles = serde_json::Deserializer::from_str(&both.stdout).into_iter::<Value>();
    assert_eq!(profiles.map(Result::unwrap).count(), 2, "{}", both.stderr);
    assert_eq!(both.stderr.lines().count(), 2, "{}", both.stderr);
}

#[cfg(unix)]
#[tokio::test]
async fn interrupt_prints_all_remaining_tokens() {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

    let hour = Duration::from_secs(3600);
    let emulator = sample().polls_until_done(3).retry_after(hour);
    let emulator = emulator.start().await.unwrap();
    let args = BEGIN.into_iter().chain(["--no-wait"]);
    let begun = billing(args).at(&emulator).run().await;
    let token = begun.stdout.trim();
    let wait = billing(["arm", "wait", "-"])
        .at(&emulator)
        .hearing_signals();
    let mut child = wait.spawn();
    let mut stdin = child.stdin.take().unwrap();
    let text = format!("{token}\n{token}\n{token}\n");
    stdin.write_all(text.as_bytes()).await.unwrap();
    drop(stdin);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("waiting until the update is done") {
        assert_ne!(stderr.read_line(&mut said).await.unwrap(), 0, "{said}");
    }
    crate::interrupt::signal(&child, "INT").await;
    let ended = Transcript::of(child).await;
    assert_eq!((ended.signal, ended.stdout), (Some(2), text));
}

/// Runs `arm wait` for an update of `poNumber` and `displayName` whose service sends `polls`.
async fn waited(polls: &[&str], args: &[&str]) -> Transcript {
    let before = r#"{"poNumber":"PO-1","displayName":"Old"}"#;
    let before = stored(before);
    let accepted = response("202 Accepted", &["location: /poll"], "");
    let responses = [before.as_str(), &accepted].into_iter();
    let server = Stub::start(responses.chain(polls.iter().copied())).await;
    let begin = BEGIN
        .into_iter()
        .chain(["--set=displayName=New", "--no-wait"]);
    let begun = billing(begin).at_url(server.url()).run().await;
    let token = token(&begun);
    let wait = ["arm", "wait", &token, "--read-back=0s"].into_iter();
    let wait = billing(wait.chain(args.iter().copied()));
    wait.at_url(server.url()).run().await
}

fn stored(properties: &str) -> String {
    let body = format!(r#"{{"name":"{SAMPLE_PROFILE}","properties":{properties}}}"#);
    response("200 OK", &["x-ms-request-id: r-1"], &body)
}

#[tokio::test]
async fn wait_compares_the_profile_with_the_request() {
    let gone = response("404 Not Found", &[], "");
    let done = response("204 No Content", &[], "");
    let refusal = |status: &str, message: &str| {
        let code = status.replace(|letter: char| !letter.is_alphabetic(), "");
        let body = format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#);
        response(status, &[], &body)
    };
    let refused = refusal("400 Bad Request", "No such region.");
    let json_patch = refusal(
        "400 Bad Request",
        "The JSON patch document was malformed and could not be parsed.",
    );
    let etag = refusal("412 Precondition Failed", "It has changed.");
    let old = stored(r#"{"poNumber":"PO-1","displayName":"Old"}"#);
    let half = stored(r#"{"poNumber":"PO-2","displayName":"Old"}"#);
    let form = stored(r#"{"poNumber":"po-2","displayName":"New"}"#);
    let new = stored(r#"{"poNumber":"PO-2","displayName":"New"}"#);
    let other = new.replace(SAMPLE_PROFILE, "CNTS-0002-BG7-PGB");
    let lost = [vec![gone.as_str(); 4], vec![old.as_str()]].concat();
    let mut seen = String::new();
    for (case, polls, code) in [
        ("applied", vec![new.as_str()], 0),
        ("old", vec![&old], 1),
        ("half", vec![&half], 1),
        ("another form", vec![&form], 0),
        ("another profile", vec![&other; 4], 4),
        (
            "another profile after success",
            [vec![done.as_str()], vec![&other; 4]].concat(),
            4,
        ),
        (
            "done and not there",
            [vec![done.as_str()], vec![&gone; 4]].concat(),
            4,
        ),
        ("refused at the end", vec![&refused], 1),
        ("refused as a JSON Patch", vec![&json_patch], 1),
        ("refused for its etag", vec![&etag], 1),
        ("lost and old", lost, 4),
    ] {
        let shown = waited(&polls, &[]).await;
        assert_eq!(shown.code, Some(code), "{case}: {}", shown.stderr);
        let json = waited(&polls, &["--output=json"]).await;
        assert_eq!(json.code, Some(code), "{case}: {}", json.stderr);
        let mut line: Value = serde_json::from_str(&json.stderr).unwrap();
        if let Some(error) = line.get_mut("error").and_then(Value::as_object_mut) {
            // The differences were shown before.
            error.remove("hint");
            error.remove("message");
        }
        let said = redact(shown.stderr.trim_end());
        seen += &format!("===== {case}\n{said}\n{}\n\n", redact(&line.to_string()));
    }
    insta::assert_snapshot!(seen);
}
