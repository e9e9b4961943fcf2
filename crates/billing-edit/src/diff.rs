//! The differences between two documents, value by value.

use std::fmt;

use serde_json::Value;

use crate::path::{Path, Segment, by_name, leaves, value_text};

/// A value that differs between two documents, or that only one has.
#[derive(Clone, PartialEq)]
pub struct Difference {
    /// The path of the value.
    pub path: Path,
    /// The value in the old document.
    pub old: Option<Value>,
    /// The value in the new document.
    pub new: Option<Value>,
}

impl Difference {
    /// Returns the old and the new value as people write them. The texts differ even if the values
    /// differ in their kind only, such as the text `1` and the number.
    pub fn texts(&self) -> (Option<String>, Option<String>) {
        let (old, new) = (self.old.as_ref(), self.new.as_ref());
        let texts = (old.map(value_text), new.map(value_text));
        if texts.0 == texts.1 {
            return (old.map(Value::to_string), new.map(Value::to_string));
        }
        texts
    }
}

// The values are about a person.
impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Difference({})", self.path)
    }
}

/// Returns the differences in the order of the old document, then values that only the new one has.
///
/// Both documents are traversed once, side by side.
///
/// ```
/// use billing_edit::diff;
/// use serde_json::json;
///
/// let [one] = &diff(&json!({ "a": { "b": 1, "c": 2 } }), &json!({ "a": { "b": 1, "c": 3 } }))[..]
/// else {
///     panic!("one value differs");
/// };
/// assert_eq!((one.path.to_string(), &one.new), ("a.c".to_owned(), &Some(json!(3))));
/// ```
pub fn diff(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Found::default();
    found.compare(Some(old), Some(new), &mut Path::default());
    found.changed.extend(found.added);
    found.changed
}

#[derive(Default)]
struct Found {
    changed: Vec<Difference>,
    added: Vec<Difference>,
}

impl Found {
    fn compare(&mut self, old: Option<&Value>, new: Option<&Value>, path: &mut Path) {
        match (old, new) {
            (Some(Value::Object(old)), Some(Value::Object(new)))
                if !old.is_empty() && !new.is_empty() =>
            {
                let added = by_name(new).into_iter().map(|(name, _)| name);
                let added = added.filter(|name| !old.contains_key(*name));
                for name in by_name(old).into_iter().map(|(name, _)| name).chain(added) {
                    path.within(Segment::Member(name.to_owned()), |path| {
                        self.compare(old.get(name), new.get(name), path);
                    });
                }
            }
            (Some(Value::Array(old)), Some(Value::Array(new)))
                if !old.is_empty() && !new.is_empty() =>
            {
                for index in 0..old.len().max(new.len()) {
                    path.within(Segment::Item(index), |path| {
                        self.compare(old.get(index), new.get(index), path);
                    });
                }
            }
            (Some(old), Some(new)) if is_leaf(old) && is_leaf(new) => {
                if old != new {
                    self.changed.push(Difference {
                        path: path.clone(),
                        old: Some(old.clone()),
                        new: Some(new.clone()),
                    });
                }
            }
            (old, new) => {
                if let Some(value) = old {
                    leaves(value, path, &mut |path, value| {
                        self.changed.push(Difference {
                            path: path.clone(),
                            old: Some(value.clone()),
                            new: None,
                        });
                    });
                }
                if let Some(value) = new {
                    leaves(value, path, &mut |path, value| {
                        self.added.push(Difference {
                            path: path.clone(),
                            old: None,
                            new: Some(value.clone()),
                        });
                    });
                }
            }
        }
    }
}

fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::diff;
    use serde_json::{Value, json};

    fn shown(old: &Value, new: &Value) -> String {
        let all = diff(old, new).into_iter();
        let all = all.map(|one| {
            let (old, new) = one.texts();
            format!("{} {old:?} {new:?}", one.path)
        });
        all.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn changed_added_and_removed_values_are_named_once() {
        let old =
            json!({ "a": 1, "b": { "c": "x", "d": "y" }, "e": [1, 2], "f": {}, "same": true });
        let new = json!({ "a": 2, "b": { "c": "x" }, "e": [1], "f": { "g": "" }, "same": true });
        insta::assert_snapshot!(shown(&old, &new), @r#"
        a Some("1") Some("2")
        b.d Some("y") None
        e[1] Some("2") None
        f Some("{}") None
        f.g None Some("\"\"")
        "#);
    }

    #[test]
    fn no_member_hides_another() {
        let old = json!({ "a.b": 1, "a": { "b": 1, "": 1 }, "": { "a": 1 }, "l": [1], "l[0]": 1 });
        let new = json!({ "a.b": 2, "a": { "b": 1, "": 2 }, "": { "a": 1 }, "l": [1], "l[0]": 2 });
        insta::assert_snapshot!(shown(&old, &new), @r#"
        a."" Some("1") Some("2")
        "a.b" Some("1") Some("2")
        "l[0]" Some("1") Some("2")
        "#);
    }

    #[test]
    fn text_that_becomes_another_kind_is_a_change() {
        let (old, new) = (
            json!({ "a": "1", "b": "{}", "c": null }),
            json!({ "a": 1, "b": {}, "c": "null" }),
        );
        insta::assert_snapshot!(shown(&old, &new), @r#"
        a Some("\"1\"") Some("1")
        b Some("\"{}\"") Some("{}")
        c Some("null") Some("\"null\"")
        "#);
    }

    #[test]
    fn large_documents_are_compared_in_linear_time() {
        let members =
            |value: usize| (0..100_000).map(move |at| (format!("m{at}"), json!(at * value)));
        let (old, new): (Value, Value) = (members(1).collect(), members(2).collect());
        // All but the first, which is zero on both sides; with a search for each it would be
        // minutes.
        assert_eq!(diff(&old, &new).len(), 99_999);
    }
}
