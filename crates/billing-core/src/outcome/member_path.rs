//! The path of a member, as segments: a name may hold any character.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The path of a member in a document: the names that lead to it, from the outside in.
///
/// `Display` joins them by dots, such as `properties.poNumber`; a name that is empty or not one
/// word of letters, digits, `_`, `-` and `$` is shown in brackets as JSON: `properties["a.b"]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberPath(Vec<String>);

/// A step from a member into a list or one of its items.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum PathStep {
    Name(String),
    Index(usize),
}

impl MemberPath {
    /// Returns the names that lead to the member, the outermost first.
    pub fn segments(&self) -> &[String] {
        &self.0
    }
}

impl<S: Into<String>> FromIterator<S> for MemberPath {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for MemberPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if !is_word(name) {
                // `Value` writes a text with JSON's escapes.
                write!(f, "[{}]", serde_json::Value::from(name.as_str()))?;
            } else if index == 0 {
                f.write_str(name)?;
            } else {
                write!(f, ".{name}")?;
            }
        }
        Ok(())
    }
}

fn is_word(name: &str) -> bool {
    let may_be_in_it = |char: char| char.is_alphanumeric() || "_-$".contains(char);
    !name.is_empty() && name.chars().all(may_be_in_it)
}
