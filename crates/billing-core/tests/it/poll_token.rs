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
    let poller = Poller::<Value>::begin(transport, &request, "a1", |_| false)
        .await
        .unwrap();
    let token = poller.token().unwrap();
    let text = token.to_string();
    assert_snapshot!(text.replace(&server.origin(), "[origin]"), @r#"{"version":1,"origin":"[origin]","account":"a1","resource":"[origin]/accounts/a1/profiles/p1","style":"location","location":"[origin]/operations/7?api-version=2&sig=s1gn3d","body_sha256":"dc4ddded7bb7a490546bdeb9b52ef221fc78ba4739b5d68fc0b1e4cdf9d85df0"}"#);
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
    let poller = Poller::<Value>::begin(transport.clone(), &request, "a1", |_| false)
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

    // What was exchanged is no better than a foreign origin.
    let elsewhere = format!("{}/stolen", second.origin());
    let at_home = format!("{}/accounts/a1/profiles/p2", first.origin());
    for (member, value) in [
        ("location", elsewhere.clone()),
        ("resource", elsewhere),
        (
            "location",
            first.origin().replace("http://", "http://user@"),
        ),
        ("location", token.resource().to_string()),
        ("style", "readBack".to_owned()),
        ("style", "resource".to_owned()),
    ] {
        let mut forged: Value = serde_json::to_value(&token).unwrap();
        forged[member] = json!(value);
        let forged: PollToken = serde_json::from_value(forged).unwrap();
        let refused = Poller::<Value>::resume(transport.clone(), forged).unwrap_err();
        assert!(refused.is_invalid_input(), "{member} {value}");
    }
    // A resource at home is for the client to judge, who knows what its resources are.
    let mut other: Value = serde_json::to_value(&token).unwrap();
    other["resource"] = json!(at_home);
    let other: PollToken = serde_json::from_value(other).unwrap();
    assert!(
        other
            .require_write(&request)
            .unwrap_err()
            .is_invalid_input()
    );
    assert_eq!(first.received().len(), 1);
}

#[tokio::test]
async fn a_token_is_told_from_that_of_another_resource_and_another_body() {
    let (server, transport, _clock) = setup::start(vec![Answer::new(SIGNED, "")]).await;
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport.clone(), &request, "a1", |_| false).await;
    let poller = poller.unwrap();
    let token = poller.token().unwrap();
    token.require_write(&request).unwrap();

    let write = |path: [&str; 4], po_number: &str| {
        let url = transport.endpoint().join(path).unwrap();
        let mut request = transport.request(Method::PATCH, url);
        request.set_json(&json!({ "poNumber": po_number })).unwrap();
        token.require_write(&request)
    };
    let ours = ["accounts", "a1", "profiles", "p1"];
    write(ours, "PO-1").unwrap();
    // Resource Manager does not tell letters apart by their case.
    write(["Accounts", "A1", "profiles", "p1"], "PO-1").unwrap();
    let other_profile = write(["accounts", "a1", "profiles", "p2"], "PO-1").unwrap_err();
    let other_account = write(["accounts", "a2", "profiles", "p1"], "PO-1").unwrap_err();
    let other_body = write(ours, "PO-2").unwrap_err();
    assert_snapshot!(format!("{other_profile}\n{other_account}\n{other_body}"), @"
    the resume token is for /accounts/a1/profiles/p1, not for /accounts/a1/profiles/p2
    the resume token is for /accounts/a1/profiles/p1, not for /accounts/a2/profiles/p1
    the resume token is for another update of the same resource: its body was not this one
    ");
    for error in [other_profile, other_account, other_body] {
        assert!(error.is_invalid_input() && !error.may_have_taken_effect());
    }
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_token_of_a_style_that_is_not_known_is_refused() {
    let token = r#"{"version":1,"origin":"https://a.example","account":"a1","resource":"https://a.example/p","style":"carrierPigeon","location":"https://a.example/op","body_sha256":"00"}"#;
    assert!(token.parse::<PollToken>().unwrap_err().is_invalid_input());
    let known = token.replace("carrierPigeon", "asyncOperation");
    assert!(known.parse::<PollToken>().is_ok());
    let without = token.replace(r#""style":"carrierPigeon","#, "");
    assert!(without.parse::<PollToken>().unwrap_err().is_invalid_input());
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
    let token = r#"{"version":1,"origin":"https://a.example","account":"a1","resource":"https://a.example/p","style":"location","location":"https://a.example/op","body_sha256":"00"}"#;
    token.parse::<PollToken>().unwrap();
    for version in ["0", "2", "-1", "1.5", "\"1\"", "null", "4294967297"] {
        let other = token.replace("\"version\":1", &format!("\"version\":{version}"));
        let error = other.parse::<PollToken>().unwrap_err();
        assert!(error.is_invalid_input(), "{version}");
    }
    for member in [
        "version",
        "origin",
        "account",
        "resource",
        "location",
        "body_sha256",
    ] {
        let mut other: Value = serde_json::from_str(token).unwrap();
        other.as_object_mut().unwrap().remove(member);
        let error = other.to_string().parse::<PollToken>().unwrap_err();
        assert!(error.is_invalid_input(), "{member}");
    }
}
