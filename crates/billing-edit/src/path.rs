//! JSON documents as rows: the path of each value, and the value as text.

use std::fmt;

use serde_json::Value;

/// The path of a value in a document, as in `address.city` or `enabledAzurePlans[0].skuId`. An
/// ambiguous name is in quotes, as in `address."a.b"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Segment>);

/// A member or an item on a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member by its name.
    Member(String),
    /// An item of a list by its index.
    Item(usize),
}

impl Path {
    /// Creates a path of members.
    pub fn of_members<S: AsRef<str>>(names: &[S]) -> Self {
        let names = names.iter();
        Self(
            names
                .map(|name| Segment::Member(name.as_ref().to_owned()))
                .collect(),
        )
    }

    /// Returns whether the path begins with these members.
    pub fn is_at_or_below(&self, names: &[String]) -> bool {
        let Self(outer) = Self::of_members(names);
        self.0.starts_with(&outer)
    }

    /// Returns the segments, from the outermost.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Returns the path below this member, or `None` if it is not below it.
    pub fn below(&self, member: &str) -> Option<Self> {
        match self.0.split_first() {
            Some((Segment::Member(name), rest)) if name == member && !rest.is_empty() => {
                Some(Self(rest.to_vec()))
            }
            _ => None,
        }
    }

    /// Runs `work` in a member or an item of the value at this path.
    pub fn within(&mut self, segment: Segment, work: impl FnOnce(&mut Self)) {
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

/// Calls `found` with each value that contains no others.
pub fn leaves(value: &Value, path: &mut Path, found: &mut impl FnMut(&Path, &Value)) {
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
pub fn by_name(members: &serde_json::Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut members: Vec<_> = members
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    members
}

/// Returns a value as people write it.
pub fn value_text(value: &Value) -> String {
    match value {
        // Quotes tell it from a missing value.
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
