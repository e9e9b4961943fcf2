//! Tests of resume tokens: they survive as text, and are bound to their write.

use billing_core::http::Method;
use billing_core::{PollToken, Poller};
use billing_test::{Script, TOKEN_VERSION, token_of_text, token_word};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::setup;

const SIGNED: &str = "202 Accepted\nLocation: /operations/7?api-version=2&sig=s1gn3d";

/// An account id as long as those of Resource Manager.
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
    // The same changes are recognised however the body is written.
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
    // Two tokens of the same update differ.
    let (_server, transport, _clock) = setup::start(vec![Script::new(location, "")]).await;
    let again = Poller::<Value>::begin(transport, &request, ACCOUNT, |_, _| false).await;
    assert!(again.is_err() || again.unwrap().token().unwrap().to_string() != text);
}

#[tokio::test]
async fn token_of_any_update_is_read_back_unchanged() {
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
fn token_with_a_hash_of_the_body_compares_byte_for_byte() {
    let token = setup::token(&setup::token_fields("https://a.example"));
    assert_eq!(token.account(), "a1");
    assert_eq!(token.origin(), "https://a.example");
    assert!(token.is_for_body(br#"{"poNumber":"PO-1"}"#));
    assert!(!token.is_for_body(br#"{"poNumber": "PO-1"}"#));
    let word = token.to_string();
    assert_eq!(word.parse::<PollToken>().unwrap(), token);
}

#[test]
fn damaged_words_are_refused() {
    let token = setup::token(&setup::token_fields("https://a.example"));
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
        "not a complete resume token: pass the whole word that was printed"
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

    // A token with forged URLs is refused like one of another origin.
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
        ("kind", "readBack".to_owned()),
        ("kind", "resource".to_owned()),
    ] {
        let mut forged = setup::token_fields(&first.origin());
        forged[member] = json!(value);
        let forged: PollToken = setup::token(&forged).to_string().parse().unwrap();
        let refused = Poller::<Value>::resume(transport.clone(), forged).unwrap_err();
        assert!(refused.is_invalid_input(), "{member} {value}");
    }
    // Another resource on the same origin is refused by the client, which knows the request.
    let mut other = setup::token_fields(&first.origin());
    other["resource"] = json!(at_home);
    let other = setup::token(&other);
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
    // Resource Manager ignores the letter case of paths.
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
fn token_with_an_unknown_link_kind_is_refused() {
    let mut fields = setup::token_fields("https://a.example");
    for (kind, is_known) in [
        (json!("carrierPigeon"), false),
        (json!("asyncOperation"), true),
        (Value::Null, false),
    ] {
        fields["kind"] = kind;
        let token = token_word(&fields).parse::<PollToken>();
        match token {
            Ok(_) => assert!(is_known, "{fields}"),
            Err(error) => assert!(error.is_invalid_input() && !is_known, "{fields}"),
        }
    }
}

#[test]
fn text_that_is_not_a_token_is_refused_with_the_reason() {
    let refusal = |text: &str| {
        let error = text.parse::<PollToken>().unwrap_err();
        assert!(error.is_invalid_input());
        error.to_string()
    };
    let not_a_token = refusal("hello");
    assert_eq!(refusal("{abc"), not_a_token);
    assert_eq!(refusal(r#"{"version":1}"#), not_a_token);
    // Another version may have any members.
    for version in [0, 1, 2, 4, 255] {
        let newer = token_of_text(version, r#"{"place":"https://a.example"}"#);
        assert_eq!(
            refusal(&newer),
            format!(
                "the resume token has version {version}, which this program does not read: use the program \
                 that printed it, or a newer one"
            )
        );
    }
    let digest = "A".repeat(43);
    let text = format!(
        r#"{{"k":"location","o":"https://a.example","r":"/p","l":[0,"https://a.example/op"],"a":1,"u":"{digest}"}}"#
    );
    let read = |text: &str| token_of_text(TOKEN_VERSION, text).parse::<PollToken>();
    assert_eq!(read(&text).unwrap().account(), "p");
    for other in [
        text.replace(&digest, ""),
        text.replace(&digest, "AAAA"),
        text.replace(&digest, &"!".repeat(43)),
        text.replace(&digest, &"\u{e9}".repeat(43)),
        text.replace("\"a\":1", "\"a\":2"),
        text.replace("[0,", "[4000,"),
        text.replace("https://a.example/op", "op"),
        format!("{text}{text}"),
        text.replace('{', ""),
    ] {
        assert_ne!(other, text);
        assert_eq!(
            read(&other).unwrap_err().to_string(),
            not_a_token,
            "{other}"
        );
    }
    let whole: Value = serde_json::from_str(&text).unwrap();
    for member in ["k", "o", "r", "l", "a", "u"] {
        let mut other = whole.clone();
        other.as_object_mut().unwrap().remove(member);
        assert_eq!(
            read(&other.to_string()).unwrap_err().to_string(),
            not_a_token,
            "{member}"
        );
    }
}
