//! Specs and manifests that cannot be used: the message names the location and the next step, and
//! nothing is written.

use serde_json::json;

use crate::repository::Repository;

#[test]
fn broken_json() {
    let repository = Repository::new(r#"{ "definitions": { "Thing": "#);
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json:1:28: EOF while parsing a value
      hint: a spec is one JSON document; correct it there
    ");
}

#[test]
fn a_second_document() {
    let repository = Repository::new(r#"{ "definitions": {} } {}"#);
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json:1:23: something follows the JSON document
      hint: a spec is one JSON document; remove the rest
    ");
}

#[test]
fn a_member_that_is_written_twice() {
    let repository = Repository::new(
        r#"{ "definitions": { "Thing": { "type": "object", "properties": { "a/b": {}, "a/b": {} } } } }"#,
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/properties: duplicate field `a/b`
      hint: keep one of them
    ");
}

#[test]
fn no_definitions() {
    let repository = Repository::new(r#"{ "title": "Things" }"#);
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#: there are no `definitions`
      hint: put each type of the page under `definitions`
    ");
}

#[test]
fn a_reference_that_leads_nowhere() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "part": { "$ref": "#/definitions/Part" }, "parts": { "type": "array", "items": { "$ref": "other.json#/x" } } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r##"
    specs/thing.json#/definitions/Thing/properties/part/$ref: "#/definitions/Part" does not exist
      hint: refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it
    specs/thing.json#/definitions/Thing/properties/parts/items/$ref: "other.json#/x" does not exist
      hint: refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it
    "##);
}

#[test]
fn an_update_without_a_writable_member() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "id": { "type": "string", "readOnly": true } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing: `Thing` is written, and it has no writable member
      hint: mark the member that holds it readOnly (in the overlay, if the spec is imported); a root that is only read has the role read
    ");
}

#[test]
fn a_root_that_is_not_defined() {
    let repository =
        Repository::of(&json!({ "Other": { "type": "object", "properties": { "a": {} } } }));
    insta::assert_snapshot!(repository.problems(), @"
    specs/sources.toml#/spec/0/roots/0/type: specs/thing.json does not define `Thing`
      hint: name one of its `definitions`
    specs/sources.toml#/spec/0/roots/1/type: specs/thing.json does not define `Thing`
      hint: name one of its `definitions`
    ");
}

#[test]
fn an_object_without_members() {
    let repository = Repository::of(&json!({ "Thing": { "type": "object", "properties": {} } }));
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/properties: there is no member
      hint: list a member, or write `{}` where the object is held to keep any JSON
    ");
}

#[test]
fn a_byte_order_mark() {
    let repository = Repository::new("\u{FEFF}{ \"definitions\": {} }");
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json:1:1: the file is UTF-8 with a byte order mark
      hint: save it as UTF-8 without a byte order mark
    ");
}
