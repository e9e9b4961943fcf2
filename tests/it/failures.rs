//! Errors and hints of failed requests.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Token};
use tokio::net::TcpListener;

use crate::support::stub::{Stub, response};
use crate::support::{billing, sample};

const READS: [&[&str]; 2] = [
    &["partner", "get", SAMPLE_CUSTOMER_ID],
    &["arm", "get", SAMPLE_ACCOUNT, "profile-1"],
];

/// Returns the errors of both reads for a response.
async fn both(responses: &str) -> String {
    let mut seen = String::new();
    for read in READS {
        let server = Stub::start([responses]).await;
        let shown = billing(read.iter().copied())
            .at_url(server.url())
            .run()
            .await;
        seen += &shown.refused(1);
        seen += "\n\n";
    }
    seen
}

#[tokio::test]
async fn missing_token_is_explained() {
    let mut seen = String::new();
    for read in READS {
        seen += &billing(read.iter().copied()).run().await.refused(2);
        seen += "\n\n";
    }
    let [read, _] = READS;
    for (name, token) in [("OTHER", ""), ("OTHER", " \n"), ("OTHER", "Bearer abc")] {
        let args = read.iter().chain(&["--token-env", "OTHER"]);
        let shown = billing(args.copied())
            .env(name, token)
            .token("unused")
            .run()
            .await;
        seen += shown.refused(2).lines().next().unwrap();
        seen.push('\n');
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn token_may_end_in_a_line_end() {
    let emulator = sample().token(Token::new("abc")).start().await.unwrap();
    let args = [
        "arm",
        "list",
        SAMPLE_ACCOUNT,
        "--arm-endpoint",
        emulator.arm_url(),
    ];
    let shown = billing(args).token("abc\r\n").run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
}

#[tokio::test]
async fn refused_token_is_not_shown() {
    let emulator = sample().start().await.unwrap();
    let mut seen = String::new();
    for read in READS {
        let shown = billing(read.iter().copied())
            .at(&emulator)
            .token("secret-of-the-test");
        seen += &shown.run().await.refused(1);
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn unknown_id_is_named() {
    let emulator = sample().start().await.unwrap();
    let mut seen = String::new();
    for args in [
        &["partner", "get", "00000000-0000-0000-0000-000000000000"][..],
        &["partner", "get", "contoso"],
        &["arm", "get", SAMPLE_ACCOUNT, "nobody"],
        &["arm", "get", "it's mine", "nobody"],
        &["arm", "list", "nowhere"],
        &[
            "arm",
            "update",
            SAMPLE_ACCOUNT,
            "nobody",
            "--set=poNumber=1",
            "--yes",
        ],
    ] {
        let shown = billing(args.iter().copied()).at(&emulator).run().await;
        seen += &format!("$ billing {}\n{}\n\n", args.join(" "), shown.refused(1));
    }
    insta::assert_snapshot!(crate::support::redact(&seen));
}

#[tokio::test]
async fn invalid_id_is_refused_before_anything_is_sent() {
    let mut seen = String::new();
    for args in [&["partner", "get", ".."][..], &["arm", "list", ""]] {
        seen += &billing(args.iter().copied())
            .token("t")
            .run()
            .await
            .refused(2);
        seen += "\n\n";
    }
    insta::assert_snapshot!(seen, @r#"
    error: could not get the billing profile of customer ..: the customer id is `..`, which cannot be part of a URL's path

    hint: nothing was sent; correct the argument and run the command again

    error: could not list the billing profiles of billing account "": the name of the billing account is empty

    hint: nothing was sent; correct the argument and run the command again
    "#);
}

#[tokio::test]
async fn insecure_endpoint_is_refused() {
    let mut seen = String::new();
    for (option, url) in [
        ("--partner-endpoint", "http://example.com"),
        ("--partner-endpoint", "ftp://example.com"),
        ("--partner-endpoint", "example.com"),
        ("--partner-endpoint", "https://user:hush@example.com"),
    ] {
        let args = ["partner", "get", "c", option, url];
        seen += &billing(args).token("t").run().await.refused(2);
        seen += "\n\n";
    }
    let args = ["arm", "list", "a", "--emulator", "--cloud=china"];
    seen += &billing(args).run().await.refused(2);
    assert!(!seen.contains("hush"), "{seen}");
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn unreachable_service_is_named() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let [read, _] = READS;
    let shown = billing(read.iter().copied()).at_url(&url).run().await;
    insta::assert_snapshot!(shown.refused(1), @"
    error: could not get the billing profile of customer <customer>: could not connect to http://127.0.0.1:<port>: Connection refused (os error)

    hint: is `billing emulator` still running, and is http://127.0.0.1:<port> its address?
    ");
}

#[tokio::test]
async fn forbidden_names_the_required_role() {
    let body = r#"{"code":2032,"description":"Access denied"}"#;
    insta::assert_snapshot!(both(&response("403 Forbidden", &[], body)).await);
}

#[tokio::test]
async fn unauthorized_explains_a_missing_second_factor() {
    let body = r#"{"code":900421,"description":"MFA required"}"#;
    let server = Stub::start([response("401 Unauthorized", &[], body).as_str()]).await;
    let [read, _] = READS;
    let shown = billing(read.iter().copied())
        .at_url(server.url())
        .run()
        .await;
    insta::assert_snapshot!(shown.refused(1), @"
    error: could not get the billing profile of customer <customer>: the service answered 401 Unauthorized, code 900421
      service message: MFA required
      request id <guid>, correlation id <guid>

    hint: Partner Center requires multi-factor authentication: sign in with it and set BILLING_TOKEN to the new token
    ");
}

#[tokio::test]
async fn throttled_tells_how_long_to_wait() {
    let body =
        r#"{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds." }"#;
    let throttled = response("429 Too Many Requests", &["retry-after: 57"], body);
    insta::assert_snapshot!(both(&throttled).await);
}

#[tokio::test]
async fn server_error_is_explained() {
    let page = "<html>\u{1b}[2J bad gateway</html>";
    insta::assert_snapshot!(both(&response("502 Bad Gateway", &[], page)).await);
}

#[tokio::test]
async fn values_of_an_invalid_response_are_not_shown() {
    let body = r#"{"properties":{"address":"1 Private Lane"},"defaultAddress":"1 Private Lane"}"#;
    let seen = both(&response("200 OK", &[], body)).await;
    assert!(!seen.contains("Private"), "{seen}");
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn broken_connection_of_a_read_changed_nothing() {
    let [read, _] = READS;
    let server = Stub::start([""]).await;
    let shown = billing(read.iter().copied())
        .at_url(server.url())
        .run()
        .await;
    let said = shown.refused(1);
    // The message of the system depends on timing.
    assert!(said.starts_with("error: could not get the billing profile of customer <customer>: the connection to http://127.0.0.1:<port> broke"), "{said}");
}

#[tokio::test]
async fn transient_failures_are_retried_and_reported() {
    let passing = response("503 Service Unavailable", &["retry-after: 0"], "");
    let profile = response("200 OK", &[], r#"{"id":"7"}"#);
    let server = Stub::start([passing.as_str(), profile.as_str()]).await;
    let args = ["partner", "get", SAMPLE_CUSTOMER_ID, "--retries=1"];
    let args = args.iter().copied();
    let shown = billing(args.chain(["--partner-endpoint", server.url()])).token("t");
    insta::assert_snapshot!(shown.run().await, @"
    exit code: 0
    ----- stdout -----
    id  7
    ----- stderr -----
    the service answered 503 Service Unavailable; retrying in 0 s
    ");
}

#[tokio::test]
async fn real_services_are_reached_through_the_proxy() {
    let [read, _] = READS;
    let server = Stub::start([response("403 Forbidden", &[], "").as_str()]).await;
    let args = read.iter().copied().chain(["--retries=0"]);
    let proxied = billing(args).token("secret-of-the-test");
    let shown = proxied.env("HTTPS_PROXY", server.url()).run().await;
    let requests = server.requests();
    assert!(
        requests[0].starts_with("CONNECT api.partnercenter.microsoft.com:443 "),
        "{requests:?}"
    );
    assert!(!requests[0].contains("secret-of-the-test"), "{requests:?}");
    insta::assert_snapshot!(shown.refused(1), @"
    error: could not get the billing profile of customer <customer>: could not connect to https://api.partnercenter.microsoft.com: tunnel error: unsuccessful

    hint: nothing was sent; check the network, the proxy (HTTPS_PROXY) and --partner-endpoint
    ");
}

#[tokio::test]
async fn invalid_proxy_is_refused_and_not_shown() {
    let [read, _] = READS;
    let mut said = Vec::new();
    for proxy in ["http://hush:@", "socks5://hush:hush@127.0.0.1:1080"] {
        let shown = billing(read.iter().copied())
            .env("https_proxy", proxy)
            .token("t");
        said.push(shown.run().await.refused(2));
    }
    assert_eq!(said[0], said[1]);
    assert!(!said[0].contains("hush"), "{said:?}");
    insta::assert_snapshot!(said[0], @"
    error: the environment variable https_proxy is not the address of an HTTP proxy

    hint: set it to an address such as http://proxy.example:8080, or unset it
    ");
}

#[tokio::test]
async fn emulator_is_reached_without_the_proxy() {
    let emulator = sample().start().await.unwrap();
    let [read, _] = READS;
    for proxy in ["http://127.0.0.1:1", "socks5h://127.0.0.1:1"] {
        let shown = billing(read.iter().copied())
            .at(&emulator)
            .env("HTTPS_PROXY", proxy);
        assert_eq!(shown.run().await.code, Some(0), "{proxy}");
    }
}

#[tokio::test]
async fn update_read_as_json_patch_is_explained() {
    let emulator = sample().json_patch(true).start().await.unwrap();
    let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE];
    let args = args.into_iter().chain(["--set=poNumber=PO-2041", "--yes"]);
    let shown = billing(args).at(&emulator).run().await;
    insta::assert_snapshot!(shown.refused(1), @"
    changes for billing profile CNTS-0001-BG7-PGB in billing account <account> at http://127.0.0.1:<port>:
      poNumber  PO-1001 → PO-2041
    error: could not update the billing profile CNTS-0001-BG7-PGB: the service answered 400 Bad Request: it took the merge patch for a JSON Patch (RFC 6902)
      service message: One or more validation errors occurred.
      The JSON patch document was malformed and could not be parsed.
      request id <guid>, correlation id <guid>

    hint: nothing was changed; another --set cannot help: in this API version the service may read the update, a JSON merge patch, as a JSON Patch; make the change in the Azure portal
    ");
}
