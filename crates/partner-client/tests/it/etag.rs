//! Which etag guards a write, and how it survives odd responses.

use billing_test::Script;
use insta::assert_snapshot;
use partner_client::IfMatch;

use crate::setup::{CUSTOMER, profile, rename, start};

/// Returns a profile with these `attributes` and headers.
fn stored(headers: &str, attributes: &str) -> Script {
    let body = format!(
        r#"{{"id":"8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e","companyName":"Contoso","attributes":{attributes}}}"#
    );
    Script::new(&format!("200 OK{headers}"), body)
}

/// The header and attributes of a response, and the etag that results.
const TABLE: [(&str, &str, Option<&str>); 19] = [
    ("", r#"{"etag":"10"}"#, Some("10")),
    ("\nETag: \"11\"", r#"{"etag":"10"}"#, Some("10")),
    ("\nETag: \"11\"", r#"{"etag":null}"#, Some("11")),
    ("\nETag: \"11\"", "{}", Some("11")),
    ("\nETag: \"11\"", "null", Some("11")),
    ("\netag: 11", "{}", Some("11")),
    ("\nETag: W/\"11\"", "{}", Some("W/\"11\"")),
    ("\nETag: \"11\"", r#"{"etag":""}"#, Some("11")),
    ("\nETag: \"11\"", r#"{"etag":"*"}"#, Some("11")),
    ("\nETag: *", "{}", None),
    ("\nETag: \"*\"", "{}", None),
    ("\nETag: \"\"", "null", None),
    ("", r#"{"etag":"a b"}"#, None),
    ("", r#"{"etag":"*"}"#, None),
    ("", r#"{"etag":12}"#, None),
    (
        "",
        r#"{"a":[1,2], "etag" : {"etag":"12"} ,"objectType":"x"}"#,
        None,
    ),
    ("", r#"{"etag":["12"]}"#, None),
    ("", r#"{"etag":true}"#, None),
    ("\nETag: \"11\"", r#"{"etag":-1.50}"#, Some("11")),
];

#[tokio::test]
async fn edit_is_guarded_by_a_usable_etag_or_refused() {
    for (headers, attributes, etag) in TABLE {
        let answers = vec![stored(headers, attributes), stored("", r#"{"etag":"20"}"#)];
        let (server, client) = start(answers).await;
        let outcome = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .send()
            .await;
        let received = server.received();
        let Some(etag) = etag else {
            let error = outcome.unwrap_err();
            assert!(error.is_protocol() && !error.may_have_taken_effect());
            assert_eq!(received.len(), 1, "{headers} {attributes}");
            continue;
        };
        outcome.unwrap();
        let quoted = if etag.starts_with("W/") {
            etag.to_owned()
        } else {
            format!("\"{etag}\"")
        };
        let sent = received[1].header("if-match");
        assert_eq!(sent, Some(quoted.as_str()), "{headers} {attributes}");
        let body: serde_json::Value = serde_json::from_str(&received[1].body).unwrap();
        assert_eq!(body["attributes"]["etag"], etag, "{headers} {attributes}");
    }
}

#[tokio::test]
async fn edit_without_if_match_sends_no_unusable_etag() {
    for (headers, attributes, etag) in TABLE {
        let answers = vec![stored(headers, attributes), stored("", r#"{"etag":"20"}"#)];
        let (server, client) = start(answers).await;
        let edit = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .without_if_match();
        edit.send().await.unwrap();
        let put = &server.received()[1];
        assert_eq!(put.header("if-match"), None, "{headers} {attributes}");
        let body: serde_json::Value = serde_json::from_str(&put.body).unwrap();
        let sent = body["attributes"]["etag"].as_str();
        assert_eq!(sent, etag, "{headers} {attributes}");
    }
}

#[tokio::test]
async fn invalid_etag_loses_nothing_else_of_the_profile() {
    let body =
        "\u{feff}{\"id\":\"p\",\"new\":1.10,\"attributes\":{\"etag\":12,\"x\":0.0},\"z\":\"12\"}";
    let (_server, client) = start(vec![Script::json(body)]).await;
    let read = client.get_customer_billing_profile(CUSTOMER).send().await;
    let read = serde_json::to_string(read.unwrap().body()).unwrap();
    for kept in ["1.10", "0.0", r#""z":"12""#] {
        assert!(read.contains(kept), "{read}");
    }
    assert!(!read.contains("etag"), "{read}");
}

#[tokio::test]
async fn edit_without_a_usable_etag_says_what_to_do() {
    let (_server, client) = start(vec![stored("", r#"{"etag":"*"}"#)]).await;
    let error = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .send()
        .await
        .unwrap_err();
    assert_snapshot!(error, @"the service answered 200 OK, but the profile has no usable etag, without which an edit could undo the change of someone else; to edit it anyway, leave If-Match out");
}

#[tokio::test]
async fn etag_header_fills_a_missing_etag() {
    let (_server, client) = start(vec![
        stored("\nETag: \"11\"", "null"),
        stored("\nETag: \"12\"", "{}"),
    ])
    .await;
    let read = client.get_customer_billing_profile(CUSTOMER).send().await;
    let read = read.unwrap().into_body();
    assert_eq!(
        read.attributes.as_ref().unwrap().etag.as_deref(),
        Some("11")
    );
    let update = client.update_customer_billing_profile(CUSTOMER, &read);
    let written = update.send().await.unwrap().into_body();
    assert_eq!(written.attributes.unwrap().etag.as_deref(), Some("12"));
}

#[tokio::test]
async fn etag_that_matches_everything_is_sent_only_on_purpose() {
    let mut read = profile();
    read.attributes.get_or_insert_default().etag = Some("*".to_owned());
    let (server, client) = start(vec![stored("", r#"{"etag":"20"}"#)]).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &read);
    let error = update.clone().send().await.unwrap_err();
    assert!(error.is_invalid_input());
    assert_snapshot!(error, @"the profile's etag is `*`, which would overwrite any change: use the etag that was read, or choose IfMatch::Never");
    assert_eq!(server.received().len(), 0);
    let on_purpose = update.with_if_match(IfMatch::Tag("*".to_owned()));
    on_purpose.send().await.unwrap();
    assert_eq!(server.received()[0].header("if-match"), Some("*"));
}

/// Responses to a PUT that cannot be read as a whole, but have an etag.
#[tokio::test]
async fn unreadable_member_does_not_lose_the_new_etag() {
    let json = |body: &str| Script::json(body);
    let xml = |body: &str| Script::new("200 OK\nContent-Type: application/xml", body);
    let table = [
        (
            json(r#"{"id":"p","email":{"odd":1},"attributes":{"etag":"12","x":[1]}}"#),
            Some("12"),
        ),
        (
            json("\u{feff}{\"email\":7,\"attributes\":{\"etag\":\"12\"}}"),
            Some("12"),
        ),
        (json(r#"{"email":7,"attributes":{"etag":"*"}}"#), None),
        (json(r#"{"email":7,"attributes":{"etag":12}}"#), None),
        (json(r#"{"email":7,"attributes":null}"#), None),
        (json(r#"["no profile"]"#), None),
        (
            Script::new(
                "200 OK\nETag: \"13\"",
                r#"{"email":7,"attributes":{"etag":12}}"#,
            ),
            Some("13"),
        ),
        (
            xml("<a:Other xmlns:a='x'><a:Attributes><a:Etag>12</a:Etag></a:Attributes></a:Other>"),
            Some("12"),
        ),
        (xml("<Other><Etag/></Other>"), None),
    ];
    for (answer, expected) in table {
        let (_server, client) = start(vec![answer]).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let error = update.send().await.unwrap_err();
        assert!(error.is_decode() && error.may_have_taken_effect());
        assert_eq!(error.etag(), expected);
    }
}
