//! Hostile documents are read, or end in an error with a location; none panics.

use billing_models::arm::{BillingProfile, BillingProfileProperties, BillingProfileUpdate};
use billing_models::partner::CustomerBillingProfile;

use crate::support::models::{Refusal, read, round_trip_text};
use crate::support::spec::{Type, types};

const DEPTH: usize = 10_000;
const LONG: usize = 50 << 20;

/// Returns `around` with `[[[…]]]` and `{"a":{"a":…}}` in place of `@`, each once closed and once
/// cut off.
fn deep(around: &str) -> Vec<String> {
    let list = ("[".repeat(DEPTH), "]".repeat(DEPTH));
    let object = ("{\"a\":".repeat(DEPTH), "}".repeat(DEPTH));
    let closed =
        [&list, &object].map(|(open, close)| around.replace('@', &format!("{open}{close}")));
    let whole = around.replace('@', &format!("{}1{}", object.0, object.1));
    let (before, _) = around.split_once('@').unwrap();
    let cut = [&list, &object].map(|(open, _)| format!("{before}{open}"));
    closed.into_iter().chain([whole]).chain(cut).collect()
}

#[test]
fn depth_is_refused_in_unknown_members_with_their_path() {
    for document in deep(r#"{"properties":{"new":@}}"#) {
        let refusal = read::<BillingProfile>(document.as_bytes()).unwrap_err();
        assert_eq!(refusal.path, "properties.new");
        let is_cut_off = ["EOF while parsing", "expected value"]
            .iter()
            .any(|words| refusal.message.starts_with(words));
        let is_too_deep = refusal.message.starts_with("recursion limit exceeded");
        assert!(is_cut_off || is_too_deep, "{}", refusal.message);
    }
}

#[test]
fn every_type_refuses_documents_that_are_nested_too_deep() {
    for of in types() {
        for document in deep("@") {
            assert_refused(of, &document, ".");
        }
        for member in of.members() {
            for document in deep(&format!("{{\"{}\":@}}", member.name)) {
                assert_refused(of, &document, &member.name);
            }
        }
    }
}

fn assert_refused(of: &Type, document: &str, path: &str) {
    let refusal = round_trip_text(of, document.as_bytes()).unwrap_err();
    // The path of an error at the root is `.` or that of the first member or item.
    let found = refusal.path.starts_with(path)
        || path == "." && (refusal.path.starts_with("a") || refusal.path.starts_with("[0]"));
    assert!(found, "{}: {refusal}", of.name);
}

