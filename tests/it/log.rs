//! The log of `-v`.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Token};

use crate::support::stub::{Stub, response};
use crate::support::{billing, sample};

const CANARY: &str = "canary-token-of-the-log";

#[tokio::test]
async fn requests_are_logged_on_stderr_only() {
    let emulator = sample().start().await.unwrap();
    let get = ["partner", "get", SAMPLE_CUSTOMER_ID, "--output=json"];
    let quiet = billing(get).at(&emulator).run().await;
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    for verbose in [&["-v"][..], &["-vv"], &["-vvv"], &["--verbose"]] {
        let args = get.iter().chain(verbose).copied();
        let shown = billing(args).at(&emulator).run().await;
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        assert_eq!(shown.json(), quiet.json());
        let is_debug = verbose[0].starts_with("-vv");
        assert_eq!(shown.stderr.contains("DEBUG"), is_debug, "{}", shown.stderr);
        if is_debug {
            for said in ["GetCustomerBillingProfile", "http.response.status_code=200"] {
                assert!(shown.stderr.contains(said), "{}", shown.stderr);
            }
            continue;
        }
        let line = "GET /v1/customers/…/profiles/billing → 200 in ";
        let rest = shown.stderr.strip_prefix(line).unwrap();
        let (time, rest) = rest.split_once(" ms, ").unwrap();
        assert!(time.parse::<u32>().is_ok(), "{}", shown.stderr);
        assert_eq!(rest, "attempt 1\n");
    }
}

#[tokio::test]
async fn no_log_has_a_token_or_a_name() {
    let emulator = sample().token(Token::new(CANARY)).start().await.unwrap();
    let wrong = sample().start().await.unwrap();
    let partner = ["partner", "get", SAMPLE_CUSTOMER_ID];
    let arm = [
        "arm",
        "update",
        SAMPLE_ACCOUNT,
        SAMPLE_PROFILE,
        "--set=poNumber=PO-2041",
        "--yes",
    ];
    for args in [&partner[..], &arm] {
        let args = || args.iter().copied().chain(["-vvv"]);
        let shown = billing(args()).at(&emulator).run().await;
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        let refused = billing(args()).at(&wrong).token(CANARY).run().await;
        assert_eq!(refused.code, Some(1), "{}", refused.stderr);
        for log in [&shown.stderr, &refused.stderr] {
            assert!(log.contains("TRACE"), "{log}");
            for secret in [CANARY, "Lindqvist", "Example Avenue"] {
                assert!(!log.contains(secret), "{secret}: {log}");
            }
        }
    }
}

#[tokio::test]
async fn log_has_a_line_for_each_attempt() {
    let passing = response("503 Service Unavailable", &["retry-after: 0"], "");
    let profile = response("200 OK", &[], r#"{"id":"7"}"#);
    let server = Stub::start([passing.as_str(), "", profile.as_str()]).await;
    let args = ["partner", "get", SAMPLE_CUSTOMER_ID, "-v", "--retries=2"];
    let args = args.into_iter().chain(["--partner-endpoint", server.url()]);
    let shown = billing(args).token("t").run().await;
    let path = "GET /v1/customers/…/profiles/billing →";
    for (start, end) in [
        (" 503 in ", ", attempt 1"),
        (" the connection broke in ", ", attempt 2"),
        (" 200 in ", ", attempt 3"),
    ] {
        let start = format!("{path}{start}");
        let is_said = |line: &str| line.starts_with(&start) && line.ends_with(end);
        assert!(
            shown.stderr.lines().any(is_said),
            "{start}: {}",
            shown.stderr
        );
    }
}
