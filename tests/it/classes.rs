//! Each verb against each class of failure of its service: exit code, stdout and stderr.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE};
use tokio::net::TcpListener;

use crate::support::stub::{Stub, response};
use crate::support::{Transcript, billing, redact};

/// Responses of Partner Center other than the expected one.
fn partner() -> Vec<(&'static str, String)> {
    let error = |status, code: u32, description| {
        let body = format!(
            r#"{{"code":{code},"description":"{description}","data":[],"source":"PartnerFD"}}"#
        );
        response(status, &["ms-requestid: r-1"], &body)
    };
    let property = r#"{"code":27002,"description":"A property has invalid data.","data":["property_name:  StateInvalid - Details","details:  \n"],"source":"PartnerFD"}"#;
    let property = response("400 Bad Request", &["ms-requestid: r-1"], property);
    let rate =
        r#"{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds." }"#;
    let rate = response("429 Too Many Requests", &["retry-after: 57"], rate);
    let (bad, unauthorized, forbidden) = ("400 Bad Request", "401 Unauthorized", "403 Forbidden");
    let phone = error(bad, 600_051, "Phone number is required.");
    let relationship = "No relationship between caller and account.";
    let broken = error("500 Internal Server Error", 800_003, "Unexpected error");
    let busy = response("503 Service Unavailable", &["retry-after: 120"], "");
    vec![
        ("a member is refused", property),
        ("a phone number is missing", phone),
        ("no id", error(bad, 2000, "Tenant Id must be a GUID.")),
        ("unauthorized", error(unauthorized, 400, "Access denied")),
        (
            "second factor",
            error(unauthorized, 900_421, "MFA required"),
        ),
        ("forbidden", error(forbidden, 2032, "Access denied")),
        ("no relationship", error(forbidden, 20_002, relationship)),
        ("not found", error("404 Not Found", 60_003, "Not found")),
        ("throttled", rate),
        ("broken", broken),
        ("busy", busy),
        ("too slow", response("504 Gateway Timeout", &[], "")),
        ("another language", response("200 OK", &[], "<html></html>")),
    ]
}

/// Error responses of Resource Manager, in all its formats.
fn arm() -> Vec<(&'static str, String)> {
    let error = |status, code, message| {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#);
        response(status, &["x-ms-request-id: r-1"], &body)
    };
    let member = r#"{"error":{"code":"BadRequest","message":"Invalid.","details":[{"code":"TooLong","target":"poNumber","message":"At most 50."}]}}"#;
    let member = response("400 Bad Request", &["x-ms-request-id: r-1"], member);
    let bare = r#"{"code":"NotFound","message":"The resource or one of its dependencies could not be found."}"#;
    let bare = response("404 Not Found", &["x-ms-request-id: r-1"], bare);
    let rate = r#"{"error":{"code":"TooManyRequests","message":"Slow down."}}"#;
    let rate = response("429 Too Many Requests", &["retry-after: 57"], rate);
    let token = "InvalidAuthenticationToken";
    let unauthorized = error("401 Unauthorized", token, "The access token is invalid.");
    let forbidden = error("403 Forbidden", "AuthorizationFailed", "No permission.");
    let stale = error("412 Precondition Failed", "Stale", "It was changed.");
    let broken = error("500 Internal Server Error", "InternalServerError", "Oh.");
    let busy = response("503 Service Unavailable", &["retry-after: 120"], "");
    vec![
        ("a member is refused", member),
        ("unauthorized", unauthorized),
        ("forbidden", forbidden),
        ("not found", bare),
        (
            "conflict",
            error("409 Conflict", "Busy", "Another update runs."),
        ),
        ("precondition", stale),
        ("throttled", rate),
        ("broken", broken),
        ("busy", busy),
        ("too slow", response("504 Gateway Timeout", &[], "")),
        ("another language", response("200 OK", &[], "<html></html>")),
    ]
}

/// Returns the transcripts of a verb for each class of response. `before` and `after` are the other
/// responses.
async fn transcripts(
    args: &[&str],
    classes: Vec<(&str, String)>,
    before: &[String],
    after: &[String],
) -> String {
    let mut seen = String::new();
    for (class, reply) in classes {
        let responses = before.iter().chain([&reply]).chain(after);
        let server = Stub::start(responses.map(String::as_str)).await;
        let shown = billing(args.iter().copied()).at_url(server.url());
        seen += &section(class, &shown.run().await);
    }
    seen
}

fn section(class: &str, shown: &Transcript) -> String {
    format!("===== {class}\n{shown}\n\n")
}

