//! The edits of an undo.

use billing_edit::{Edit, Edits};
use serde_json::{Value, json};

use super::{restore, untouched};
use crate::document::{Document, Version};

fn paths(names: &[&str]) -> Vec<Vec<String>> {
    let path = |name: &&str| name.split('.').map(str::to_owned).collect();
    names.iter().map(path).collect()
}

fn restored(before: &Value, after: &Value, names: &[&str]) -> Vec<Edit> {
    let paths = paths(names);
    let edits = restore(before, after, paths.iter().map(Vec::as_slice));
    edits.into_iter().collect()
}

#[test]
fn only_changed_members_get_their_values_from_before() {
    let before = json!({ "a": 1, "b": null, "c": 3, "d": { "x": 1, "y": 2 } });
    let after = json!({ "a": 2, "b": 2, "c": 4, "d": { "x": 9, "y": 2 } });
    assert_eq!(
        restored(&before, &after, &["d.x", "a", "b"]),
        [
            Edit::set(["a"], json!(1)),
            Edit::clear(["b"]),
            Edit::set(["d", "x"], json!(1)),
        ]
    );
}

#[test]
fn object_that_the_run_has_added_is_cleared_as_a_whole() {
    let before = json!({ "p": {} });
    let after = json!({ "p": { "address": { "city": "Oslo", "geo": { "lat": 1 } } } });
    let all = ["p.address.city", "p.address.geo.lat"];
    assert_eq!(
        restored(&before, &after, &all),
        [Edit::clear(["p", "address"])]
    );
    // The service, or somebody else, has added the member that the run has not set.
    assert_eq!(
        restored(&before, &after, &["p.address.city"]),
        [Edit::clear(["p", "address", "city"])]
    );
}

#[test]
fn removed_object_comes_back_and_what_was_added_later_goes() {
    let before = json!({ "address": { "city": "Oslo", "zip": "0150" } });
    let after = json!({ "address": { "city": "Bergen", "line": "x" } });
    assert_eq!(
        restored(
            &before,
            &after,
            &["address.line", "address", "address.city"]
        ),
        [
            Edit::set(["address", "city"], json!("Oslo")),
            Edit::set(["address", "zip"], json!("0150")),
            Edit::clear(["address", "line"]),
        ]
    );
    assert_eq!(
        restored(&before, &json!({}), &["address"]),
        [Edit::set(
            ["address"],
            json!({ "city": "Oslo", "zip": "0150" })
        )]
    );
}

#[test]
fn member_that_is_as_before_needs_no_edit() {
    let (before, after) = (json!({ "a": "", "b": 1 }), json!({ "b": 1 }));
    assert!(restored(&before, &after, &["a", "b"]).is_empty());
}

#[test]
fn members_that_differ_from_the_stored_document_are_named() {
    let stored = json!({ "a": 1, "b": { "c": "x" }, "e": null });
    let stored = Document::new(stored.to_string(), Version::Hash([0; 32]));
    let edits = [
        Edit::set(["a"], json!(0)),
        Edit::clear(["b"]),
        Edit::set(["e"], json!(7)),
    ];
    let now = json!({ "a": 1, "b": { "c": "x", "d": "by another" }, "e": "" });
    let (kept, changed) = untouched(&Edits::from_iter(edits.clone()), &stored, &now);
    let [a, _, e] = edits;
    assert_eq!(kept, Edits::from_iter([a, e]));
    assert_eq!(changed, ["b"]);
}
