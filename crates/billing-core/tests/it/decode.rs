//! JSON is decoded, and an error names the path and no value.

use std::fmt::Write as _;

use billing_core::decode;
use insta::assert_snapshot;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    properties: Option<Properties>,
    #[serde(flatten)]
    rest: std::collections::BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    invoice_day: Option<i64>,
    display_name: Option<String>,
    sections: Option<Vec<Section>>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Section {
    name: String,
}

/// Returns the message, path and cause of a decode error.
fn refusal(json: impl AsRef<[u8]>) -> String {
    let error = decode::<Profile>(json.as_ref()).unwrap_err();
    assert!(error.is_decode());
    assert!(!error.may_have_taken_effect());
    let cause = std::error::Error::source(&error).unwrap();
    format!("{error}\n{:?}\n{cause}", error.json_path())
}

#[test]
fn a_byte_order_mark_is_harmless() {
    let json = "{\"properties\":{\"invoiceDay\":5}}";
    let with_mark = format!("\u{feff}{json}");
    assert_eq!(
        decode::<Profile>(with_mark.as_bytes()).unwrap(),
        decode::<Profile>(json.as_bytes()).unwrap()
    );
}

#[test]
fn a_wrong_kind_is_named_by_its_path_and_not_by_its_value() {
    let text = r#"{"properties":{"invoiceDay":"Jane Roe, expected nobody"}}"#;
    assert_snapshot!(refusal(text), @r#"
    could not read the JSON at `properties.invoiceDay`
    Some("properties.invoiceDay")
    invalid type: string, expected i64 at line 1 column 55
    "#);
    assert_snapshot!(refusal(r#"{"properties":{"sections":[{"name":"a"},{"name":7}]}}"#), @r#"
    could not read the JSON at `properties.sections[1].name`
    Some("properties.sections[1].name")
    invalid type: integer, expected a string at line 1 column 49
    "#);
    assert_snapshot!(refusal(r#"{"properties":{"sections":[{}]}}"#), @r#"
    could not read the JSON at `properties.sections[0]`
    Some("properties.sections[0]")
    missing field `name` at line 1 column 29
    "#);
    assert_snapshot!(refusal(r#"{"properties":[]}"#), @r#"
    could not read the JSON at `properties`
    Some("properties")
    invalid length 0, expected struct Properties with 3 elements at line 1 column 16
    "#);
    assert_snapshot!(refusal(r#"["Jane Roe"]"#), @r"
    could not read the JSON
    None
    invalid type: sequence, expected struct Profile at line 1 column 0
    ");
}

#[test]
fn text_that_is_no_json_is_refused() {
    assert_snapshot!(refusal(""), @r"
    could not read the JSON
    None
    EOF while parsing a value at line 1 column 0
    ");
    assert_snapshot!(refusal("<html>Jane Roe</html>"), @r"
    could not read the JSON
    None
    expected value at line 1 column 1
    ");
    assert_snapshot!(refusal(r#"{"properties":{"invoiceDay":5}"#), @r"
    could not read the JSON
    None
    EOF while parsing an object at line 1 column 30
    ");
    assert_snapshot!(refusal(r#"{"properties":null} Jane Roe"#), @r"
    could not read the JSON
    None
    trailing characters at line 1 column 21
    ");
    assert_snapshot!(refusal(b"{\"properties\":{\"displayName\":\"\xff\"}}"), @r#"
    could not read the JSON at `properties.displayName`
    Some("properties.displayName")
    invalid unicode code point at line 1 column 31
    "#);
}

#[test]
fn numbers_out_of_range_are_refused() {
    assert_snapshot!(refusal(r#"{"properties":{"invoiceDay":1e400}}"#), @r#"
    could not read the JSON at `properties.invoiceDay`
    Some("properties.invoiceDay")
    number out of range at line 1 column 33
    "#);
    assert_snapshot!(refusal(r#"{"properties":{"invoiceDay":NaN}}"#), @r#"
    could not read the JSON at `properties.invoiceDay`
    Some("properties.invoiceDay")
    expected value at line 1 column 29
    "#);
    assert_snapshot!(refusal(r#"{"properties":{"invoiceDay":99999999999999999999}}"#), @r#"
    could not read the JSON at `properties.invoiceDay`
    Some("properties.invoiceDay")
    invalid type: floating point, expected i64 at line 1 column 48
    "#);
}

#[test]
fn lone_surrogates_and_repeated_members_are_refused() {
    assert_snapshot!(refusal(r#"{"properties":{"displayName":"\ud800"}}"#), @r#"
    could not read the JSON at `properties.displayName`
    Some("properties.displayName")
    unexpected end of hex escape at line 1 column 37
    "#);
    assert_snapshot!(refusal(r#"{"properties":{"invoiceDay":1,"invoiceDay":2}}"#), @r#"
    could not read the JSON at `properties`
    Some("properties")
    duplicate field `invoiceDay` at line 1 column 42
    "#);
}

#[test]
fn a_repeated_member_is_named_only_if_its_name_is_a_word() {
    /// A model that keeps unknown members and refuses a duplicate one.
    #[derive(Debug)]
    struct Repeated;

    impl<'de> Deserialize<'de> for Repeated {
        fn deserialize<D: serde::Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
            let members = std::collections::BTreeMap::<String, u8>::deserialize(json)?;
            let name = members.into_keys().next().unwrap();
            Err(serde::de::Error::custom(format!(
                "duplicate field `{name}`"
            )))
        }
    }

    for (name, shown) in [
        ("page_size", "page_size"),
        ("jane.doe@contoso.example", "…"),
        ("a`b", "…"),
        ("", "…"),
    ] {
        let error = decode::<Repeated>(format!("{{\"{name}\":1}}").as_bytes()).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        let expected = format!("duplicate field `{shown}`");
        assert!(cause.starts_with(&expected), "{cause}");
    }
}

#[test]
fn ten_thousand_levels_are_refused_in_known_and_unknown_members() {
    let deep = "[".repeat(10_000);
    assert_snapshot!(refusal(format!(r#"{{"properties":{{"sections":{deep}"#)), @r#"
    could not read the JSON at `properties.sections[0][0]`
    Some("properties.sections[0][0]")
    invalid type: sequence, expected a string at line 1 column 28
    "#);
    assert_snapshot!(refusal(format!(r#"{{"unknown":{deep}"#)), @r#"
    could not read the JSON at `unknown[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][…`
    Some("unknown[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][…")
    recursion limit exceeded at line 1 column 138
    "#);
    let mut objects = String::new();
    for _ in 0..10_000 {
        write!(objects, r#"{{"unknown":"#).unwrap();
    }
    assert!(refusal(objects).contains("recursion limit exceeded"));
}

#[test]
fn fifty_megabytes_of_text_are_a_value_like_any_other() {
    let name = "x".repeat(50_000_000);
    let json = format!(r#"{{"properties":{{"displayName":"{name}"}}}}"#);
    let profile = decode::<Profile>(json.as_bytes()).unwrap();
    assert_eq!(
        profile.properties.unwrap().display_name.unwrap().len(),
        name.len()
    );
    let in_a_wrong_place = refusal(format!(r#"{{"properties":{{"invoiceDay":"{name}"}}}}"#));
    assert!(in_a_wrong_place.len() < 500);
}

#[test]
fn a_member_s_name_that_is_no_word_is_not_repeated() {
    let long = "x".repeat(100_000);
    for name in [
        "jane@contoso.example",
        "Jane Roe",
        "J\u{e9}r\u{f4}me",
        "",
        &long,
    ] {
        let text = format!(r#"{{"new":{{"{name}":{{"since":tru}}}}}}"#);
        let error = decode::<Profile>(text.as_bytes()).unwrap_err();
        assert_eq!(error.json_path(), Some("new.….since"), "{name}");
    }
}

#[tokio::test]
async fn answer_about_another_resource_is_an_error_of_its_own() {
    use billing_core::http::Method;
    use billing_core::pipeline;

    let body = r#"{"id":"/another","name":"canary"}"#;
    for (method, is_write) in [(Method::GET, false), (Method::PUT, true)] {
        let (_server, transport, _clock) =
            crate::setup::start(vec![billing_test::Script::json(body)]).await;
        let request = crate::setup::request(&transport, method);
        let read = |_: Option<&str>, _: &[u8]| Err::<(), _>(pipeline::other_resource());
        let error = transport.fetch_with(&request, read).await.unwrap_err();
        assert!(error.is_other_resource() && !error.is_decode() && !error.is_protocol());
        assert_eq!(error.may_have_taken_effect(), is_write);
        assert_eq!(error.status().unwrap().as_u16(), 200);
        assert!(error.request_id().is_some());
        // After a write, the caller reads the resource anyway.
        let document = (!is_write).then_some(body.as_bytes());
        assert_eq!(error.document(), document);
        let printed = format!("{error} {error:?} {error:#?}");
        assert!(
            !printed.contains("canary") && !printed.contains("99, 97, 110"),
            "{printed}"
        );
    }
}