/// Runs the verb against an endpoint without a server.
async fn unreachable(args: &[&str]) -> String {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let shown = billing(args.iter().copied()).at_url(&url).run().await;
    section("unreachable", &shown)
}

const PARTNER_GET: [&str; 3] = ["partner", "get", SAMPLE_CUSTOMER_ID];
const PARTNER_UPDATE: [&str; 5] = [
    "partner",
    "update",
    SAMPLE_CUSTOMER_ID,
    "--set=companyName=Fabrikam",
    "--yes",
];
const ARM_GET: [&str; 4] = ["arm", "get", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
const ARM_LIST: [&str; 3] = ["arm", "list", SAMPLE_ACCOUNT];
const ARM_UPDATE: [&str; 7] = [
    "arm",
    "update",
    SAMPLE_ACCOUNT,
    SAMPLE_PROFILE,
    "--set=poNumber=PO-2",
    "--yes",
    "--read-back=0s",
];

fn partner_profile() -> String {
    let body = r#"{"companyName":"Contoso","attributes":{"etag":"1"}}"#;
    response("200 OK", &[], body)
}

fn arm_profile(name: &str) -> String {
    let body = format!(
        r#"{{"name":"{SAMPLE_PROFILE}","properties":{{"displayName":"{name}","poNumber":"PO-1"}}}}"#
    );
    response("200 OK", &[], &body)
}

#[tokio::test]
async fn partner_get() {
    let mut seen = transcripts(&PARTNER_GET, partner(), &[], &[]).await;
    seen += &unreachable(&PARTNER_GET).await;
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn partner_update() {
    let before = [partner_profile()];
    let seen = transcripts(&PARTNER_UPDATE, partner(), &before, &[]);
    insta::assert_snapshot!(seen.await);
}

#[tokio::test]
async fn arm_get() {
    let mut seen = transcripts(&ARM_GET, arm(), &[], &[]).await;
    seen += &unreachable(&ARM_GET).await;
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn arm_list() {
    let mut seen = transcripts(&ARM_LIST, arm(), &[], &[]).await;
    seen += &unreachable(&ARM_LIST).await;
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn arm_update() {
    // After a conflict the verb reads the profile again.
    let (before, after) = ([arm_profile("Contoso")], [arm_profile("Contoso Solar")]);
    let seen = transcripts(&ARM_UPDATE, arm(), &before, &after);
    insta::assert_snapshot!(seen.await);
}

#[tokio::test]
async fn arm_update_that_ends_badly() {
    let status = ["azure-asyncoperation: /status", "retry-after: 0"];
    let accepted = response("202 Accepted", &status, "");
    let report = |body| response("200 OK", &["x-ms-request-id: r-1"], body);
    let failed =
        r#"{"status":"Failed","error":{"code":"AddressInvalid","message":"No such region."}}"#;
    let ends = vec![
        ("failed", report(failed)),
        ("cancelled", report(r#"{"status":"Canceled"}"#)),
    ];
    let before = [arm_profile("Contoso"), accepted];
    let seen = transcripts(&ARM_UPDATE, ends, &before, &[]);
    insta::assert_snapshot!(seen.await);
}

#[tokio::test]
async fn arm_wait() {
    let mut seen = String::new();
    for (class, reply) in arm() {
        let accepted = response("202 Accepted", &["location: /poll"], "");
        // A missing operation is polled several times, then the resource is read.
        let responses = [arm_profile("Contoso"), accepted].into_iter();
        let responses: Vec<_> = responses.chain(std::iter::repeat_n(reply, 5)).collect();
        let server = Stub::start(responses.iter().map(String::as_str)).await;
        let begin = ARM_UPDATE.into_iter().chain(["--no-wait"]);
        let begun = billing(begin).at_url(server.url()).run().await;
        assert_eq!(begun.code, Some(0), "{}", begun.stderr);
        let wait = billing(["arm", "wait", "-"]).at_url(server.url());
        let waited = wait.stdin(begun.stdout.clone()).run().await;
        // While the outcome is unknown, the error repeats the token.
        let token = if waited.stdout.is_empty() {
            "no token"
        } else {
            assert_eq!(waited.stdout, begun.stdout, "{class}");
            "the token"
        };
        let (code, said) = (waited.code.unwrap(), redact(waited.stderr.trim_end()));
        seen += &format!("===== {class}\nexit code: {code}, {token}\n{said}\n\n");
    }
    insta::assert_snapshot!(seen);
}
