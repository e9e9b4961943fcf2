//! Specs and manifests that cannot be used: the message names the place and the next step, and nothing is written.

use serde_json::json;
use xtask::codegen::place::Mode;

use crate::repository::Repository;

/// What codegen says of a repository, once it is sure that nothing was written.
fn problems(repository: &Repository) -> String {
    let before = "// made before\n";
    repository.write("crates/billing-models/src/generated/thing.rs", before);
    let error = repository.codegen(Mode::Write, &[]).unwrap_err();
    assert_eq!(
        repository.generated(),
        [("thing.rs".to_owned(), before.to_owned())]
    );
    error.to_string()
}

#[test]
fn broken_json() {
    let repository = Repository::new(r#"{ "definitions": { "Thing": "#);
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json:1:28: EOF while parsing a value
      hint: a spec is one JSON document; mend it there
    ");
}

#[test]
fn a_second_document() {
    let repository = Repository::new(r#"{ "definitions": {} } {}"#);
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json:1:23: something follows the JSON document
      hint: a spec is one JSON document; remove the rest
    ");
}

#[test]
fn a_member_that_is_written_twice() {
    let repository = Repository::new(
        r#"{ "definitions": { "Thing": { "type": "object", "properties": { "a/b": {}, "a/b": {} } } } }"#,
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties: duplicate field `a/b`
      hint: keep one of them
    ");
}

#[test]
fn no_definitions() {
    let repository = Repository::new(r#"{ "type": "object" }"#);
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#: there are no `definitions`
      hint: put each type of the page under `definitions`
    ");
}

#[test]
fn a_reference_that_leads_nowhere() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "part": { "$ref": "#/definitions/Part" }, "parts": { "type": "array", "items": { "$ref": "other.json#/x" } } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @r##"
    specs/thing.json#/definitions/Thing/properties/part/$ref: "#/definitions/Part" leads nowhere
      hint: refer to `#/definitions/…` of the same file
    specs/thing.json#/definitions/Thing/properties/parts/items/$ref: "other.json#/x" leads nowhere
      hint: refer to `#/definitions/…` of the same file
    "##);
}

#[test]
fn words_beside_a_reference() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "part": { "$ref": "#/definitions/Thing", "description": "Its part." } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @r#"
    specs/thing.json#/definitions/Thing/properties/part: draft-07 ignores what stands beside `$ref`
      hint: write `"allOf": [{ "$ref": … }]` and put the rest beside that
    "#);
}

#[test]
fn members_that_differ_only_in_case() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "poNumber": { "type": "string" }, "PoNumber": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/poNumber: `poNumber` and `PoNumber` differ only in case
      hint: keep the one that the service sends
    ");
}

#[test]
fn members_with_one_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "po_number": { "type": "string" }, "poNumber": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/po_number: `po_number` and `poNumber` are both `po_number` in Rust
      hint: leave one of them out; it is kept among the unknown members as it comes
    ");
}

#[test]
fn a_member_without_a_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "$": { "type": "string" }, "1st": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/$: `$` cannot be made a Rust name
      hint: leave the member out; it is kept among the unknown members as it comes
    specs/thing.json#/definitions/Thing/properties/1st: `1st` cannot be made a Rust name
      hint: leave the member out; it is kept among the unknown members as it comes
    ");
}

#[test]
fn a_member_in_the_place_of_unknown_members() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "additionalProperties": { "type": "string" }, "additional_properties": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/additionalProperties: `additionalProperties` is where unknown members are kept
      hint: the generator has no second place for them: leave the member out, and it is kept there as it comes
    specs/thing.json#/definitions/Thing/properties/additional_properties: `additional_properties` is where unknown members are kept
      hint: the generator has no second place for them: leave the member out, and it is kept there as it comes
    ");
}

#[test]
fn a_setter_with_the_name_of_a_clearer() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "name": { "type": "string" }, "clearName": { "type": "boolean" } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/clearName: the setter of `clearName` has the name of the method that clears `name`
      hint: mark one of the two members readOnly, or leave it out
    ");
}

#[test]
fn enum_values_that_differ_only_in_case() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "anyOf": [{ "type": "string", "enum": ["Active", "ACTIVE"] }, { "type": "string" }] } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/state: the values `ACTIVE` and `Active` differ only in case
      hint: keep the one that the service sends
    ");
}

#[test]
fn enum_values_with_one_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "anyOf": [{ "type": "string", "enum": ["past-due", "PastDue"] }, { "type": "string" }] } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/state: the values `PastDue` and `past-due` are both `PastDue` in Rust
      hint: leave one of them out; readers keep it as an unknown value
    ");
}

#[test]
fn enum_values_without_a_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "anyOf": [{ "type": "string", "enum": ["", "1", "UnknownValue"] }, { "type": "string" }] } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/state: the value `` cannot be made a Rust name
      hint: leave it out; readers keep it as an unknown value
    specs/thing.json#/definitions/Thing/properties/state: the value `1` cannot be made a Rust name
      hint: leave it out; readers keep it as an unknown value
    specs/thing.json#/definitions/Thing/properties/state: the value `UnknownValue` has the name of the variant for unknown values
      hint: leave it out; readers keep it as an unknown value
    ");
}

