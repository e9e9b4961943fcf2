//! The OpenAPI description is put together from parts and specs.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::codegen::openapi;

/// What is made of these parts and a spec with a few types.
fn describe(parts: &[Value]) -> Result<Value, String> {
    let folder = TempDir::new().unwrap();
    let (hand_written, specs) = (folder.path().join("parts"), folder.path().join("specs"));
    fs::create_dir(&hand_written).unwrap();
    fs::create_dir(&specs).unwrap();
    for (index, part) in parts.iter().enumerate() {
        fs::write(hand_written.join(format!("{index}.json")), part.to_string()).unwrap();
    }
    let spec = json!({ "definitions": {
        "Profile": { "type": "object", "x-dotnet-name": "A.B.Profile", "properties": {
            "id": { "type": "string", "readOnly": true },
            "name": { "type": "string", "x-personal": true },
            "links": { "$ref": "other.json#/definitions/Links" },
            "tags": { "type": "array", "items": { "type": "string" } }
        } },
        "Links": { "type": "object", "x-dotnet-name": "C.Links", "properties": {
            "self": { "type": "string" }
        } }
    } });
    fs::write(specs.join("spec.json"), spec.to_string()).unwrap();
    let text = openapi::describe(&hand_written, &specs).map_err(|error| format!("{error:#}"))?;
    Ok(serde_json::from_str(&text).unwrap())
}

fn with_schema(schema: Value) -> Result<Value, String> {
    let part = json!({ "x-specs": ["spec.json"], "components": { "schemas": { "Made": schema } } });
    Ok(describe(&[part])?["components"]["schemas"]["Made"].clone())
}

#[test]
fn types_become_components_without_marks_for_the_models() {
    let described = describe(&[json!({ "x-specs": ["spec.json"] })]).unwrap();
    assert_snapshot!(described, @r##"{"components":{"schemas":{"Links":{"properties":{"self":{"type":"string"}},"type":"object"},"Profile":{"properties":{"id":{"readOnly":true,"type":"string"},"links":{"$ref":"#/components/schemas/Links"},"name":{"type":"string"},"tags":{"items":{"type":"string"},"type":"array"}},"type":"object"}}}}"##);
}

#[test]
fn a_request_may_have_null_members_and_any_read_only_value() {
    assert_snapshot!(with_schema(json!({ "x-request-of": "Profile" })).unwrap(), @r#"{"properties":{"id":true,"links":{"properties":{"self":{"type":["string","null"]}},"type":["object","null"]},"name":{"type":["string","null"]},"tags":{"items":{"type":"string"},"type":["array","null"]}},"type":"object"}"#);
}

#[test]
fn a_form_has_texts_by_their_path() {
    assert_snapshot!(with_schema(json!({ "x-form-of": "Profile" })).unwrap(), @r#"{"additionalProperties":{"type":"string"},"properties":{"id":{"type":"string"},"links.self":{"type":"string"},"name":{"type":"string"}},"propertyNames":{"pattern":"^[^\\[\\].]+(\\.[^\\[\\].]+|\\[[^\\[\\].]+\\]){0,15}$"},"type":"object"}"#);
}

#[test]
fn xml_has_the_names_and_namespaces_of_dotnet() {
    assert_snapshot!(with_schema(json!({ "x-xml-of": "Profile" })).unwrap(), @r#"{"properties":{"id":{"type":"string","xml":{"name":"Id"}},"links":{"properties":{"self":{"type":"string","xml":{"name":"Self","namespace":"http://schemas.datacontract.org/2004/07/C","prefix":"c"}}},"type":"object","xml":{"name":"Links"}},"name":{"type":"string","xml":{"name":"Name"}}},"type":"object","xml":{"name":"Profile","namespace":"http://schemas.datacontract.org/2004/07/A.B"}}"#);
}

#[test]
fn each_path_of_a_part_has_the_address_of_the_part() {
    let part = json!({ "x-server": "http://partner.localhost", "paths": { "/a": { "get": {} } } });
    assert_snapshot!(describe(&[part]).unwrap(), @r#"{"paths":{"/a":{"get":{},"servers":[{"url":"http://partner.localhost"}]}}}"#);
}

#[test]
fn duplicates_and_unused_parts_are_refused_by_location() {
    let title = |title: &str| json!({ "info": { "title": title } });
    let twice = describe(&[title("a"), title("b")]).unwrap_err();
    let nothing = with_schema(json!({ "x-form-of": "Nobody" })).unwrap_err();
    let place = twice.find("#").unwrap();
    assert_eq!(&twice[place..], "#/info/title is defined twice");
    assert_eq!(nothing, "making the schema Made: there is no type Nobody");
}
