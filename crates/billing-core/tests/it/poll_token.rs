//! A resume token survives as text, and is bound to its write.

use billing_core::PollToken;
use billing_core::Poller;
use billing_core::http::Method;
use billing_test::Script;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::setup;

const SIGNED: &str = "202 Accepted\nLocation: /operations/7?api-version=2&sig=s1gn3d";

/// As long as they are at Resource Manager.
const ACCOUNT: &str =
    "1f434626-12ea-5b95-a1b2-0123456789ab:d0f4c360-b456-4f3e-9a0b-fedcba987654_2019-05-31";

#[tokio::test]
async fn token_is_one_short_word_and_reads_back() {
    let location = "202 Accepted\nLocation: {origin}/providers/Microsoft.Billing/billingAccounts/\
        1f434626-12ea-5b95-a1b2-0123456789ab:d0f4c360-b456-4f3e-9a0b-fedcba987654_2019-05-31/operationResults/\
        patchBillingProfile_6a1bb3c5-3c2d-4f6a-8f3c-0f1e2d3c4b5a?api-version=2019-10-01-preview&sig=s1gn3d";
    let (server, transport, _clock) = setup::start(vec![Script::new(location, "")]).await;
    let path = [
        "providers",
        "Microsoft.Billing",
        "billingAccounts",
        ACCOUNT,
        "billingProfiles",
        "PBFV-Q75O-BG7-TGB",
    ];
    let mut url = transport.endpoint().join(path).unwrap();
    url.set_query(Some("api-version=2019-10-01-preview"));
    let mut request = transport.request(Method::PATCH, url.clone());
    let update = |po: &str, opt: bool| json!({ "properties": { "poNumber": po, "displayName": "Ada", "invoiceEmailOptIn": opt } });
    request.set_json(&update("PO-1", true)).unwrap();
    request.set_before(std::sync::Arc::new(update("PO-0", false)));
    let poller = Poller::<Value>::begin(transport, &request, ACCOUNT, |_, _| false).await;
    let poller = poller.unwrap();
    let token = poller.token().unwrap();
    let text = token.to_string();
    assert!(text.len() < 300, "{} characters: {text}", text.len());
    let is_in_a_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    assert!(text.bytes().all(is_in_a_word), "{text}");
    assert!(
        text.starts_with('A'),
        "a command takes a `-` for an option: {text}"
    );
    assert_eq!(&text.parse::<PollToken>().unwrap(), token);
    assert_eq!(&format!(" {text}\n").parse::<PollToken>().unwrap(), token);
    let quoted = serde_json::to_string(token).unwrap();
    assert_eq!(quoted, format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<PollToken>(&quoted).unwrap(), *token);
    assert_eq!(token.account(), ACCOUNT);
    assert_eq!(token.origin(), server.origin());
    assert_eq!(*token.resource(), url);
    // What it asks for, in whatever form it is written.
    assert!(token.is_for_body(update("PO-1", true).to_string().as_bytes()));
    for other in [
        update("PO-2", true),
        update("PO-1", false),
        json!({}),
        json!({ "properties": { "poNumber": "PO-1" } }),
    ] {
        assert!(!token.is_for_body(other.to_string().as_bytes()), "{other}");
    }
    assert!(!token.is_for_body(b"no json"));
    let printed = format!("{token:?} {token:#?}");
    assert!(!printed.contains("s1gn3d"), "{printed}");
    // No two tokens of the same update can be compared.
    let (_server, transport, _clock) = setup::start(vec![Script::new(location, "")]).await;
    let again = Poller::<Value>::begin(transport, &request, ACCOUNT, |_, _| false).await;
    assert!(again.is_err() || again.unwrap().token().unwrap().to_string() != text);
}

