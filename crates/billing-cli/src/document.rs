//! JSON documents as rows: the path of each value, and the value as text.

use billing_edit::{Path, leaves, value_text};
use billing_models::Json;
use serde::Serialize;
use serde_json::Value;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::interruptible;

/// Returns the document of a model, for tables and comparisons. Numbers that no [`Value`] can hold,
/// such as `1e400`, become the nearest ones.
///
/// # Errors
/// None for a model of ours.
pub(crate) fn value(model: &impl Serialize) -> Result<Value> {
    let json = json(model)?;
    Ok(interruptible(|| json.to_value_lossy()))
}

/// Returns the document of a model as JSON text.
///
/// # Errors
/// See [`value`].
pub(crate) fn json(model: &impl Serialize) -> Result<Json> {
    interruptible(|| Json::of(model)).map_err(|error| {
        Failure::new(Exit::Failed, error).during("could not write the profile as JSON")
    })
}

/// Returns the document without these top-level members.
pub(crate) fn without(document: &Value, members: &[&str]) -> Value {
    let mut document = document.clone();
    if let Value::Object(object) = &mut document {
        object.retain(|name, _| !members.contains(&name.as_str()));
    }
    document
}

/// Returns the first rows of a document, and the number of all. A row is the path and the text of a
/// value that contains no others; members are in the order of their names.
pub(crate) fn rows(document: &Value, most: usize) -> (Vec<(Path, String)>, usize) {
    let (mut rows, mut count) = (Vec::new(), 0_usize);
    leaves(document, &mut Path::default(), &mut |path, value| {
        count = count.saturating_add(1);
        if rows.len() < most {
            rows.push((path.clone(), value_text(value)));
        }
    });
    (rows, count)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Path, rows};

    #[test]
    fn each_value_has_a_path_of_its_own() {
        let document = json!({
            "a.b": 1, "a": { "b": 2, "": 3 }, "": 4, "a[0]": 5, "l": [6, { "x y": 7 }], "\"a": { "b": 8 },
            "größe": 9, "\u{202e}": 10,
        });
        let (rows, count) = rows(&document, 100);
        let shown: Vec<_> = rows
            .iter()
            .map(|(path, text)| format!("{path} {text}"))
            .collect();
        assert_eq!(
            shown,
            [
                r#""" 4"#,
                r#""\"a".b 8"#,
                r#"a."" 3"#,
                r#"a.b 2"#,
                r#""a.b" 1"#,
                r#""a[0]" 5"#,
                r#"größe 9"#,
                r#"l[0] 6"#,
                r#"l[1]."x y" 7"#,
                "\"\u{202e}\" 10",
            ]
        );
        assert_eq!(count, 10);
    }

    #[test]
    fn rows_beyond_the_limit_are_counted() {
        let (rows, count) = rows(&json!([1, 2, 3, []]), 2);
        assert_eq!((rows.len(), count), (2, 4));
    }

    #[test]
    fn path_is_only_below_its_first_member() {
        let (rows, _) = rows(&json!({ "properties": { "a": 1 }, "properties.a": 2 }), 9);
        let below: Vec<_> = rows
            .iter()
            .map(|(path, _)| path.below("properties"))
            .collect();
        assert_eq!(below[0].as_ref().map(Path::to_string).as_deref(), Some("a"));
        assert_eq!(below[1], None);
    }
}
