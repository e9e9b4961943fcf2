//! Specs with a keyword where it has no effect are refused, since ignoring it would break its
//! promise.

use serde_json::{Value, json};

use crate::repository::Repository;

#[test]
fn words_beside_a_reference() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "part": { "$ref": "#/definitions/Thing", "description": "Its part." } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/part: draft-07 ignores the keywords beside `$ref`
      hint: write `"allOf": [{ "$ref": … }]` and put the rest beside that
    "#);
}

#[test]
fn a_closed_enum() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "state": { "type": "string", "enum": ["Active"] } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/state/enum: a closed enum would refuse a whole response for one new value
      hint: write `"anyOf": [{ "type": "string", "enum": […] }, { "type": "string" }]`
    "#);
}

#[test]
fn a_choice_that_rust_cannot_express() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "one": { "oneOf": [{ "type": "string" }, { "type": "integer" }] }, "any": { "anyOf": [{ "type": "string" }, { "type": "integer" }] } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/definitions/Thing/properties/any/anyOf: this `anyOf` cannot be expressed as a Rust type
      hint: write "or null" ([X, {"type": "null"}]) or "or another string" ([{"type": "string", "enum": […]}, {"type": "string"}]); write `{}` to keep any JSON
    specs/thing.json#/definitions/Thing/properties/one/oneOf: this `oneOf` cannot be expressed as a Rust type
      hint: write "or null" ([X, {"type": "null"}]) or "or another string" ([{"type": "string", "enum": […]}, {"type": "string"}]); write `{}` to keep any JSON
    "#);
}

#[test]
fn a_sum_that_rust_cannot_express() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "all": { "allOf": [{ "$ref": "#/definitions/Thing" }, { "type": "object" }] } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/properties/all/allOf: `allOf` is only understood around a single `$ref`
      hint: copy the base's members into the definition that has them; an importer may do it one day
    ");
}

#[test]
fn a_keyword_outside_the_dialect() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "name": { "type": "string", "contentEncoding": "base64" }, "any": { "not": {} } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/properties/any/not: `not` is not understood here
      hint: specs/README.md lists the keywords; remove it or extend the generator
    specs/thing.json#/definitions/Thing/properties/name/contentEncoding: `contentEncoding` is not understood here
      hint: specs/README.md lists the keywords; remove it or extend the generator
    ");
}

#[test]
fn a_type_outside_the_dialect() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "name": { "type": "text" }, "names": { "type": ["string", "integer"] } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @r#"
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
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/additionalProperties: an object with `properties` keeps unknown members anyway
      hint: remove `additionalProperties`
    ");
}

#[test]
fn a_definition_that_is_no_type() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "a": {} } }, "Name": { "type": "string" }, "Other": 5 }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Name: a definition is an object with `properties` or an open enum
      hint: write a plain type at each member that holds it
    specs/thing.json#/definitions/Other: this is not a schema
      hint: write an object
    ");
}

#[test]
fn a_mark_that_is_not_true_or_false() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "id": { "type": "string", "readOnly": "yes" } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/properties/id/readOnly: `readOnly` is true or false
      hint: write `true`
    ");
}

#[test]
fn an_extension_that_is_not_known() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "x-dotnetname": "N", "properties": { "name": { "type": "string", "x-presonal": true } } } }),
    );
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/x-dotnetname: `x-dotnetname` is not understood here
      hint: specs/README.md lists the keywords; remove it or extend the generator; did you mean `x-dotnet-name`?
    specs/thing.json#/definitions/Thing/properties/name/x-presonal: `x-presonal` is not understood here
      hint: specs/README.md lists the keywords; remove it or extend the generator; did you mean `x-personal`?
    ");
}

#[test]
fn marks_and_words_where_nobody_reads_them() {
    let marked = |mut node: Value| {
        let marks = json!({ "description": "Words.", "readOnly": true, "title": "T", "x-dotnet-name": "N", "x-personal": true });
        node.as_object_mut()
            .unwrap()
            .extend(marks.as_object().unwrap().clone());
        node
    };
    let string = || marked(json!({ "type": "string" }));
    let repository = Repository::of(&json!({
        "Definition": marked(json!({ "type": "object", "properties": { "a": {} } })),
        "Thing": {
            "type": "object",
            "properties": {
                "allOf": { "allOf": [marked(json!({ "$ref": "#/definitions/Thing" }))] },
                "branch": { "anyOf": [string(), { "type": "null" }] },
                "enum": { "anyOf": [marked(json!({ "type": "string", "enum": ["a"] })), string()] },
                "items": { "type": "array", "items": string() },
                "null": { "oneOf": [{ "type": "string" }, marked(json!({ "type": "null" }))] },
                "plain": { "type": "string", "title": "T", "x-dotnet-name": "N" },
                "values": { "type": "object", "additionalProperties": string() },
            },
        },
    }));
    insta::assert_snapshot!(repository.problems());
}

