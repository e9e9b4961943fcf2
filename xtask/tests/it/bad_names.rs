//! Specs whose names would collide or do not exist in Rust.

use serde_json::json;
use xtask::codegen::write::Mode;

use crate::repository::Repository;

#[test]
fn members_that_differ_only_in_case() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "poNumber": { "type": "string" }, "PoNumber": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/properties/poNumber: `poNumber` and `PoNumber` differ only in case
      hint: keep the one that the service sends
    ");
}

#[test]
fn members_with_one_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "po_number": { "type": "string" }, "poNumber": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/po_number: `po_number` and `poNumber` are both `po_number` in Rust
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    "#);
}

#[test]
fn a_member_without_a_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "$": { "type": "string" }, "1st": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/$: `$` cannot be converted to a Rust name
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    specs/thing.json#/definitions/Thing/properties/1st: `1st` cannot be converted to a Rust name
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    "#);
}

#[test]
fn a_member_in_the_place_of_unknown_members() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "additionalProperties": { "type": "string" }, "additional_properties": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/additionalProperties: `additionalProperties` is where unknown members are kept
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    specs/thing.json#/definitions/Thing/properties/additional_properties: `additional_properties` is where unknown members are kept
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    "#);
}

#[test]
fn a_setter_with_the_name_of_a_clearer() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "name": { "type": "string" }, "clearName": { "type": "boolean" } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/clearName: the setter of `clearName` has the name of another setter of `name`
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    "#);
}

#[test]
fn enum_values_that_differ_only_in_case() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "anyOf": [{ "type": "string", "enum": ["Active", "ACTIVE"] }, { "type": "string" }] } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/state: the values `ACTIVE` and `Active` are both `Active` in Rust
      hint: give it another name in Rust: `"x-ms-enum": { "values": [{ "value": "…", "name": "…" }] }` beside `anyOf`
    "#);
}

#[test]
fn enum_values_with_one_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "anyOf": [{ "type": "string", "enum": ["past-due", "PastDue"] }, { "type": "string" }] } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/state: the values `PastDue` and `past-due` are both `PastDue` in Rust
      hint: give it another name in Rust: `"x-ms-enum": { "values": [{ "value": "…", "name": "…" }] }` beside `anyOf`
    "#);
}

#[test]
fn enum_values_without_a_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "anyOf": [{ "type": "string", "enum": ["", "1", "UnknownValue"] }, { "type": "string" }] } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/state: the value `` cannot be converted to a Rust name
      hint: give it another name in Rust: `"x-ms-enum": { "values": [{ "value": "…", "name": "…" }] }` beside `anyOf`
    specs/thing.json#/definitions/Thing/properties/state: the value `1` cannot be converted to a Rust name
      hint: give it another name in Rust: `"x-ms-enum": { "values": [{ "value": "…", "name": "…" }] }` beside `anyOf`
    specs/thing.json#/definitions/Thing/properties/state: the value `UnknownValue` has the name of the variant for unknown values
      hint: give it another name in Rust: `"x-ms-enum": { "values": [{ "value": "…", "name": "…" }] }` beside `anyOf`
    "#);
}

#[test]
fn definitions_with_one_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "thing": { "type": "object", "properties": { "a": {} } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/thing: `Thing` is the Rust name of #/definitions/Thing too
      hint: rename one of them, or give an inline object another `title`
    ");
}

#[test]
fn a_definition_with_the_name_of_an_update() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "ThingUpdate": { "type": "object", "properties": { "a": {} } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/ThingUpdate: `ThingUpdate` is the name of the update of `Thing`
      hint: rename the definition
    ");
}

#[test]
fn a_definition_with_a_name_that_is_taken() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "Map": { "type": "object", "properties": { "a": {} } }, "String": { "type": "object", "properties": { "a": {} } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Map: `Map` cannot be the name of a generated type
      hint: rename the definition, or give an inline object a `title`
    specs/thing.json#/definitions/String: `String` cannot be the name of a generated type
      hint: rename the definition, or give an inline object a `title`
    ");
}

#[test]
fn a_setter_with_the_name_of_a_method_that_every_update_has() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "clone": { "type": "string" }, "default": { "type": "boolean" }, "serialize": { "readOnly": true } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/clone: the setter of `clone` would hide the method `clone` that every type has
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    specs/thing.json#/definitions/Thing/properties/default: the setter of `default` would hide the method `default` that every type has
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    "#);
}

#[test]
fn read_only_members_have_no_setter_to_collide_with() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "name": {}, "clearName": { "readOnly": true }, "default": { "readOnly": true } } } }),
    );
    repository.codegen(Mode::Write, &[]).unwrap();
}

#[test]
fn names_that_are_one_only_to_typify() {
    let repository = Repository::of(&json!({
        "Thing": { "type": "object", "properties": { "dont": {}, "don't": {}, "m": {}, "m²": {} } },
        "State": { "anyOf": [{ "type": "string", "enum": ["isnt", "isn't", "Straße", "a\nb", "``x"] }, { "type": "string" }] },
        "Gerät": { "type": "object", "properties": { "a": {} } },
        "A`": { "type": "object", "properties": { "a": { "title": "Straße", "type": "object", "properties": { "a": {} } } } },
    }));
    insta::assert_snapshot!(repository.problems());
}
