//! HEAD, several hosts, and pages of other origins.

use billing_emulator::{
    Emulator, Error, Fault, FaultPlan, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE,
};
use serde_json::{Value, json};

use crate::support::{API_VERSION, HttpClient, HttpResponse, customer_path, profile_path, sample};

const PAGE: &str = "http://localhost:3000";

/// Status and headers without the values that differ from request to request, and the body.
async fn response(caller: &HttpClient, method: &str, path: &str) -> (Vec<String>, String) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
        caller.authority(),
        caller.token(),
    );
    let seen = String::from_utf8(caller.raw(request.as_bytes()).await).unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    let kept = ["http/1.1", "content-", "cache-control", "allow", "vary"];
    let lines = head.lines().map(|line| {
        let is_kept = kept
            .iter()
            .any(|kept| line.to_ascii_lowercase().starts_with(kept));
        let name = line.split(": ").next().unwrap_or_default();
        if is_kept { line } else { name }.to_owned()
    });
    (lines.collect(), body.to_owned())
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body_on_every_route() {
    let emulator = sample().start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    let description: Value = control.get("/openapi.json").await.json();
    let mut paths = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        if item["get"].is_null() || path == "/api/events" {
            continue;
        }
        let caller = HttpClient::anonymous(item["servers"][0]["url"].as_str().unwrap());
        let caller = caller.with(
            "authorization",
            &format!("Bearer {}", emulator.token().reveal()),
        );
        let path = path
            .replace("{billingAccountName}", SAMPLE_ACCOUNT)
            .replace("{billingProfileName}", SAMPLE_PROFILE)
            .replace("{iso2Code}", "US")
            .replace("{tenant}", "common")
            .replace("{customerTenantId}", SAMPLE_CUSTOMER_ID);
        let path = format!("{path}?{API_VERSION}&service=arm");
        let (get, body) = response(&caller, "GET", &path).await;
        let (head, none) = response(&caller, "HEAD", &path).await;
        assert_eq!((&head, none.as_str()), (&get, ""), "{path}");
        assert!(!body.is_empty(), "{path}");
        paths += 1;
    }
    assert!(paths > 20, "{paths}");
    for (url, path) in [
        (emulator.control_url(), "/"),
        (emulator.partner_url(), "/nothing"),
    ] {
        let caller = HttpClient::anonymous(url).with("authorization", "Bearer x");
        let (get, _) = response(&caller, "GET", path).await;
        let (head, none) = response(&caller, "HEAD", path).await;
        assert_eq!((head, none.as_str()), (get, ""), "{url}{path}");
    }
}

