//! A JSON document as rows: the path of each value, and the value as text.

mod verbatim;

use std::fmt;

use billing_models::Json;
use serde::Serialize;
use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::interrupt::deadly_during;

pub(crate) use verbatim::verbatim;

/// The document of a model as people and comparisons see it: what no [`Value`] can hold, such as `1e400`, is the nearest
/// that one can.
///
/// # Errors
/// None that a model of ours can cause.
pub(crate) fn value(model: &impl Serialize) -> Result<Value, Failure> {
    let json = json(model)?;
    Ok(deadly_during(|| json.to_value_lossy()))
}

/// The document of a model as its text.
///
/// # Errors
/// Those of [`value`].
pub(crate) fn json(model: &impl Serialize) -> Result<Json, Failure> {
    deadly_during(|| Json::of(model)).map_err(|error| {
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

/// Where a value is in a document. It is shown as in `address.city` or `enabledAzurePlans[0].skuId`; a name that
/// could be taken for something else is in quotes, as in `address."a.b"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Path(Vec<Segment>);

/// One step into a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Segment {
    Member(String),
    Item(usize),
}

impl Path {
    /// The way down these members.
    pub(crate) fn of_members<S: AsRef<str>>(names: &[S]) -> Self {
        let names = names.iter();
        Self(
            names
                .map(|name| Segment::Member(name.as_ref().to_owned()))
                .collect(),
        )
    }

    /// Whether it begins with the way down these members.
    pub(crate) fn is_at_or_below(&self, names: &[String]) -> bool {
        let Self(outer) = Self::of_members(names);
        self.0.starts_with(&outer)
    }

    /// The steps from the outermost.
    pub(crate) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The path as it is below this member; `None` for one that is not below it.
    pub(crate) fn below(&self, member: &str) -> Option<Self> {
        match self.0.split_first() {
            Some((Segment::Member(name), rest)) if name == member && !rest.is_empty() => {
                Some(Self(rest.to_vec()))
            }
            _ => None,
        }
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

/// One value of a document that holds no others, or an empty object or list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) path: Path,
    /// Text as it is, everything else as JSON.
    pub(crate) text: String,
}

/// The first rows of a document, members by name, and how many there are.
pub(crate) fn rows(document: &Value, most: usize) -> (Vec<Row>, usize) {
    let (mut rows, mut count) = (Vec::new(), 0_usize);
    leaves(document, &mut Steps::default(), &mut |steps, value| {
        count = count.saturating_add(1);
        if rows.len() < most {
            let (path, text) = (steps.path(), text(value));
            rows.push(Row { path, text });
        }
    });
    (rows, count)
}

/// The way from the root to a value, while a document is walked through.
#[derive(Default)]
pub(crate) struct Steps<'a>(Vec<Step<'a>>);

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

impl<'a> Steps<'a> {
    pub(crate) fn path(&self) -> Path {
        let segments = self.0.iter().map(|step| match *step {
            Step::Member(name) => Segment::Member(name.to_owned()),
            Step::Item(item) => Segment::Item(item),
        });
        Path(segments.collect())
    }

    /// Does something one member further.
    pub(crate) fn in_member(&mut self, name: &'a str, work: impl FnOnce(&mut Self)) {
        self.in_step(Step::Member(name), work);
    }

    /// Does something one item further.
    pub(crate) fn in_item(&mut self, item: usize, work: impl FnOnce(&mut Self)) {
        self.in_step(Step::Item(item), work);
    }

    fn in_step(&mut self, step: Step<'a>, work: impl FnOnce(&mut Self)) {
        self.0.push(step);
        work(self);
        self.0.pop();
    }
}

/// Calls `found` with each value that holds no others.
pub(crate) fn leaves<'a>(
    value: &'a Value,
    steps: &mut Steps<'a>,
    found: &mut impl FnMut(&Steps<'a>, &'a Value),
) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in by_name(members) {
                steps.in_member(name, |steps| leaves(value, steps, found));
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                steps.in_item(index, |steps| leaves(item, steps, found));
            }
        }
        // A document without members has no rows, not one without a path.
        Value::Object(_) if steps.0.is_empty() => {}
        value => found(steps, value),
    }
}

/// The map's own order depends on a feature that any crate may switch on.
pub(crate) fn by_name(members: &serde_json::Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut members: Vec<_> = members
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    members
}

/// A value as people write it.
pub(crate) fn text(value: &Value) -> String {
    match value {
        // Else it could not be told from nothing.
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
    fn each_value_has_a_path_that_no_other_value_has() {
        let document = json!({
            "a.b": 1, "a": { "b": 2, "": 3 }, "": 4, "a[0]": 5, "l": [6, { "x y": 7 }], "\"a": { "b": 8 },
            "größe": 9, "\u{202e}": 10,
        });
        let (rows, count) = rows(&document, 100);
        let shown: Vec<_> = rows
            .iter()
            .map(|row| format!("{} {}", row.path, row.text))
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
    fn rows_beyond_the_most_are_counted_and_not_made() {
        let (rows, count) = rows(&json!([1, 2, 3, []]), 2);
        assert_eq!((rows.len(), count), (2, 4));
    }

    #[test]
    fn a_path_is_below_its_first_member_only() {
        let (rows, _) = rows(&json!({ "properties": { "a": 1 }, "properties.a": 2 }), 9);
        let below: Vec<_> = rows
            .iter()
            .map(|row| row.path.below("properties"))
            .collect();
        assert_eq!(below[0].as_ref().map(Path::to_string).as_deref(), Some("a"));
        assert_eq!(below[1], None);
    }
}
