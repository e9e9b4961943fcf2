//! Documents that are written from the specs, and changes to documents.

use serde_json::{Map, Value, json};

use super::spec::{Kind, Member, Shape, Type, pascal_case};

/// The values of a document that has each member.
#[derive(Clone, Copy)]
pub(crate) struct Filling {
    /// The value of a personal string; by default the member's name.
    pub(crate) personal: Option<&'static str>,
    /// The value of an unknown member at each depth; `None` for no unknown members.
    pub(crate) unknown_member: Option<&'static str>,
    /// A value that no enum lists, in place of the first listed one.
    pub(crate) unknown_value: Option<&'static str>,
    /// How many objects are around the document.
    pub(crate) depth: usize,
}

/// A type may contain itself: objects that are deeper than this have no further ones.
pub(crate) const MAX_DEPTH: usize = 5;

pub(crate) const PLAIN: Filling = Filling {
    personal: None,
    unknown_member: None,
    unknown_value: None,
    depth: 0,
};

/// Returns a document that has each member, at each depth.
pub(crate) fn full(of: &Type, filling: Filling) -> Value {
    if let Kind::OpenEnum(values) = &of.kind {
        return json!(filling.unknown_value.unwrap_or(&values[0]));
    }
    let is_shown = |member: &&Member| filling.depth < MAX_DEPTH || member.shape.named().is_none();
    let members = of.members().iter().filter(is_shown);
    let mut document: Map<_, _> = members
        .map(|member| (member.name.clone(), full_member(of, member, filling)))
        .collect();
    if let (Some(says), false) = (filling.unknown_member, of.is_update()) {
        document.insert("unknownMember".to_owned(), json!(says));
        let inside = json!({ "unknownMember": [says, 5, null] });
        document.insert("unknownObject".to_owned(), inside);
    }
    Value::Object(document)
}

/// Returns a value of a member that has each member of its own.
pub(crate) fn full_member(of: &Type, member: &Member, filling: Filling) -> Value {
    let text = match filling.personal {
        Some(personal) if member.personal => personal,
        _ => &format!("the {}", member.name),
    };
    full_value(of, &member.shape, text, filling)
}

fn full_value(of: &Type, shape: &Shape, text: &str, filling: Filling) -> Value {
    match shape {
        Shape::String => json!(text),
        Shape::Boolean => json!(true),
        Shape::Integer => json!(5),
        Shape::Number => json!(1.5),
        Shape::Any => json!({ "anything": [text, 5, null] }),
        Shape::Named(name) => {
            let depth = filling.depth + 1;
            full(of.beside(name), Filling { depth, ..filling })
        }
        Shape::Array(items) => json!([full_value(of, items, text, filling)]),
        Shape::Map(values) => json!({ "free name": full_value(of, values, text, filling) }),
    }
}

/// Returns a document after reading it: known members that are `null` are gone, unknown ones are
/// kept.
pub(crate) fn without_known_nulls(of: &Type, document: &Value) -> Value {
    map_known_members(of, document, &mut |name, value| {
        (!value.is_null()).then(|| name.to_owned())
    })
}

/// Returns the document with the known members that `choose` selects in PascalCase.
pub(crate) fn in_pascal_case(
    of: &Type,
    document: &Value,
    mut choose: impl FnMut() -> bool,
) -> Value {
    map_known_members(of, document, &mut |name, _| {
        Some(if choose() {
            pascal_case(name)
        } else {
            name.to_owned()
        })
    })
}

/// Renames or drops known members at every depth, and leaves the inside of unknown ones alone.
fn map_known_members(
    of: &Type,
    document: &Value,
    change: &mut impl FnMut(&str, &Value) -> Option<String>,
) -> Value {
    let Value::Object(members) = document else {
        return document.clone();
    };
    let mut changed = Map::new();
    for (name, value) in members {
        let Some(member) = of.member(name) else {
            changed.insert(name.clone(), value.clone());
            continue;
        };
        if let Some(name) = change(name, value) {
            changed.insert(name, map_value(of, &member.shape, value, change));
        }
    }
    Value::Object(changed)
}

fn map_value(
    of: &Type,
    shape: &Shape,
    value: &Value,
    change: &mut impl FnMut(&str, &Value) -> Option<String>,
) -> Value {
    match (shape, value) {
        (Shape::Named(name), _) => map_known_members(of.beside(name), value, change),
        (Shape::Array(shape), Value::Array(items)) => {
            let items = items.iter();
            items
                .map(|item| map_value(of, shape, item, change))
                .collect()
        }
        (Shape::Map(shape), Value::Object(values)) => {
            let values = values.iter();
            let values =
                values.map(|(name, value)| (name.clone(), map_value(of, shape, value, change)));
            Value::Object(values.collect())
        }
        _ => value.clone(),
    }
}

/// Returns the JSON text of a document in which each character of each string is an escape.
pub(crate) fn escaped(document: &Value) -> String {
    let string = |text: &str| {
        let units = text.encode_utf16();
        let escapes: String = units.map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{escapes}\"")
    };
    match document {
        Value::String(text) => string(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(escaped).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<_> = members
                .map(|(name, value)| format!("{} : {}", string(name), escaped(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}
