//! Errors of paths, and of values that do not match their member.

use serde_json::Value;

/// A member that cannot be written, or a value that does not match it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PathError {
    /// There is no such member; `nearest` may have been meant.
    Unknown {
        path: String,
        siblings: Vec<String>,
        nearest: Option<String>,
    },
    /// Only the service writes it.
    ReadOnly { path: String, siblings: Vec<String> },
    /// The member that contains all others.
    Root { path: String, siblings: Vec<String> },
    /// The document has it in camelCase and in PascalCase.
    Twice { path: String },
    /// It is text or a list, and a member of it was named.
    NoMembers { path: String, kind: MemberKind },
    /// It takes another kind of value, such as "true or false".
    Kind {
        path: String,
        expected: &'static str,
    },
}

impl PathError {
    /// Changes each path.
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
            Self::Kind { path, expected } => Self::Kind {
                path: change(&path),
                expected,
            },
        }
    }
}

/// The kind of a member's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Text,
    Flag,
    Number,
    List,
    Object,
}

impl MemberKind {
    /// Returns the kind as an error names it.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "true or false",
            Self::Number => "a whole number",
            Self::List => "a JSON array",
            Self::Object => "a JSON object",
        }
    }

    /// Whether a value is of this kind.
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