/// The models do not limit the size of a document: their caller does.
#[test]
fn fifty_megabytes_of_string_are_read_where_a_string_may_be() {
    let long = "x".repeat(LONG);
    let known: BillingProfile = read(format!(r#"{{"name":"{long}"}}"#).as_bytes()).unwrap();
    assert!(known.name.as_deref() == Some(&long));
    let unknown: BillingProfile = read(format!(r#"{{"new":"{long}"}}"#).as_bytes()).unwrap();
    assert!(unknown.additional_properties.text("new") == Some(&format!("\"{long}\"")));
    let value: BillingProfile =
        read(format!(r#"{{"properties":{{"status":"{long}"}}}}"#).as_bytes()).unwrap();
    assert!(value.properties.unwrap().status.unwrap().as_str() == long);
}

#[test]
fn fifty_megabytes_of_string_are_refused_with_their_path() {
    let long = "x".repeat(LONG);
    let path = |refusal: Refusal| refusal.path;
    let number = format!(r#"{{"properties":{{"invoiceDay":"{long}"}}}}"#);
    assert_eq!(
        path(read::<BillingProfile>(number.as_bytes()).unwrap_err()),
        "properties.invoiceDay"
    );
    let cut_off = format!(r#"{{"email":"{long}"#);
    assert_eq!(
        path(read::<CustomerBillingProfile>(cut_off.as_bytes()).unwrap_err()),
        "email"
    );
    let name = format!(r#"{{"{long}":1}}"#);
    assert!(path(read::<BillingProfileUpdate>(name.as_bytes()).unwrap_err()) == long);
}

#[test]
fn the_deepest_unknown_member_is_read_and_one_level_more_is_not() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let document = |depth| {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            format!(r#"{{"new":{open}1{close}}}"#)
        };
        let profile: BillingProfile = read(document(120).as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&profile).unwrap(), document(120));
        serde_json::from_str::<serde_json::Value>(&document(120)).expect("others read it, too");
        assert_eq!(
            read::<BillingProfile>(document(121).as_bytes())
                .unwrap_err()
                .path,
            "new"
        );
    }
}

/// Comparing each pair of names would take hours.
#[test]
fn a_hundred_thousand_names_are_told_apart() {
    let names: String = (0..100_000).map(|name| format!(r#""{name}":0,"#)).collect();
    for document in [
        format!("{{{names}@}}"),
        format!(r#"{{"new":{{{names}@}}}}"#),
    ] {
        read::<BillingProfile>(document.replace('@', r#""x":0"#).as_bytes()).unwrap();
        let twice = document.replace('@', r#""\u0037":0"#);
        let refusal = read::<BillingProfile>(twice.as_bytes()).unwrap_err();
        assert!(
            refusal.message.starts_with("duplicate field `7`"),
            "{refusal}"
        );
    }
}

/// No Rust string can have an unpaired surrogate; unknown members keep it in their text.
#[test]
fn lone_surrogates_are_kept_in_unknown_values_only() {
    for text in [
        r"\ud800",
        r"\udfff",
        r"\ud800x",
        r"\ud800\u0041",
        r"\ud800\ud800",
    ] {
        let known = format!(r#"{{"name":"{text}"}}"#);
        assert_eq!(
            read::<BillingProfile>(known.as_bytes()).unwrap_err().path,
            "name",
            "{text}"
        );
        let value = format!(r#"{{"status":"{text}"}}"#);
        let refusal = read::<BillingProfileProperties>(value.as_bytes()).unwrap_err();
        assert_eq!(refusal.path, "status", "{text}");
        let unknown = format!(r#"{{"new":{{"{text}":["{text}"]}}}}"#);
        let profile: BillingProfile = read(unknown.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&profile).unwrap(), unknown);
        // A name with one cannot be shown.
        let name = format!(r#"{{"{text}":1}}"#);
        assert_eq!(
            read::<BillingProfile>(name.as_bytes()).unwrap_err().path,
            "?",
            "{text}"
        );
    }
}

#[test]
fn escapes_that_json_does_not_have_are_refused() {
    for text in [r"\ud8", r"\u{41}", r"\x41"] {
        for (document, path) in [
            (format!(r#"{{"name":"{text}"}}"#), "name"),
            (format!(r#"{{"new":{{"a":["{text}"]}}}}"#), "new"),
            (format!(r#"{{"new":{{"{text}":1}}}}"#), "new"),
            (format!(r#"{{"{text}":1}}"#), "?"),
        ] {
            assert_eq!(
                read::<BillingProfile>(document.as_bytes())
                    .unwrap_err()
                    .path,
                path,
                "{text}"
            );
        }
    }
}

#[test]
fn a_surrogate_pair_is_one_character() {
    let pair: BillingProfile = read(br#"{"name":"\ud83d\ude00"}"#).unwrap();
    assert_eq!(pair.name.as_deref(), Some("\u{1f600}"));
}

#[test]
fn bytes_that_are_not_utf_8_are_refused() {
    for bytes in [
        &b"\xff"[..],
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x82",
    ] {
        let known = [br#"{"name":""#, bytes, br#""}"#].concat();
        assert_eq!(read::<BillingProfile>(&known).unwrap_err().path, "name");
        let unknown = [br#"{"new":[""#, bytes, br#""]}"#].concat();
        assert_eq!(read::<BillingProfile>(&unknown).unwrap_err().path, "new");
        let outside = [bytes, b"{}"].concat();
        assert_eq!(read::<BillingProfile>(&outside).unwrap_err().path, ".");
    }
}

#[test]
fn control_characters_are_refused_raw_and_kept_escaped() {
    let raw = read::<BillingProfile>(b"{\"name\":\"a\0b\"}").unwrap_err();
    assert_eq!(raw.path, "name");
    let escaped: BillingProfile = read(br#"{"name":"a\u0000b"}"#).unwrap();
    assert_eq!(escaped.name.as_deref(), Some("a\0b"));
    let written = serde_json::to_string(&escaped).unwrap();
    assert_eq!(written, r#"{"name":"a\u0000b"}"#);
}

#[test]
fn unknown_members_refuse_numbers_that_json_does_not_have() {
    for number in [
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "01",
        "1.",
        ".5",
        "+1",
        "1_000",
    ] {
        let document = format!(r#"{{"new":[{number}]}}"#);
        let refusal = read::<BillingProfile>(document.as_bytes()).unwrap_err();
        assert_eq!(refusal.path, "new", "{number}: {refusal}");
    }
}

#[test]
fn every_cut_of_a_document_is_refused() {
    let document = br#"{"name":"p\u00e9","properties":{"invoiceDay":5,"new":[1.5,{"a":null}]}}"#;
    read::<BillingProfile>(document).unwrap();
    for end in 0..document.len() {
        assert!(read::<BillingProfile>(&document[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_byte_order_mark_is_refused_unless_stripped_as_documented() {
    let bytes = b"\xEF\xBB\xBF{\"email\":\"ada@example.com\"}";
    assert_eq!(read::<CustomerBillingProfile>(bytes).unwrap_err().path, ".");
    let recipe = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let profile: CustomerBillingProfile = read(recipe).unwrap();
    assert_eq!(profile.email.as_deref(), Some("ada@example.com"));
}