#[tokio::test]
async fn token_of_any_update_comes_back_as_it_was() {
    let long: Vec<_> = (0..100)
        .map(|number| json!({ "sku": number, "": null }))
        .collect();
    for (account, update) in [
        ("a1", json!({})),
        (
            "another",
            json!({ "a.b": 1, "a": { "b": null, "": "x" }, "caf\u{e9}": ["\u{1f600}", 1.5, {}] }),
        ),
        (
            "caf\u{e9}",
            json!({ "plans": [{ "sku": "1", "of": [[]] }], "n": [] }),
        ),
        ("a1", json!({ "plans": long })),
    ] {
        let (_server, transport, _clock) = setup::start(vec![Script::new(SIGNED, "")]).await;
        let mut request = setup::request(&transport, Method::PATCH);
        request.set_json(&update).unwrap();
        let poller = Poller::<Value>::begin(transport, &request, account, |_, _| false).await;
        let token = poller.unwrap().token().unwrap().clone();
        let read: PollToken = token.to_string().parse().unwrap();
        assert_eq!(read, token, "{update}");
        assert_eq!(read.account(), account);
        assert!(read.is_for_body(update.to_string().as_bytes()), "{update}");
        assert!(!read.is_for_body(br#"{"other":1}"#), "{update}");
        read.require_write(&request).unwrap();
    }
}

#[test]
fn json_token_of_earlier_versions_is_still_read() {
    let json = setup::json_token("https://a.example").to_string();
    let token: PollToken = json.parse().unwrap();
    assert_eq!(serde_json::from_str::<PollToken>(&json).unwrap(), token);
    assert_eq!(token.account(), "a1");
    assert_eq!(token.origin(), "https://a.example");
    assert!(token.is_for_body(br#"{"poNumber":"PO-1"}"#));
    assert!(!token.is_for_body(br#"{"poNumber": "PO-1"}"#));
    // From then on it is a word.
    let word = token.to_string();
    assert_eq!(word.parse::<PollToken>().unwrap(), token);
}

#[test]
fn damaged_words_are_refused() {
    let token: PollToken = setup::json_token("https://a.example")
        .to_string()
        .parse()
        .unwrap();
    let word = token.to_string();
    let refuse = |text: &str| {
        let error = text.parse::<PollToken>().unwrap_err();
        assert!(
            error.is_invalid_input() && !error.may_have_taken_effect(),
            "{text}"
        );
        error.to_string()
    };
    for end in 0..word.len() {
        refuse(&word[..end]);
        refuse(&word[end + 1..]);
        let mut changed = word.clone().into_bytes();
        changed[end] = if changed[end] == b'x' { b'y' } else { b'x' };
        refuse(str::from_utf8(&changed).unwrap());
    }
    refuse(&format!("{word}{word}"));
    refuse(&"A".repeat(100_000));
    let message = refuse("hello");
    assert_eq!(
        message,
        "this is not a resume token, or only a part of one: give the whole word that was printed"
    );
}

#[tokio::test]
async fn token_of_another_account_or_origin_sends_nothing() {
    let (first, transport, _clock) = setup::start(vec![Script::new(SIGNED, "")]).await;
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport.clone(), &request, "a1", |_, _| false)
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
        let mut forged = setup::json_token(&first.origin());
        forged[member] = json!(value);
        let forged: PollToken = serde_json::from_value(forged).unwrap();
        let forged: PollToken = forged.to_string().parse().unwrap();
        let refused = Poller::<Value>::resume(transport.clone(), forged).unwrap_err();
        assert!(refused.is_invalid_input(), "{member} {value}");
    }
    // A resource at home is for the client to judge, who knows what its resources are.
    let mut other = setup::json_token(&first.origin());
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
async fn token_of_another_resource_or_body_is_refused() {
    let (server, transport, _clock) = setup::start(vec![Script::new(SIGNED, "")]).await;
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport.clone(), &request, "a1", |_, _| false).await;
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
    the resume token is for another update of the same resource: it asked for other changes
    ");
    for error in [other_profile, other_account, other_body] {
        assert!(error.is_invalid_input() && !error.may_have_taken_effect());
    }
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_token_of_a_style_that_is_not_known_is_refused() {
    let token = r#"{"version":1,"origin":"https://a.example","account":"a1","resource":"https://a.example/p","style":"carrierPigeon","location":"https://a.example/op","body_sha256":"dc4ddded7bb7a490546bdeb9b52ef221fc78ba4739b5d68fc0b1e4cdf9d85df0"}"#;
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
    assert_snapshot!(refusal("{abc"), @r"
    this is not a resume token: give the whole line of JSON that was printed
    key must be a string at line 1 column 2
    ");
    // Whatever members another version has.
    let newer = r#"{"version":2,"place":"https://a.example"}"#.parse::<PollToken>().unwrap_err();
    assert!(newer.is_invalid_input());
    assert_snapshot!(newer, @"the resume token has version 2, which this program does not read: use the program that printed it, or a newer one");
    let token = r#"{"version":1,"origin":"https://a.example","account":"a1","resource":"https://a.example/p","style":"location","location":"https://a.example/op","body_sha256":"dc4ddded7bb7a490546bdeb9b52ef221fc78ba4739b5d68fc0b1e4cdf9d85df0"}"#;
    token.parse::<PollToken>().unwrap();
    for digest in ["", "00", &"g".repeat(64), &"\u{e9}".repeat(32)] {
        let mut other: Value = serde_json::from_str(token).unwrap();
        other["body_sha256"] = json!(digest);
        let error = other.to_string().parse::<PollToken>().unwrap_err();
        assert!(error.is_invalid_input(), "{digest}");
    }
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