#[tokio::test]
async fn head_is_logged_as_head_and_allowed_beside_get() {
    let plan = FaultPlan::new().fault(Fault::new().method("HEAD").nth(1).status(503));
    let emulator = sample().faults(plan).start().await.unwrap();
    let partner = HttpClient::partner(&emulator);
    let (first, _) = response(&partner, "HEAD", &customer_path()).await;
    let (second, _) = response(&partner, "HEAD", &customer_path()).await;
    assert_eq!(
        (first[0].as_str(), second[0].as_str()),
        ("HTTP/1.1 503 Service Unavailable", "HTTP/1.1 200 OK")
    );
    let logged = emulator.requests().into_iter();
    let logged: Vec<_> = logged
        .map(|one| format!("{} {}", one.method, one.status))
        .collect();
    assert_eq!(logged, ["HEAD 503", "HEAD 200"]);
    let arm = HttpClient::arm(&emulator);
    let control = HttpClient::anonymous(emulator.control_url());
    for (caller, path, methods) in [
        (&partner, customer_path(), "GET, HEAD, PUT"),
        (&partner, "/v1/customers".to_owned(), "GET, HEAD"),
        (&partner, "/v1/validations/address".to_owned(), "POST"),
        (&arm, profile_path(), "GET, HEAD, PUT, PATCH"),
        (&control, "/api/clock".to_owned(), "GET, HEAD, POST"),
        (&control, "/api/reset".to_owned(), "POST"),
    ] {
        let refused = caller.send("DELETE", &path, "").await;
        assert_eq!(
            (refused.status, refused.header("allow")),
            (405, Some(methods)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_request_with_two_hosts_is_refused_everywhere() {
    let emulator = sample().start().await.unwrap();
    for url in [
        emulator.partner_url(),
        emulator.arm_url(),
        emulator.control_url(),
        emulator.authority_url(),
    ] {
        for hosts in [
            "Host: localhost\r\nHost: localhost",
            "Host: localhost\r\nHost: attacker.example.com",
        ] {
            let request = format!(
                "GET /api/clock HTTP/1.1\r\n{hosts}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
                emulator.token().reveal()
            );
            let refused = HttpClient::anonymous(url).raw(request.as_bytes()).await;
            let refused = HttpResponse::parse(&refused);
            assert_eq!(
                refused.brief(),
                r#"400 {"error":"the request has more than one Host header"}"#
            );
        }
    }
}

#[tokio::test]
async fn page_of_an_allowed_origin_may_call_all_services() {
    let builder = sample().cors("https://app.example.com").cors(PAGE);
    let emulator = builder.start().await.unwrap();
    let names = "authorization,content-type,ms-requestid,x-ms-client-request-id";
    for (url, path, method) in [
        (emulator.partner_url(), customer_path(), "PUT"),
        (emulator.arm_url(), profile_path(), "PATCH"),
        (
            emulator.authority_url(),
            "/common/oauth2/v2.0/token".to_owned(),
            "POST",
        ),
    ] {
        let preflight = HttpClient::anonymous(url)
            .with("origin", PAGE)
            .with("access-control-request-method", method)
            .with("access-control-request-headers", names)
            .with("access-control-request-private-network", "true");
        let response = preflight.snapshot_of("OPTIONS", &path, &emulator).await;
        assert_eq!(
            response,
            format!(
                "HTTP/1.1 204 No Content\nAccess-Control-Allow-Headers: {names}\n\
                 Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE\n\
                 Access-Control-Allow-Origin: {PAGE}\nAccess-Control-Allow-Private-Network: true\n\
                 Access-Control-Max-Age: 600\nVary: Origin\n\n"
            )
        );
    }
    assert_eq!(
        emulator.requests(),
        [],
        "a preflight is no request to a service"
    );
    let arm = HttpClient::arm(&emulator).with("origin", PAGE);
    let accepted = arm
        .patch(&profile_path(), &json!({ "properties": {} }))
        .await;
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(accepted.header("access-control-allow-credentials"), None);
    let exposed = accepted.header("access-control-expose-headers").unwrap();
    for name in [
        "Location",
        "Retry-After",
        "x-ms-request-id",
        "x-ms-ratelimit-remaining-tenant-writes",
    ] {
        assert!(exposed.split(", ").any(|known| known == name), "{exposed}");
    }
    // A page can also read errors and planned responses.
    let stranger = HttpClient::anonymous(emulator.partner_url()).with("origin", PAGE);
    let refused = stranger.get(&customer_path()).await;
    assert_eq!(
        (
            refused.status,
            refused.header("access-control-allow-origin")
        ),
        (401, Some(PAGE))
    );
    let exposed = refused.header("access-control-expose-headers").unwrap();
    assert!(
        exposed.contains("WWW-Authenticate") && exposed.contains("MS-CorrelationId"),
        "{exposed}"
    );
}

#[tokio::test]
async fn other_origins_and_the_control_api_get_no_cors_headers() {
    let plan = FaultPlan::new().fault(Fault::new().path("planned").status(503));
    let emulator = sample().cors(PAGE).faults(plan).start().await.unwrap();
    let partner = HttpClient::partner(&emulator);
    for origin in [
        "http://localhost:3001",
        "https://localhost:3000",
        "null",
        "",
        "http://LOCALHOST:3000",
    ] {
        let caller = partner.clone().with("origin", origin);
        let read = caller.get(&customer_path()).await;
        assert_eq!(
            (read.status, read.header("access-control-allow-origin")),
            (200, None),
            "{origin}"
        );
        let preflight = caller.with("access-control-request-method", "PUT");
        let refused = preflight.send("OPTIONS", &customer_path(), "").await;
        assert_eq!(
            (
                refused.status,
                refused.header("access-control-allow-origin")
            ),
            (405, None)
        );
    }
    let options = partner
        .clone()
        .with("origin", PAGE)
        .send("OPTIONS", &customer_path(), "")
        .await;
    assert_eq!(options.status, 405, "it is no preflight");
    let planned = partner.with("origin", PAGE).get("/planned").await;
    assert_eq!(
        (
            planned.status,
            planned.header("access-control-allow-origin")
        ),
        (503, Some(PAGE))
    );
    let control = HttpClient::anonymous(emulator.control_url()).with("origin", PAGE);
    let refused = control.get("/api/clock").await;
    assert_eq!(
        (
            refused.status,
            refused.header("access-control-allow-origin")
        ),
        (403, None)
    );
    let without = sample().start().await.unwrap();
    let read = HttpClient::partner(&without)
        .with("origin", PAGE)
        .get(&customer_path())
        .await;
    assert_eq!((read.status, read.header("vary")), (200, None));
    for origin in ["*", "null", "app.example.com", "https://a.example.com/path"] {
        let refused = Emulator::builder().cors(origin).start().await;
        assert!(
            matches!(refused, Err(Error::InvalidData { .. })),
            "{origin}"
        );
    }
}
