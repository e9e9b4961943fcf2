//! Single attempts through the real clients: what is sent, and what each response means.

use std::time::Duration;

use arm_client::{ArmClient, ArmClientOptions};
use billing_bulk::document::Version;
use billing_bulk::pacing::Limit;
use billing_bulk::target::{Comparison, FailureKind, Polled, Write, Written};
use billing_bulk::targets::{ArmTarget, PartnerTarget};
use billing_bulk::{Edit, Edits, ProfileId, Target};
use billing_core::{SendOptions, StaticToken};
use billing_test::{Script, Server};
use partner_client::{PartnerClient, PartnerClientOptions};
use serde_json::json;

const ID: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";

/// The default options, with retries: a target sends once whatever they say.
fn sending() -> SendOptions {
    SendOptions::default().with_timeout(Duration::from_secs(60))
}

fn partner(server: &Server) -> PartnerTarget {
    let options = PartnerClientOptions::default().with_send_options(sending());
    let endpoint = server.origin().parse().unwrap();
    let client = PartnerClient::with_options(endpoint, StaticToken::new("t"), options).unwrap();
    PartnerTarget::new(&client, None)
}

fn arm(server: &Server) -> ArmTarget {
    let options = ArmClientOptions::default().with_send_options(sending());
    let endpoint = server.origin().parse().unwrap();
    let client = ArmClient::with_options(endpoint, StaticToken::new("t"), options).unwrap();
    ArmTarget::new(&client, None)
}

fn write(body: &str) -> Write {
    Write {
        request_id: "7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30".parse().unwrap(),
        body: body.to_owned().into(),
        edits: edits(),
        if_match: Some("17".to_owned()),
    }
}

fn edits() -> Edits {
    Edits::from_iter([Edit::set(["email"], json!("new@contoso.com"))])
}

fn status(head: &str) -> Script {
    Script::new(head, "")
}

