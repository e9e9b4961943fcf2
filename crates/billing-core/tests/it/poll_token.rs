use billing_core::PollToken;
use billing_core::Poller;
use billing_core::http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::loopback::Answer;
use crate::setup;

const SIGNED: &str = "202 Accepted\nLocation: /operations/7?api-version=2&sig=s1gn3d";

#[tokio::test]
async fn a_token_is_one_line_of_versioned_json_and_reads_back() {
    let (server, transport, _clock) = setup::start(vec![Answer::new(SIGNED, "")]).await;
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport, &request, "a1")
        .await
        .unwrap();
    let token = poller.token().unwrap();
    let text = token.to_string();
    assert_snapshot!(text.replace(&server.origin(), "[origin]"), @r#"{"version":1,"origin":"[origin]","account":"a1","resource":"[origin]/accounts/a1/profiles/p1","location":"[origin]/operations/7?api-version=2&sig=s1gn3d","body_sha256":"dc4ddded7bb7a490546bdeb9b52ef221fc78ba4739b5d68fc0b1e4cdf9d85df0"}"#);
    assert_eq!(&text.parse::<PollToken>().unwrap(), token);
    assert_eq!(serde_json::from_str::<PollToken>(&text).unwrap(), *token);
    assert_eq!(token.account(), "a1");
    assert_eq!(token.origin(), server.origin());
    assert_eq!(token.resource().path(), "/accounts/a1/profiles/p1");
    assert!(token.is_for_body(br#"{"poNumber":"PO-1"}"#));
    assert!(!token.is_for_body(br#"{"poNumber":"PO-2"}"#));
    assert!(!format!("{token:?}").contains("s1gn3d"));
}

#[tokio::test]
async fn a_token_of_another_account_or_origin_is_refused_before_a_byte_is_sent() {
    let (first, transport, _clock) = setup::start(vec![Answer::new(SIGNED, "")]).await;
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport.clone(), &request, "a1")
        .await
        .unwrap();
    let token = poller.token().unwrap().clone();

    let (second, other, _clock) = setup::start(Vec::new()).await;
    let refused = Poller::<Value>::resume(other, token.clone()).unwrap_err();
    let text = refused.to_string();
    let text = text
        .replace(&first.origin(), "[first]")
        .replace(&second.origin(), "[second]");
    assert_snapshot!(text, @"the resume token is for [first], not for [second]: use the endpoint that the update was sent to");
    assert_eq!(second.received().len(), 0);

    // A location that was exchanged is no better than a foreign origin.
    let mut forged: Value = serde_json::to_value(&token).unwrap();
    forged["location"] = json!(format!("{}/stolen", second.origin()));
    let forged: PollToken = serde_json::from_value(forged).unwrap();
    assert!(
        Poller::<Value>::resume(transport, forged)
            .unwrap_err()
            .is_invalid_input()
    );
}

#[test]
fn text_that_is_no_token_is_refused_with_the_reason() {
    let refusal = |text: &str| {
        let error = text.parse::<PollToken>().unwrap_err();
        assert!(error.is_invalid_input());
        format!("{error}\n{}", std::error::Error::source(&error).unwrap())
    };
    assert_snapshot!(refusal("abc"), @r"
    this is not a resume token: give the whole line of JSON that was printed
    expected value at line 1 column 1
    ");
    // Whatever members another version has.
    let newer = r#"{"version":2,"place":"https://a.example"}"#.parse::<PollToken>().unwrap_err();
    assert!(newer.is_invalid_input());
    assert_snapshot!(newer, @"the resume token has version 2, this program reads version 1");
}
