//! What is wrong with a path, or with a value for it.

use serde_json::Value;

/// A member that cannot be written, or a value that does not fit it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// There is no such member; `nearest` is what may have been meant.
    Unknown {
        path: String,
        siblings: Vec<String>,
        nearest: Option<String>,
    },
    /// There is, and only the service writes it.
    ReadOnly { path: String, siblings: Vec<String> },
    /// The member that holds all the others.
    Root { path: String, siblings: Vec<String> },
    /// It is there in camelCase and in PascalCase.
    Twice { path: String },
    /// It is there, and what is named inside it cannot be, as it is text or a list.
    NoMembers { path: String, kind: Kind },
    /// It takes something else, as in "true or false".
    Kind { path: String, wanted: &'static str },
}

impl Misfit {
    /// The same with each path as `change` gives it.
    pub(crate) fn with_paths(self, change: impl Fn(&str) -> String) -> Self {
        let change = &change;
        let all = |siblings: Vec<String>| siblings.iter().map(|one| change(one)).collect();
        match self {
            Self::Unknown {
                path,
                siblings,
                nearest,
            } => Self::Unknown {
                path: change(&path),
                siblings: all(siblings),
                nearest: nearest.as_deref().map(change),
            },
            Self::Root { path, siblings } => Self::Root {
                path: change(&path),
                siblings: all(siblings),
            },
            Self::Twice { path } => Self::Twice {
                path: change(&path),
            },
            Self::ReadOnly { path, siblings } => Self::ReadOnly {
                path: change(&path),
                siblings: all(siblings),
            },
            Self::NoMembers { path, kind } => Self::NoMembers {
                path: change(&path),
                kind,
            },
            Self::Kind { path, wanted } => Self::Kind {
                path: change(&path),
                wanted,
            },
        }
    }
}

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Flag,
    Number,
    List,
    Object,
}

impl Kind {
    /// What to write, in the words of an error.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "true or false",
            Self::Number => "a whole number",
            Self::List => "a JSON array",
            Self::Object => "a JSON object",
        }
    }

    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Number => value.is_i64(),
            Self::List => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}