/// A response, and what it means for a read, for a write to Partner Center, and for one to Resource
/// Manager.
type Class = (&'static str, fn() -> Script, [FailureKind; 3]);

fn classes() -> Vec<Class> {
    use FailureKind::{
        Forbidden, Locked, NotFound, NotSent, Refused, SignIn, StaleEtag, Throttled, Unknown,
    };
    const LOCK: &str = r#"{"error":{"code":"RetryableErrorDueToAnotherOperation","message":"x"}}"#;
    vec![
        ("400", || status("400 X"), [Refused; 3]),
        ("401", || status("401 X"), [SignIn; 3]),
        ("403", || status("403 X"), [Forbidden; 3]),
        ("404", || status("404 X"), [NotFound; 3]),
        ("409", || status("409 X"), [Locked, Refused, Locked]),
        ("412", || status("412 X"), [StaleEtag; 3]),
        (
            "400 with code 2055",
            || {
                Script::new(
                    "400 X",
                    r#"{"code":2055,"description":"Etag is no longer valid"}"#,
                )
            },
            [StaleEtag; 3],
        ),
        ("429", || status("429 X"), [Throttled; 3]),
        (
            "429 with a pause",
            || status("429 X\nRetry-After: 9"),
            [Throttled; 3],
        ),
        ("429 for a lock", || Script::new("429 X", LOCK), [Locked; 3]),
        (
            "503 with a pause",
            || status("503 X\nRetry-After: 9"),
            [NotSent; 3],
        ),
        (
            "503 until a date",
            || status("503 X\nRetry-After: Fri, 02 Jan 2026 03:04:35 GMT"),
            [NotSent; 3],
        ),
        ("no answer", Script::hang_up, [Unknown; 3]),
        ("silence", Script::hour_of_silence, [Unknown; 3]),
        ("reset", Script::close, [Unknown; 3]),
        (
            "half an answer",
            || Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec()),
            [Unknown; 3],
        ),
        (
            "half a head",
            || Script::bytes(b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
            [Unknown; 3],
        ),
        (
            "no HTTP",
            || Script::bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()),
            [Unknown; 3],
        ),
        ("408", || status("408 X"), [Unknown; 3]),
        (
            "408 with a pause",
            || status("408 X\nRetry-After: 9"),
            [Unknown; 3],
        ),
        ("499", || status("499 X"), [Unknown; 3]),
        ("500", || status("500 X"), [Unknown; 3]),
        (
            "500 with a pause",
            || status("500 X\nRetry-After: 9"),
            [Unknown; 3],
        ),
        ("501", || status("501 X"), [Unknown; 3]),
        ("502", || status("502 X"), [Unknown; 3]),
        ("503", || status("503 X"), [Unknown; 3]),
        (
            "503 with garbage",
            || status("503 X\nRetry-After: soon"),
            [Unknown; 3],
        ),
        ("504", || status("504 X"), [Unknown; 3]),
        (
            "504 with a pause",
            || status("504 X\nRetry-After: 9"),
            [Unknown; 3],
        ),
        ("307", || status("307 X\nLocation: /x"), [Unknown; 3]),
        ("a page", || Script::new("200 OK", "<html>"), [Unknown; 3]),
        (
            "another resource",
            || Script::json(r#"{"id":"/b/p2","name":"p2"}"#),
            [Unknown; 3],
        ),
        ("no resource", || Script::json("{}"), [Unknown; 3]),
        (
            "202 without a link",
            || status("202 Accepted"),
            [Unknown; 3],
        ),
        (
            "202 to another origin",
            || status("202 Accepted\nLocation: http://127.0.0.1:9/op"),
            [Unknown; 3],
        ),
    ]
}

#[tokio::test]
async fn each_response_has_its_meaning_after_one_request() {
    for (name, answer, [of_read, of_partner, of_arm]) in classes() {
        for (request, expected) in [("read", of_read), ("partner", of_partner), ("arm", of_arm)] {
            // The profile of Partner Center has no name to compare.
            if name == "another resource" && request == "partner" {
                continue;
            }
            // A second request would succeed.
            let server = Server::start(vec![answer(), Script::json(r#"{"id":"x","name":"p1"}"#)]);
            let server = server.await;
            let profile = ProfileId::arm("a1", "p1");
            let failure = match request {
                "read" => arm(&server).read(&profile).await.result.err(),
                "arm" => arm(&server)
                    .write(&profile, &write("{}"))
                    .await
                    .result
                    .err(),
                _ => {
                    let profile = ProfileId::partner(ID);
                    partner(&server)
                        .write(&profile, &write("{}"))
                        .await
                        .result
                        .err()
                }
            };
            let failure = failure.unwrap_or_else(|| panic!("{name}, {request}: no failure"));
            assert_eq!(
                failure.kind, expected,
                "{name}, {request}: {:?}",
                failure.cause
            );
            assert!(!failure.cause.code.is_empty() && !failure.cause.message.is_empty());
            // The server does not see what it resets.
            let seen = usize::from(name != "reset");
            assert_eq!(server.lines().len(), seen, "{name}, {request}: one request");
        }
    }
}

#[tokio::test]
async fn service_that_cannot_be_reached_got_nothing() {
    let server = Server::start(vec![]).await;
    let targets = (partner(&server), arm(&server));
    drop(server);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", free.local_addr().unwrap());
    drop((free, targets));
    let client = ArmClient::new(origin.parse().unwrap(), StaticToken::new("t")).unwrap();
    let target = ArmTarget::new(&client, None);
    let attempt = target
        .write(&ProfileId::arm("a1", "p1"), &write("{}"))
        .await;
    let failure = attempt.result.unwrap_err();
    assert_eq!(
        (failure.kind, failure.cause.status),
        (FailureKind::NotSent, None)
    );
}

#[tokio::test]
async fn partner_center_gets_the_exact_text_with_its_edits() {
    // Unusual digits, and an unknown member; a byte order mark before it.
    let text = "{\"id\":\"x\",\"email\":\"old@contoso.com\",\"credit\":0.10,\
                \"attributes\":{\"etag\":\"-42\"}}";
    let server = Server::start(vec![
        Script::json(&format!("\u{feff}{text}")),
        Script::json(&text.replace("old@", "new@").replace("-42", "-43")),
    ])
    .await;
    let target = partner(&server);
    let profile = ProfileId::partner(ID);
    let before = target.read(&profile).await.result.unwrap();
    assert_eq!(before.json(), text);
    assert_eq!(before.version(), &Version::Etag("-42".to_owned()));
    let body = target.body(&before, &edits()).unwrap();
    assert_eq!(body, text.replace("old@", "new@"));
    let write = Write {
        body,
        if_match: Some("-42".to_owned()),
        ..write("")
    };
    let written = target.write(&profile, &write).await.result.unwrap();
    let Written::Finished(after) = written else {
        panic!()
    };
    assert_eq!(
        target.compare(&before, &edits(), &after),
        Comparison::Applied
    );
    assert_eq!(target.changed_paths(&before, &after), ["email"]);
    let received = &server.received()[1];
    assert_eq!(received.method(), "PUT");
    assert_eq!(received.body.as_bytes(), write.body);
    assert_eq!(received.header("if-match"), Some("\"-42\""));
    assert_eq!(
        received.header("ms-requestid"),
        Some("7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30")
    );
}

#[tokio::test]
async fn accepted_update_is_polled_one_request_at_a_time() {
    let profile = r#"{"id":"/billingProfiles/p1","name":"p1","email":"new@contoso.com"}"#;
    let accepted = "202 Accepted\nLocation: /op\nRetry-After: 7\n\
                    x-ms-ratelimit-remaining-tenant-writes: 99";
    let server = Server::start(vec![
        status(accepted),
        status("202 Accepted\nLocation: /op2\nRetry-After: 5"),
        status("404 X"),
        Script::new(
            "200 OK\nContent-Type: application/json\nx-ms-ratelimit-remaining-tenant-reads: 11",
            profile,
        ),
    ])
    .await;
    let target = arm(&server);
    let id = ProfileId::arm("a1", "p1");
    let body = r#"{"email":"new@contoso.com"}"#;
    let attempt = target.write(&id, &write(body)).await;
    assert_eq!(attempt.signal.remaining, Some(99));
    let Written::Accepted { token, poll_in } = attempt.result.unwrap() else {
        panic!()
    };
    assert_eq!(poll_in.as_millis().div_ceil(1000), 7);
    let mut token = token;
    let mut counted = 0;
    for misses_after in [0, 1] {
        let polled = target.poll(&id, &token, counted).await.result.unwrap();
        let Polled::Running {
            token: next,
            misses,
            ..
        } = polled
        else {
            panic!()
        };
        assert_eq!(misses, misses_after);
        (token, counted) = (next, misses);
    }
    let attempt = target.poll(&id, &token, counted).await;
    assert_eq!(attempt.signal.remaining, Some(11));
    let Polled::Finished(after) = attempt.result.unwrap() else {
        panic!()
    };
    assert_eq!(after.json(), profile);
    let lines = server.lines();
    let paths: Vec<_> = lines
        .iter()
        .map(|line| line.rsplit_once(' ').unwrap().0)
        .collect();
    assert_eq!(paths[1..], ["GET /op", "GET /op2", "GET /op2"]);
    assert_eq!(server.received()[0].body, body);
    assert_eq!(
        server.received()[0].header("x-ms-client-request-id"),
        Some("7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30")
    );
}

#[tokio::test]
async fn operation_that_is_never_found_is_lost() {
    let mut scripts = vec![status("202 Accepted\nLocation: /op")];
    scripts.extend((0..4).map(|_| status("404 X")));
    scripts.push(Script::json(
        r#"{"id":"/billingProfiles/p1","name":"p1","email":"old@contoso.com"}"#,
    ));
    let server = Server::start(scripts).await;
    let target = arm(&server);
    let id = ProfileId::arm("a1", "p1");
    let attempt = target
        .write(&id, &write(r#"{"email":"new@contoso.com"}"#))
        .await;
    let Written::Accepted { mut token, .. } = attempt.result.unwrap() else {
        panic!()
    };
    let mut counted = 0;
    let kind = loop {
        match target.poll(&id, &token, counted).await.result {
            Ok(Polled::Running {
                token: next,
                misses,
                ..
            }) => (token, counted) = (next, misses),
            Ok(Polled::Finished(_)) => panic!(),
            Err(failure) => break failure.kind,
        }
    };
    assert_eq!(kind, FailureKind::OperationLost);
    // Four polls, and one read of the profile.
    assert_eq!(server.lines().len(), 6);
}

#[tokio::test]
async fn limit_in_the_text_of_a_429_is_read() {
    let body = r#"{"error":{"code":"ResourceRequestsThrottled","message":"Number of requests for action 'x' exceeded the limit of '150' for time interval '00:01:00'. Please try again after '6' seconds."}}"#;
    let server = Server::start(vec![Script::new("429 X", body)]).await;
    let attempt = arm(&server).read(&ProfileId::arm("a1", "p1")).await;
    assert!(attempt.signal.is_refused);
    assert_eq!(attempt.signal.retry_after, Some(Duration::from_secs(6)));
    let limit = Limit {
        requests: 150,
        interval: Duration::from_secs(60),
    };
    assert_eq!(attempt.signal.limit, Some(limit));
}

#[tokio::test]
async fn hash_of_a_profile_depends_on_its_values_only() {
    let one = r#"{"id":"/billingProfiles/p1","name":"p1","properties":{"a":1,"b":[1.50,"x"]}}"#;
    let same = r#"{ "name":"p1","properties":{"b":[1.5,"x"],"a":1.0},"id":"/billingProfiles/p1","etag":"7"}"#;
    let other = r#"{"id":"/billingProfiles/p1","name":"p1","properties":{"a":1,"b":[1.5,"y"]}}"#;
    let server = Server::start(vec![
        Script::json(one),
        Script::json(same),
        Script::json(other),
    ])
    .await;
    let target = arm(&server);
    let mut documents = Vec::new();
    for _ in 0..3 {
        let read = target.read(&ProfileId::arm("a1", "p1")).await;
        documents.push(read.result.unwrap());
    }
    assert_eq!(documents[0].version(), documents[1].version());
    assert_ne!(documents[0].version(), documents[2].version());
    assert_eq!(
        target.changed_paths(&documents[0], &documents[2]),
        ["properties.b"]
    );
    assert_eq!(target.changed_paths(&documents[0], &documents[1]), [""; 0]);
}