#[test]
fn null_where_rust_has_no_place_for_it() {
    let repository = Repository::of(&json!({
        "Definition": { "type": ["object", "null"], "properties": { "a": {} } },
        "Thing": {
            "type": "object",
            "properties": {
                "items": { "type": "array", "items": { "type": ["string", "null"] } },
                "values": { "type": "object", "additionalProperties": { "anyOf": [{ "type": "string" }, { "type": "null" }] } },
                "twice": { "oneOf": [{ "type": ["string", "null"] }, { "type": "null" }] },
            },
        },
    }));
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Definition/type: only a member can be declared nullable
      hint: leave the null out, or write `{}` to keep any JSON
    specs/thing.json#/definitions/Thing/properties/items/items/type: only a member can be declared nullable
      hint: leave the null out, or write `{}` to keep any JSON
    specs/thing.json#/definitions/Thing/properties/twice/oneOf/0/type: only a member can be declared nullable
      hint: leave the null out, or write `{}` to keep any JSON
    specs/thing.json#/definitions/Thing/properties/values/additionalProperties/anyOf: only a member can be declared nullable
      hint: leave the null out, or write `{}` to keep any JSON
    ");
}

#[test]
fn keywords_that_contradict_each_other() {
    let repository = Repository::of(&json!({
        "Thing": {
            "type": "object",
            "required": ["a", "name"],
            "properties": {
                "a": { "type": "array", "properties": { "b": {} } },
                "b": { "type": "integer", "anyOf": [{ "type": "string", "enum": ["a"] }, { "type": "string" }] },
                "c": { "type": "string", "anyOf": [{ "type": "string" }, { "type": "null" }], "enum": [] },
                "d": { "not": {}, "anyOf": [{ "type": "integer", "enum": ["a"] }, { "type": "string", "maxLength": 3 }] },
                "e": { "anyOf": [{ "type": "string", "enum": [] }, { "type": "string" }] },
                "f": { "anyOf": [{ "type": "string", "enum": ["a", 1] }, { "type": "string" }] },
                "g": { "anyOf": [{ "type": "string" }, { "type": "null" }], "oneOf": [{ "type": "string" }, { "type": "null" }] },
                "h": { "type": "boolean", "maxLength": 3 },
            },
        },
        "Other": { "required": "a", "properties": { "a": {} } },
    }));
    insta::assert_snapshot!(repository.problems());
}

#[test]
fn keywords_at_the_top_that_are_not_known() {
    let repository = Repository::new(
        r#"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {}, "title": 5, "description": "", "definitions": { "Thing": { "properties": { "a": {} } } } }"#,
    );
    insta::assert_snapshot!(repository.problems(), @r#"
    specs/thing.json#/$defs: `$defs` is not understood here
      hint: specs/README.md lists the keywords; remove it or extend the generator
    specs/thing.json#/$schema: a spec is a JSON Schema of draft-07
      hint: write "http://json-schema.org/draft-07/schema#"
    specs/thing.json#/title: `title` is a string
      hint: write a string
    specs/thing.json#/description: the text is empty
      hint: write a text, or leave it out
    "#);
}

#[test]
fn text_that_is_empty_or_no_string() {
    let repository = Repository::of(&json!({
        "Thing": {
            "description": 5,
            "x-dotnet-name": " ",
            "properties": {
                "a": { "title": "", "description": "", "properties": { "a": {} } },
                "b": { "title": ["B"], "properties": { "a": {} } },
                "c": { "description": ["Words."] },
            },
        },
    }));
    insta::assert_snapshot!(repository.problems(), @"
    specs/thing.json#/definitions/Thing/properties/a/title: the text is empty
      hint: write a text, or leave it out
    specs/thing.json#/definitions/Thing/properties/a/description: the text is empty
      hint: write a text, or leave it out
    specs/thing.json#/definitions/Thing/properties/b/title: `title` is a string
      hint: write a string
    specs/thing.json#/definitions/Thing/properties/c/description: `description` is a string
      hint: write a string
    specs/thing.json#/definitions/Thing/description: `description` is a string
      hint: write a string
    specs/thing.json#/definitions/Thing/x-dotnet-name: the text is empty
      hint: write a text, or leave it out
    ");
}

#[test]
fn text_that_rustdoc_or_a_reader_would_misread() {
    let repository = Repository::of(&json!({
        "Thing": {
            "x-dotnet-name": "A`b",
            "properties": {
                "bidi": { "description": "Paid \u{202e}on\u{202c}." },
                "cr": { "description": "One\rtwo" },
                "fence": { "description": "So:\n```\nlet a = 1;" },
                "tab": { "description": "\tlet a = 1;" },
            },
        },
    }));
    insta::assert_snapshot!(repository.problems(), @r"
    specs/thing.json#/definitions/Thing/properties/bidi/description: U+202E is an invisible character
      hint: remove it, or write a space or a new line (\n) instead
    specs/thing.json#/definitions/Thing/properties/cr/description: U+000D is an invisible character
      hint: remove it, or write a space or a new line (\n) instead
    specs/thing.json#/definitions/Thing/properties/fence/description: a block of code begins or ends within a line, or does not end
      hint: put ``` on a line of its own before and after the block
    specs/thing.json#/definitions/Thing/properties/tab/description: U+0009 is an invisible character
      hint: remove it, or write a space or a new line (\n) instead
    specs/thing.json#/definitions/Thing/x-dotnet-name: a new line or a ` is not possible here
      hint: write it in one line, without `
    ");
}
