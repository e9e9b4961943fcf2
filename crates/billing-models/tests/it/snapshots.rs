//! Each type as JSON and as `Debug`: empty, full, and with members that the spec does not list.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::support::documents::{Filling, PLAIN, full};
use crate::support::models::{debug, round_trip_text};
use crate::support::spec::{Kind, Shape, Type, published};

const UNKNOWN: Filling = Filling {
    personal: None,
    unknown_member: Some("the unknown"),
    unknown_value: Some("Unheard of"),
    ..PLAIN
};

#[test]
fn each_type_is_written_and_shown_like_this() {
    for of in published() {
        let mut page = String::new();
        let documents = documents(of);
        for (title, document) in &documents {
            let json = round_trip_text(of, document.to_string().as_bytes()).unwrap();
            writeln!(page, "# {title}\n\n{json}\n").unwrap();
        }
        for (title, document) in documents.iter().filter(|(title, _)| *title != "Full") {
            writeln!(
                page,
                "# {title}, shown by Debug\n\n{}\n",
                debug(of, document)
            )
            .unwrap();
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("{}__{}", of.module, of.name), page.trim_end());
        });
    }
}

fn documents(of: &Type) -> Vec<(&'static str, Value)> {
    match &of.kind {
        Kind::OpenEnum(values) => values
            .iter()
            .map(|value| ("A value of the spec", json!(value)))
            .chain([("An unknown value", full(of, UNKNOWN))])
            .collect(),
        Kind::Object(_) => vec![
            ("Empty", json!({})),
            ("Full", full(of, PLAIN)),
            ("With unknown members and values", full(of, UNKNOWN)),
        ],
        Kind::Update { writable, .. } => {
            let every = |value: Value| {
                let members = writable
                    .iter()
                    .map(|member| (member.name.clone(), value.clone()));
                Value::Object(Map::from_iter(members))
            };
            let mut documents = vec![
                ("Everything is left alone", json!({})),
                ("Everything is set", full(of, PLAIN)),
                ("Everything is cleared", every(Value::Null)),
            ];
            let lists = writable
                .iter()
                .filter(|member| matches!(member.shape, Shape::Array(_)));
            let lists: Map<_, _> = lists
                .map(|member| (member.name.clone(), json!([])))
                .collect();
            if !lists.is_empty() {
                documents.push(("Lists are set to nothing", Value::Object(lists)));
            }
            documents
        }
    }
}
