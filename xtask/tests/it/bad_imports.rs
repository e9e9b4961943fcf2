//! References to other specs that cannot be used.

use serde_json::{Value, json};

use crate::repository::{Repository, entry};

/// What codegen says of `Thing` with these members, whose spec stands beside one that has a `Part`
/// and a `Thing`.
fn problems(members: Value, role: &str) -> String {
    let object = |members: Value| json!({ "type": "object", "properties": members });
    let repository = Repository::of(&json!({ "Thing": object(members) }));
    let part = object(json!({ "name": { "type": "string" } }));
    let other = json!({ "definitions": { "Part": part, "Thing": part } });
    repository.write("specs/other.json", &other.to_string());
    let roots = format!(r#"[{{ type = "Thing", role = "{role}" }}]"#);
    let other = [
        ("file", r#""other.json""#),
        ("module", r#""other""#),
        ("roots", r#"[{ type = "Part", role = "read" }]"#),
    ];
    repository.write(
        "specs/sources.toml",
        &(entry(&[("roots", &roots)]) + &entry(&other)),
    );
    repository.write(
        "crates/billing-models/src/generated.rs",
        "pub(crate) mod other;\npub(crate) mod thing;\n",
    );
    repository.problems()
}

#[test]
fn a_reference_to_what_is_not_there() {
    let members = json!({
        "a": { "$ref": "other.json#/definitions/Nothing" },
        "b": { "$ref": "nothing.json#/definitions/Part" },
        "c": { "$ref": "https://example.com/other.json#/definitions/Part" },
        "d": { "$ref": "thing.json#/definitions/Thing" },
        "e": { "$ref": "other.json" },
    });
    insta::assert_snapshot!(problems(members, "read"), @r#"
    specs/thing.json#/definitions/Thing/properties/a/$ref: "other.json#/definitions/Nothing" does not exist
      hint: refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it; did you mean `#/definitions/Thing`?
    specs/thing.json#/definitions/Thing/properties/b/$ref: "nothing.json#/definitions/Part" does not exist
      hint: refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it; did you mean `other.json#/definitions/Part`?
    specs/thing.json#/definitions/Thing/properties/c/$ref: "https://example.com/other.json#/definitions/Part" does not exist
      hint: refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it; did you mean `other.json#/definitions/Part`?
    specs/thing.json#/definitions/Thing/properties/d/$ref: "thing.json#/definitions/Thing" does not exist
      hint: refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it; did you mean `#/definitions/Thing`?
    specs/thing.json#/definitions/Thing/properties/e/$ref: "other.json" does not exist
      hint: refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it
    "#);
}

#[test]
fn a_type_with_the_name_of_one_that_is_here() {
    let members = json!({ "a": { "$ref": "other.json#/definitions/Thing" } });
    insta::assert_snapshot!(problems(members, "read"), @"
    specs/thing.json#/definitions/Thing/properties/a/$ref: `Thing` is the Rust name of two types here
      hint: rename one of them, or refer to only one
    ");
}

#[test]
fn a_type_of_another_spec_in_what_is_written() {
    let members = json!({ "a": { "$ref": "other.json#/definitions/Part" } });
    insta::assert_snapshot!(problems(members.clone(), "write"), @"
    specs/thing.json#/definitions/Thing/properties/a: `Thing` is written, and `Part` is defined by another spec
      hint: define it here too: only types that are read may refer to another spec
    ");
    assert!(problems(members, "both").contains("is defined by another spec"));
}
