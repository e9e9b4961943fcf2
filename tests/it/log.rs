//! What `-v` says.

use billing_emulator::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Token};

use crate::support::{billing, sample};

const CANARY: &str = "canary-token-of-the-log";

#[tokio::test]
async fn each_request_is_logged_on_stderr_and_the_data_stays_alone_on_stdout() {
    let emulator = sample().start().await.unwrap();
    let get = ["partner", "get", SAMPLE_CUSTOMER_ID, "--output=json"];
    let quiet = billing(get).at(&emulator).run().await;
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    for verbose in [&["-v"][..], &["-vv"], &["-vvv"], &["--verbose"]] {
        let args = get.iter().chain(verbose).copied();
        let shown = billing(args).at(&emulator).run().await;
        assert_eq!(shown.code, Some(0), "{}", shown.stderr);
        assert_eq!(shown.json(), quiet.json());
        for said in ["GetCustomerBillingProfile", "http.response.status_code=200"] {
            assert!(shown.stderr.contains(said), "{}", shown.stderr);
        }
        let is_debug = shown.stderr.contains("DEBUG");
        assert_eq!(is_debug, verbose[0].starts_with("-vv"), "{}", shown.stderr);
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
