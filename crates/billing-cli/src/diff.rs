//! The differences between two documents, value by value.

use serde_json::Value;

use crate::document::{Path, Segment, by_name, leaves, text, without};
use crate::interrupt::interruptible;

/// A value that differs between two documents, or that only one has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) path: Path,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// Returns the differences in the order of the old document, then values that only the new one has.
///
/// Both documents are traversed once, side by side.
pub(crate) fn diff(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Found::default();
    interruptible(|| found.compare(Some(old), Some(new), &mut Path::default()));
    found.changed.extend(found.added);
    found.changed
}

/// Returns the differences, except those in these top-level members.
pub(crate) fn diff_without(old: &Value, new: &Value, members: &[&str]) -> Vec<Difference> {
    diff(&without(old, members), &without(new, members))
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
                    self.changed.push(changed(path.clone(), old, new));
                }
            }
            (old, new) => {
                if let Some(value) = old {
                    leaves(value, path, &mut |path, value| {
                        self.changed.push(Difference {
                            path: path.clone(),
                            old: Some(text(value)),
                            new: None,
                        });
                    });
                }
                if let Some(value) = new {
                    leaves(value, path, &mut |path, value| {
                        self.added.push(Difference {
                            path: path.clone(),
                            old: None,
                            new: Some(text(value)),
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

fn changed(path: Path, old: &Value, new: &Value) -> Difference {
    let (mut old_text, mut new_text) = (text(old), text(new));
    if old_text == new_text {
        // JSON tells the text `1` from the number.
        (old_text, new_text) = (old.to_string(), new.to_string());
    }
    Difference {
        path,
        old: Some(old_text),
        new: Some(new_text),
    }
}

#[cfg(test)]
mod tests {
    use super::{diff, diff_without};
    use serde_json::{Value, json};

    fn shown(old: &Value, new: &Value) -> String {
        let all = diff(old, new).into_iter();
        let all = all.map(|one| format!("{} {:?} {:?}", one.path, one.old, one.new));
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
    fn excluded_members_are_left_out() {
        let old = json!({ "attributes": { "etag": "1" }, "a": 1 });
        let new = json!({ "links": {}, "a": 1 });
        assert_eq!(diff_without(&old, &new, &["attributes", "links"]), []);
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
