//! Web pages of other origins cannot use the control API.

use crate::support::{HttpClient, sample, start};

#[tokio::test]
async fn request_from_another_origin_is_refused() {
    let emulator = sample().start().await.unwrap();
    let own = emulator.control_url().to_owned();
    let control = HttpClient::anonymous(&own);
    let other_port = emulator.arm_url();
    let foreign = [
        ("origin", "https://example.com"),
        ("origin", "null"),
        ("origin", other_port),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for (name, value) in foreign {
        for (method, path) in [
            ("GET", "/api/resources"),
            ("GET", "/api/events"),
            ("POST", "/api/reset"),
            ("GET", "/nowhere"),
        ] {
            let caller = control.clone().with(name, value);
            let response = caller.send(method, path, "").await;
            assert_eq!(response.status, 403, "{name}: {value}, {method} {path}");
            assert_eq!(response.header("access-control-allow-origin"), None);
        }
        let body = r#"{"advance_s":1}"#;
        let response = control.clone().with(name, value);
        assert_eq!(response.send("POST", "/api/clock", body).await.status, 403);
    }
    assert_eq!(emulator.now(), start(), "nothing was done");
}

#[tokio::test]
async fn own_page_and_programs_are_accepted() {
    let emulator = sample().start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    let own = control.clone().with("origin", emulator.control_url());
    let own = own.with("sec-fetch-site", "same-origin");
    let typed = control.clone().with("sec-fetch-site", "none");
    for caller in [&control, &own, &typed] {
        assert_eq!(caller.get("/api/resources").await.status, 200);
        assert_eq!(caller.send("POST", "/api/reset", "").await.status, 200);
        let moved = caller.send("POST", "/api/clock", r#"{"advance_s":1}"#);
        assert_eq!(moved.await.status, 200);
    }
    // Other sites may link to the page, which contains no data.
    let linked = control.with("sec-fetch-site", "cross-site");
    assert_eq!(linked.get("/").await.status, 200);
}

#[tokio::test]
async fn control_body_needs_a_json_content_type() {
    let emulator = sample().start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    let body = r#"{"advance_s":60}"#;
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let caller = control.clone().with("content-type", media_type);
        for path in ["/api/clock", "/api/reset"] {
            let response = caller.send("POST", path, body).await;
            let expected = r#"415 {"error":"a body needs Content-Type: application/json"}"#;
            assert_eq!(response.brief(), expected, "{media_type} {path}");
        }
    }
    assert_eq!(emulator.now(), start());
    let caller = control.with("content-type", "application/json; charset=utf-8");
    assert_eq!(caller.send("POST", "/api/clock", body).await.status, 200);
}

#[tokio::test]
async fn page_loads_nothing_from_other_origins() {
    let emulator = sample().start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let response = control.get(path).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), Some(content_type));
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        let policy =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        assert_eq!(response.header("content-security-policy"), Some(policy));
        let text = response.body.replace("http://www.w3.org/2000/svg", "");
        assert!(
            !text.contains("://") && !text.contains("innerHTML"),
            "{path}"
        );
        assert!(
            !text.contains("style=") && !text.contains("onclick="),
            "{path}"
        );
    }
}
