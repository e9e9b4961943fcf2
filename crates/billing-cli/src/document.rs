//! A JSON document as rows: the path of each value, and the value as text.

use serde::Serialize;
use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::output::one_line;

/// The document of a model as JSON.
///
/// # Errors
/// None that a model of ours can cause.
pub(crate) fn value(model: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(model).map_err(|error| {
        Failure::new(Exit::Failed, error).during("could not write the profile as JSON")
    })
}

/// The document but for these members of its top level.
pub(crate) fn without(document: &Value, members: &[&str]) -> Value {
    let mut document = document.clone();
    if let Value::Object(object) = &mut document {
        object.retain(|name, _| !members.contains(&name.as_str()));
    }
    document
}

/// One value of a document that holds no others, or an empty object or list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// As in `address.city` or `enabledAzurePlans[0].skuId`.
    pub(crate) path: String,
    /// Text as it is, everything else as JSON; always one line.
    pub(crate) text: String,
}

/// The rows of a document, members by name.
pub(crate) fn rows(document: &Value) -> Vec<Row> {
    let mut rows = Vec::new();
    collect(document, "", &mut rows);
    rows
}

fn collect(value: &Value, path: &str, rows: &mut Vec<Row>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let mut members: Vec<_> = members.iter().collect();
            // The map's own order depends on a feature that any crate may switch on.
            members.sort_by_key(|(name, _)| *name);
            for (name, value) in members {
                let name = one_line(name);
                if path.is_empty() {
                    collect(value, &name, rows);
                } else {
                    collect(value, &format!("{path}.{name}"), rows);
                }
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{path}[{index}]"), rows);
            }
        }
        // A document without members has no rows, not one without a path.
        Value::Object(_) if path.is_empty() => {}
        value => rows.push(Row {
            path: path.to_owned(),
            text: text(value),
        }),
    }
}

fn text(value: &Value) -> String {
    match value {
        // Else it could not be told from nothing.
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => one_line(text),
        other => other.to_string(),
    }
}
