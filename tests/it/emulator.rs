use billing_emulator::SAMPLE_CUSTOMER_ID;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;

use crate::support::{billing, in_time, redact};

#[tokio::test]
async fn it_says_in_one_line_where_it_is_and_serves_until_it_is_stopped() {
    let mut child = billing(["emulator"]).spawn();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = stdout.next_line().await.unwrap().unwrap();
    insta::assert_snapshot!(redact(&line), @r#"{"partner":"http://127.0.0.1:<port>","arm":"http://127.0.0.1:<port>","control":"http://127.0.0.1:<port>","token":"<hex>"}"#);
    let ready: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| ready[name].as_str().unwrap();

    let args = [
        "partner",
        "get",
        SAMPLE_CUSTOMER_ID,
        "--partner-endpoint",
        text("partner"),
    ];
    let got = billing(args).token(text("token")).run().await;
    assert_eq!((got.code, got.stderr.as_str()), (Some(0), ""));
    let args = ["arm", "list", "70023418", "--arm-endpoint", text("arm")];
    let listed = billing(args).token(text("token")).run().await;
    assert_eq!((listed.code, listed.stderr.as_str()), (Some(0), ""));

    #[cfg(unix)]
    {
        crate::interrupt::signal(&child, "TERM").await;
        let end = in_time(child.wait_with_output()).await.unwrap();
        assert_eq!(
            end.status.code(),
            Some(0),
            "to be stopped is what it is there for"
        );
        assert_eq!(
            stdout.next_line().await.unwrap(),
            None,
            "one line and no more"
        );
        let log = String::from_utf8(end.stderr).unwrap();
        assert!(!log.contains(text("token")), "{log}");
        insta::assert_snapshot!(redact(&log), @r#"
         INFO answered service=partner method="GET" path="/v1/customers/<customer>/profiles/billing" status=200
         INFO answered service=arm method="GET" path="/providers/Microsoft.Billing/billingAccounts/70023418/billingProfiles?api-version=2019-10-01-preview" status=200
        stopping when the requests in flight are answered; once more stops at once
        "#);
    }
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let shown = billing(["emulator", "--listen", "0.0.0.0:0"]).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: 0.0.0.0:0 is not a loopback address; listen on 127.0.0.1 or [::1]

    hint: an emulator is for this machine alone; reach it from another through a tunnel
    ");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let shown = billing(["emulator", "--listen", &address]).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: cannot listen on 127.0.0.1:<port> for partner; choose another port, or port 0 for any free one: Address already in use (os error)

    hint: with --listen 127.0.0.1:<port> each service takes a free port
    ");
}

#[tokio::test]
async fn an_address_without_a_port_is_refused() {
    let shown = billing(["emulator", "--listen", "127.0.0.1"]).run().await;
    insta::assert_snapshot!(shown.refused(2), @"
    error: invalid value '127.0.0.1' for '--listen <ADDRESS>': invalid socket address syntax

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn the_global_options_are_for_the_other_verbs() {
    let mut seen = String::new();
    for args in [&["emulator", "--yes"][..], &["demo", "--output", "json"]] {
        seen += &billing(args.iter().copied()).run().await.refused(2);
        seen.push('\n');
    }
    insta::assert_snapshot!(seen, @"
    error: `billing emulator` does not take --yes

    hint: leave it out: it brings services of its own
    error: `billing demo` does not take --output

    hint: leave it out: it brings services of its own
    ");
}
