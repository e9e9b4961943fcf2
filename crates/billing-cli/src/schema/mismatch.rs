//! Errors of paths, and of values that do not match their member.

use serde_json::Value;

/// A member that cannot be written, or a value that does not match it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PathError {
    pub(crate) path: String,
    pub(crate) problem: Problem,
    /// The members that can be written in its place.
    pub(crate) siblings: Vec<String>,
}

/// What is wrong with a path or its value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// There is no such member; `nearest` may have been meant.
    Unknown { nearest: Option<String> },
    /// Only the service writes it.
    ReadOnly,
    /// It contains all other members.
    Root,
    /// The document has it in camelCase and in PascalCase.
    Twice,
    /// It is text or a list, and a member of it was named.
    NoMembers(MemberKind),
    /// It takes another kind of value.
    Kind(MemberKind),
}

impl PathError {
    pub(super) fn new(path: impl Into<String>, problem: Problem) -> Self {
        Self {
            path: path.into(),
            problem,
            siblings: Vec::new(),
        }
    }

    /// Changes each path.
    pub(crate) fn with_paths(mut self, change: impl Fn(&str) -> String) -> Self {
        let Self {
            path,
            problem,
            siblings,
        } = &mut self;
        let nearest = match problem {
            Problem::Unknown { nearest } => nearest.as_mut(),
            _ => None,
        };
        for path in siblings.iter_mut().chain(nearest).chain([path]) {
            *path = change(path);
        }
        self
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
