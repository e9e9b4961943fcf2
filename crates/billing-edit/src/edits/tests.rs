//! Tests of edits: how they are read, and what they leave as it is.

use std::collections::BTreeMap;

use billing_models::Json;
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::edit::Edit;
use crate::edits::Edits;
use crate::error::{EditProblem, OverlapError};
use crate::kind::MemberKind;
use crate::service::Service::{Arm, Partner};

#[test]
fn text_is_taken_literally_and_other_kinds_are_json() {
    for (path, text, value) in [
        ("poNumber", "5", json!("5")),
        ("displayName", "", json!("")),
        ("properties.displayName", "null", json!("null")),
        ("invoiceEmailOptIn", " true", json!(true)),
        (
            "enabledAzurePlans",
            r#"[{"skuId":"1"}]"#,
            json!([{ "skuId": "1" }]),
        ),
        ("address", r#"{"city":null}"#, json!({ "city": null })),
    ] {
        let edit = Edit::parse_text(Arm, path, text).unwrap();
        assert_eq!(edit.value, Some(value), "{path}");
        assert_eq!(edit.path[0], "properties");
    }
    for (path, text, problem) in [
        (
            "invoiceEmailOptIn",
            "yes",
            EditProblem::NotJson {
                kind: MemberKind::Flag,
                reason: None,
            },
        ),
        (
            "invoiceEmailOptIn",
            "1",
            EditProblem::Kind(MemberKind::Flag),
        ),
        ("invoiceEmailOptIn", "null", EditProblem::Null),
        (
            "address",
            r#"{"city":1}"#,
            EditProblem::Kind(MemberKind::Text),
        ),
    ] {
        let error = Edit::parse_text(Arm, path, text).unwrap_err();
        assert_eq!(error.problem, problem, "{path} {text}");
    }
}

#[test]
fn json_must_have_the_kind_of_the_member_and_null_clears() {
    let parse = |value: Value| Edit::parse_json(Partner, "defaultAddress.city", &value);
    let path = ["defaultAddress", "city"];
    assert_eq!(parse(json!("Oslo")), Ok(Edit::set(path, json!("Oslo"))));
    assert_eq!(parse(json!(null)), Ok(Edit::clear(path)));
    let error = parse(json!(5)).unwrap_err();
    assert_eq!(error.to_string(), "`defaultAddress.city` must be text");
    let inner = Edit::parse_json(Partner, "defaultAddress", &json!({ "city": [] }));
    assert_eq!(
        inner.unwrap_err().to_string(),
        "`defaultAddress.city` must be text"
    );
}

#[test]
fn errors_name_paths_without_the_root() {
    let error = Edit::parse_clear(Arm, "address.town").unwrap_err();
    assert_eq!(error.path, "address.town");
    assert!(error.siblings.contains(&"address.city".to_owned()));
    let error = Edit::parse_clear(Arm, "Address/City").unwrap_err();
    assert_eq!(error.nearest(), Some("address.city"));
    let error = Edit::parse_text(Arm, "status", "Active").unwrap_err();
    assert_eq!(error.problem, EditProblem::ReadOnly);
    assert_eq!(error.path, "status");
}

#[test]
fn edits_of_one_member_overlap_in_any_order() {
    let clear = |path| Edit::parse_clear(Arm, path).unwrap();
    for edits in [
        ["address", "address.city"],
        ["address.city", "properties.address"],
    ] {
        assert_eq!(
            Edits::try_new(Arm, edits.map(clear)),
            Err(OverlapError {
                outer: "address".to_owned(),
                inner: "address.city".to_owned()
            })
        );
    }
    let twice = Edits::try_new(Arm, ["poNumber", "poNumber"].map(clear));
    assert_eq!(
        twice.unwrap_err().to_string(),
        "`poNumber` is changed twice"
    );
    assert!(Edits::try_new(Arm, ["address.city", "address.region"].map(clear)).is_ok());
}

/// A JSON text whose numbers and escapes are not those that a serializer writes.
fn json_text() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "0.10",
        "1e400",
        "-0.0",
        "12345678901234567890123",
        r#""\u0041\ud800""#,
        r#""a\/b""#,
        "null",
        "true",
        r#""""#,
    ]);
    let leaf = scalar.prop_map(str::to_owned);
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[ {}]", items.join(" , "))),
            members(inner),
        ]
    })
}

fn members(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member = (prop::sample::select(vec!["a", "b", "c", "d"]), value);
    prop::collection::btree_map(member.0, member.1, 0..4).prop_map(|members| {
        let members = members.iter().rev();
        let members = members.map(|(name, value)| format!("{name:?} :{value}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
    })
}

fn edits() -> impl Strategy<Value = Edits> {
    let path = prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "new"]), 1..4);
    let value = prop::option::of(prop_oneof![
        Just(json!("x")),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({ "b": 1 })),
    ]);
    let edit = (path, value).prop_map(|(path, value)| Edit {
        path: path.into_iter().map(str::to_owned).collect(),
        value,
    });
    prop::collection::vec(edit, 0..4)
        .prop_map(|all| Edits::try_new(Partner, all))
        .prop_filter_map("edits overlap", Result::ok)
}

/// Collects the exact text of each value that an edit neither changes nor contains.
fn untouched<'a>(
    text: &'a str,
    path: &mut Vec<String>,
    edits: &Edits,
    found: &mut BTreeMap<Vec<String>, &'a str>,
) {
    let is_inside = edits.iter().any(|edit| path.starts_with(&edit.path));
    let contains = edits.iter().any(|edit| edit.path.starts_with(path));
    if is_inside {
    } else if !contains {
        found.insert(path.clone(), text);
    } else if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        for (name, value) in members {
            path.push(name);
            untouched(value.get(), path, edits, found);
            path.pop();
        }
    }
}

proptest! {
    #[test]
    fn edited_text_is_the_edited_value_and_the_rest_is_kept(
        text in members(json_text()),
        edits in edits(),
    ) {
        let made = edits.apply_to_text(text.as_bytes()).unwrap();
        let made = String::from_utf8(made).unwrap();
        let mut value = text.parse::<Json>().unwrap().to_value_lossy();
        edits.apply(&mut value);
        prop_assert_eq!(made.parse::<Json>().unwrap().to_value_lossy(), value);
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        untouched(&text, &mut Vec::new(), &edits, &mut before);
        untouched(&made, &mut Vec::new(), &edits, &mut after);
        prop_assert_eq!(before, after);
    }
}
