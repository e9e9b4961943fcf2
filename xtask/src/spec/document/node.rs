//! The values of a document with the lines on which they begin.

use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::{Map, Number, Value};

/// The deepest nesting of values that is read.
pub const MAX_DEPTH: usize = 128;

/// The most values that a file may have, each use of a YAML anchor counted in full.
pub const MAX_VALUES: usize = 20_000_000;

/// The members of an object in their order.
pub type Members = IndexMap<String, Rc<Node>>;

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The value.
    pub kind: NodeKind,
}

/// A value. Members keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    List(Vec<Rc<Node>>),
    /// An object.
    Object(Members),
}

impl Node {
    /// Returns the value as JSON, without lines.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Boolean(value) => Value::Bool(*value),
            NodeKind::Number(value) => Value::Number(value.clone()),
            NodeKind::String(value) => Value::String(value.clone()),
            NodeKind::List(items) => items.iter().map(|item| item.to_value()).collect(),
            NodeKind::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), value.to_value()))
                .collect::<Map<_, _>>()
                .into(),
        }
    }

    /// Returns what kind of value it is, for messages.
    pub fn word(&self) -> &'static str {
        match &self.kind {
            NodeKind::Null => "null",
            NodeKind::Boolean(_) => "a boolean",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::List(_) => "a list",
            NodeKind::Object(_) => "an object",
        }
    }
}
