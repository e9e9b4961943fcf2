//! Kinds of members that Partner Center's types do not have today.

use std::error::Error as _;

use billing_models::xml_schema::{XmlKind, XmlMember, XmlType};
use insta::assert_snapshot;
use serde_json::json;

use super::Value;
use crate::media::xml;

static NODE: XmlType = XmlType {
    name: "Node",
    namespace: "urn:nodes",
    members: &[
        XmlMember::new("Children", "children", XmlKind::List(&NODE)),
        XmlMember::new("Count", "count", XmlKind::Integer),
        XmlMember::new("IsLeaf", "isLeaf", XmlKind::Boolean),
    ],
};

fn read(content: &str) -> Result<Value, String> {
    let document = format!("<Node xmlns=\"urn:nodes\">{content}</Node>");
    xml::read(document.as_bytes(), &NODE).map_err(|error| {
        let path = error.json_path().unwrap_or_default();
        format!("{path}: {}", error.source().unwrap())
    })
}

#[test]
fn booleans_integers_and_recursive_types_are_read_and_written() {
    let node = json!({
        "children": [
            { "count": i64::MIN, "isLeaf": true },
            { "children": [{ "count": i64::MAX }], "isLeaf": false },
        ],
        "count": -1,
    });
    let document = xml::write(&node, &NODE).unwrap();
    assert_snapshot!(document, @r#"<Node xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:nodes"><Children><Node><Count>-9223372036854775808</Count><IsLeaf>true</IsLeaf></Node><Node><Children><Node><Count>9223372036854775807</Count></Node></Children><IsLeaf>false</IsLeaf></Node></Children><Count>-1</Count></Node>"#);
    assert_eq!(xml::read(document.as_bytes(), &NODE).unwrap(), node);
    assert_eq!(
        read("<Count> +7\n</Count><IsLeaf> 1 </IsLeaf>"),
        Ok(json!({ "count": 7, "isLeaf": true }))
    );
    assert_eq!(
        read("<Count>007</Count><IsLeaf>0</IsLeaf>"),
        Ok(json!({ "count": 7, "isLeaf": false }))
    );
}

#[test]
fn value_of_another_kind_is_refused_with_its_path() {
    let errors = [
        read("<Count>1.0</Count>"),
        read("<Count>9223372036854775808</Count>"),
        read("<Count></Count>"),
        read("<IsLeaf>TRUE</IsLeaf>"),
        read("<Children><Node><IsLeaf/></Node></Children>"),
    ];
    let errors: Vec<_> = errors.into_iter().map(Result::unwrap_err).collect();
    assert_snapshot!(errors.join("\n"), @"
    count: the text is not an integer of 64 bits (byte 34)
    count: the text is not an integer of 64 bits (byte 50)
    count: the text is not an integer of 64 bits (byte 31)
    isLeaf: the text is neither `true` nor `false` (byte 36)
    children[0].isLeaf: the text is neither `true` nor `false` (byte 49)
    ");
    let mismatch = json!({ "children": [{ "count": "7" }] });
    let error = xml::write(&mismatch, &NODE).unwrap_err();
    assert_snapshot!(format!("{}: {}", error.path, error.reason), @"children[0].count: the schema wants another kind of value here");
}
