//! The kinds of values that members have.

use serde_json::Value;

/// The kind of a member's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A list.
    List,
    /// An object.
    Object,
}

impl MemberKind {
    /// Returns the kind as an error names it, such as `true or false`.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "true or false",
            Self::Number => "a whole number",
            Self::List => "a JSON array",
            Self::Object => "a JSON object",
        }
    }

    /// Returns whether a value is of this kind.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Number => value.is_i64(),
            Self::List => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}
