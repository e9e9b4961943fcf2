//! JSON documents as rows: the path of each value, and the value as text.

mod verbatim;

use std::fmt;

use billing_models::Json;
use serde::Serialize;
use serde_json::Value;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::interruptible;

pub(crate) use verbatim::verbatim;

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

/// The path of a value in a document, as in `address.city` or `enabledAzurePlans[0].skuId`. An
/// ambiguous name is in quotes, as in `address."a.b"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Path(Vec<Segment>);

/// A member or an item on a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Segment {
    Member(String),
    Item(usize),
}

impl Path {
    /// Creates a path of members.
    pub(crate) fn of_members<S: AsRef<str>>(names: &[S]) -> Self {
        let names = names.iter();
        Self(
            names
                .map(|name| Segment::Member(name.as_ref().to_owned()))
                .collect(),
        )
    }

    /// Whether the path begins with these members.
    pub(crate) fn is_at_or_below(&self, names: &[String]) -> bool {
        let Self(outer) = Self::of_members(names);
        self.0.starts_with(&outer)
    }

    /// The segments, from the outermost.
    pub(crate) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Returns the path below this member, or `None` if it is not below it.
    pub(crate) fn below(&self, member: &str) -> Option<Self> {
        match self.0.split_first() {
            Some((Segment::Member(name), rest)) if name == member && !rest.is_empty() => {
                Some(Self(rest.to_vec()))
            }
            _ => None,
        }
    }

    /// Runs `work` in a member or an item of the value at this path.
    pub(crate) fn within(&mut self, segment: Segment, work: impl FnOnce(&mut Self)) {
        self.0.push(segment);
        work(self);
        self.0.pop();
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Item(item) => write!(f, "[{item}]")?,
                Segment::Member(name) => {
                    if index > 0 {
                        f.write_str(".")?;
                    }
                    if is_plain(name) {
                        f.write_str(name)?;
                    } else {
                        write!(f, "{}", Value::from(name.as_str()))?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    let is_part = |one: char| one.is_alphanumeric() || "_-@$:/#".contains(one);
    !name.is_empty() && name.chars().all(is_part)
}

/// Returns the first rows of a document, and the number of all. A row is the path and the text of a
/// value that contains no others; members are in the order of their names.
pub(crate) fn rows(document: &Value, most: usize) -> (Vec<(Path, String)>, usize) {
    let (mut rows, mut count) = (Vec::new(), 0_usize);
    leaves(document, &mut Path::default(), &mut |path, value| {
        count = count.saturating_add(1);
        if rows.len() < most {
            rows.push((path.clone(), text(value)));
        }
    });
    (rows, count)
}

/// Calls `found` with each value that contains no others.
pub(crate) fn leaves(value: &Value, path: &mut Path, found: &mut impl FnMut(&Path, &Value)) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in by_name(members) {
                let member = Segment::Member(name.to_owned());
                path.within(member, |path| leaves(value, path, found));
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                path.within(Segment::Item(index), |path| leaves(item, path, found));
            }
        }
        // A document without members has no rows.
        Value::Object(_) if path.0.is_empty() => {}
        value => found(path, value),
    }
}

/// Returns members in the order of their names. The order of a map depends on a feature that any
/// crate may enable.
pub(crate) fn by_name(members: &serde_json::Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut members: Vec<_> = members
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    members
}

/// Returns a value as people write it.
pub(crate) fn text(value: &Value) -> String {
    match value {
        // Quotes tell it from a missing value.
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
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