#[test]
fn a_closed_enum() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "type": "string", "enum": ["Active"] } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @r#"
    specs/thing.json#/definitions/Thing/properties/state/enum: a closed enum would refuse a whole answer for one new value
      hint: write `"anyOf": [{ "type": "string", "enum": […] }, { "type": "string" }]`
    "#);
}

#[test]
fn a_choice_that_rust_cannot_express() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "one": { "oneOf": [{ "type": "string" }, { "type": "integer" }] }, "any": { "anyOf": [{ "type": "string" }, { "type": "integer" }] } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @r#"
    specs/thing.json#/definitions/Thing/properties/any/anyOf: this `anyOf` cannot be expressed as a Rust type
      hint: it may say "or null" ([X, {"type": "null"}]) or "or another string" ([{"type": "string", "enum": […]}, {"type": "string"}]); write `{}` to keep any JSON
    specs/thing.json#/definitions/Thing/properties/one/oneOf: this `oneOf` cannot be expressed as a Rust type
      hint: it may say "or null" ([X, {"type": "null"}]) or "or another string" ([{"type": "string", "enum": […]}, {"type": "string"}]); write `{}` to keep any JSON
    "#);
}

#[test]
fn a_sum_that_rust_cannot_express() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "all": { "allOf": [{ "$ref": "#/definitions/Thing" }, { "type": "object" }] } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/all/allOf: `allOf` is only understood around a single `$ref`
      hint: write the combined object as a definition of its own
    ");
}

#[test]
fn a_keyword_outside_the_dialect() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "name": { "type": "string", "contentEncoding": "base64" }, "any": { "not": {} } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/any/not: `not` is not understood here
      hint: specs/README.md lists the keywords; remove it or teach the generator
    specs/thing.json#/definitions/Thing/properties/name/contentEncoding: `contentEncoding` is not understood here
      hint: specs/README.md lists the keywords; remove it or teach the generator
    ");
}

#[test]
fn a_type_outside_the_dialect() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "name": { "type": "text" }, "names": { "type": ["string", "integer"] } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @r#"
    specs/thing.json#/definitions/Thing/properties/name/type: this `type` is not understood
      hint: write string, boolean, integer, number, array or object, or one of them with "null"
    specs/thing.json#/definitions/Thing/properties/names/type: this `type` is not understood
      hint: write string, boolean, integer, number, array or object, or one of them with "null"
    "#);
}

#[test]
fn an_object_that_is_closed() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "additionalProperties": false, "properties": { "name": { "type": "string" } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/additionalProperties: an object with `properties` keeps whatever else it is sent
      hint: remove `additionalProperties`
    ");
}

#[test]
fn definitions_with_one_rust_name() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "thing": { "type": "object", "properties": { "a": {} } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/thing: `Thing` is the Rust name of #/definitions/Thing too
      hint: rename one of them, or give an inline object another `title`
    ");
}

#[test]
fn a_definition_with_the_name_of_an_update() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "ThingUpdate": { "type": "object", "properties": { "a": {} } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/ThingUpdate: `ThingUpdate` is the name of the update of `Thing`
      hint: rename the definition
    ");
}

#[test]
fn a_definition_with_a_name_that_is_taken() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "String": { "type": "object", "properties": { "a": {} } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/String: `String` cannot be the name of a generated type
      hint: rename the definition, or give an inline object a `title`
    ");
}

#[test]
fn a_definition_that_is_no_type() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "Name": { "type": "string" }, "Other": 5 }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Name: a definition is an object with `properties` or an open enum
      hint: write a plain type at each member that holds it
    specs/thing.json#/definitions/Other: this is not a schema
      hint: write an object
    ");
}

#[test]
fn an_update_without_a_writable_member() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "id": { "type": "string", "readOnly": true } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing: an update reaches `Thing`, which has no writable member
      hint: mark the member that holds it readOnly
    ");
}

#[test]
fn a_mark_that_is_not_true_or_false() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "id": { "type": "string", "readOnly": "yes" } } } }),
    );
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties/id/readOnly: `readOnly` is true or false
      hint: write `true`
    ");
}

#[test]
fn a_root_that_is_not_defined() {
    let repository =
        Repository::of(&json!({ "Other": { "type": "object", "properties": { "a": {} } } }));
    insta::assert_snapshot!(problems(&repository), @"
    specs/sources.toml#/spec/0/roots/0/type: specs/thing.json does not define `Thing`
      hint: name one of its `definitions`
    specs/sources.toml#/spec/0/roots/1/type: specs/thing.json does not define `Thing`
      hint: name one of its `definitions`
    ");
}

#[test]
fn an_object_without_members() {
    let repository = Repository::of(&json!({ "Thing": { "type": "object", "properties": {} } }));
    insta::assert_snapshot!(problems(&repository), @"
    specs/thing.json#/definitions/Thing/properties: there is no member
      hint: list a member, or write `{}` where the object is held to keep any JSON
    ");
}
