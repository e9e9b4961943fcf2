//! Responses that repeat secrets.

use billing_test::Script;

use super::{PHONE, TOKEN};

/// Error responses of each form that repeat the request in the body, the reason and a header.
pub(super) fn echoes() -> Vec<Script> {
    let words = format!("Canary O'Canary, canary@contoso.example, {PHONE}, Bearer {TOKEN}");
    let json = serde_json::to_string(&words).unwrap();
    let shapes = [
        format!(r#"{{"code":27002,"description":{json},"data":[{json}],"source":"PartnerFD"}}"#),
        format!(
            r#"{{"error":{{"code":"BadRequest","message":{json},"target":{json},"details":[{{"code":"X","message":{json},"target":{json}}}]}}}}"#
        ),
        format!(r#"{{"title":{json},"detail":{json},"errors":{{"canary":[{json}]}}}}"#),
        format!(r#"{{"error":"invalid_request","error_description":{json}}}"#),
        format!(r#"{{"error":{json}}}"#),
        format!(
            r#"{{"code":{json},"message":{json},"data":[{{"code":{json},"message":{json}}}]}}"#
        ),
        format!("<html>{words}</html>"),
    ];
    let statuses = ["400", "401", "403", "404", "409", "412", "418", "429"];
    let mut responses = Vec::new();
    for (number, shape) in shapes.iter().cycle().take(statuses.len()).enumerate() {
        let head = format!(
            "{} {words}\nX-Echo: {words}\nSet-Cookie: session={TOKEN}\nWWW-Authenticate: Bearer error=\"{TOKEN}\"",
            statuses[number]
        );
        responses.push(Script::new(&head, shape));
    }
    responses
}

/// Responses that cannot be read, each with a canary where parsing fails.
pub(super) fn garbled() -> Vec<Script> {
    let bytes = |text: &str| Script::bytes(text.as_bytes().to_vec());
    vec![
        bytes("HTTP/1.1 canary\r\n\r\n"),
        bytes("canary canary canary\r\n\r\n"),
        bytes("HTTP/1.1 200 OK\r\ncanary canary: 1\r\n\r\n"),
        bytes("HTTP/1.1 200 OK\r\nContent-Length: canary\r\n\r\n"),
        bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n"),
        bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\":\"canary"),
        bytes("HTTP/1.1 103 Early Hints\r\nLink: </canary>\r\n\r\n"),
        Script::new("200 Canary\nContent-Type: text/canary", "<html>canary"),
        Script::new("200 OK", r#"{"id":"x","email":["canary"]}"#),
        Script::new("200 OK", r#"{"id":"x","culture":{"canary":"canary"}}"#),
        Script::new("200 OK", r#"{"id":"canary","id":"canary"}"#),
        Script::new("200 OK", r#"{"id":"x","new":{"a":"canary"} canary}"#),
        Script::new(
            "200 OK",
            r#"{"id":"x","new":{"canary@contoso.example":tru}}"#,
        ),
        Script::new(
            "200 OK",
            r#"{"id":"x","attributes":{"canary@contoso.example":{"x":tru}}}"#,
        ),
        Script::new("200 OK", r#""canary""#),
        Script::new("200 OK", r#"{"error":{"message":"canary"}}"#),
        Script::new(
            "302 Found\nLocation: http://127.0.0.1:9/?sig=canary",
            "canary",
        ),
        Script::new("307 X\nLocation: /canary?sig=canary", "canary"),
        Script::new(
            "502 X\nRetry-After: canary\nx-ms-ratelimit-remaining-tenant-writes: canary",
            "canary",
        ),
    ]
}
