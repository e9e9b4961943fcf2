//! Corrections of one document, which fail when they no longer apply.

use std::rc::Rc;

use serde_json::Value;

use super::error::DocumentError;
use super::node::{Node, NodeKind};
use super::pointer::steps;
use crate::spec::api::Place;

/// A correction of one file, bound to its bytes. The overlay of a spec lists them.
#[derive(Clone, Debug, PartialEq)]
pub struct FixUp {
    /// The SHA-256 of the file.
    pub sha256: String,
    /// The JSON pointer of the value.
    pub pointer: String,
    /// The value in the document; absent if there is none.
    pub old: Option<Value>,
    /// The value that replaces it; absent if it is removed.
    pub new: Option<Value>,
}

impl FixUp {
    /// Returns the root of a file with this correction made.
    pub(super) fn apply(&self, file: &str, root: &Rc<Node>) -> Result<Rc<Node>, DocumentError> {
        let place = Place {
            file: file.to_owned(),
            line: 0,
            pointer: self.pointer.clone(),
        };
        let refuse = |reason: String| {
            DocumentError::new(
                place.clone(),
                format!("the fix-up does not apply: {reason}"),
            )
            .hint("correct it in the overlay, or remove it if the document is right now")
        };
        let fragment = self.pointer.strip_prefix('#').unwrap_or(&self.pointer);
        let steps = steps(fragment).map_err(&refuse)?;
        let new = self.replaced(Some(root), &steps, 1).map_err(refuse)?;
        new.ok_or_else(|| DocumentError::new(place.clone(), "the fix-up removes the whole file"))
    }

    fn replaced(
        &self,
        node: Option<&Rc<Node>>,
        steps: &[String],
        line: usize,
    ) -> Result<Option<Rc<Node>>, String> {
        let Some((first, rest)) = steps.split_first() else {
            let found = node.map(|node| node.to_value());
            if found != self.old {
                return Err(match (found, &self.old) {
                    (Some(found), _) => format!("the document has {found} there"),
                    (None, _) => "the document has nothing there".to_owned(),
                });
            }
            let line = node.map_or(line, |node| node.line);
            return Ok(self.new.as_ref().map(|value| from_value(value, line)));
        };
        let node = node.ok_or_else(|| format!("there is nothing around `{first}`"))?;
        let kind = match &node.kind {
            NodeKind::Object(members) => {
                let mut members = members.clone();
                match self.replaced(members.get(first), rest, node.line)? {
                    Some(new) => members.insert(first.clone(), new),
                    None => members.shift_remove(first),
                };
                NodeKind::Object(members)
            }
            NodeKind::List(items) => {
                let mut items = items.clone();
                let index: usize = first
                    .parse()
                    .map_err(|_| format!("`{first}` is no index"))?;
                let old = items.get(index).cloned();
                match (self.replaced(old.as_ref(), rest, node.line)?, old.is_some()) {
                    (Some(new), true) => {
                        if let Some(item) = items.get_mut(index) {
                            *item = new;
                        }
                    }
                    (None, true) => {
                        items.remove(index);
                    }
                    (Some(new), false) if index == items.len() => items.push(new),
                    _ => return Err(format!("the list has no element {index}")),
                }
                NodeKind::List(items)
            }
            _ => return Err(format!("there is nothing below `{first}`")),
        };
        let line = node.line;
        Ok(Some(Rc::new(Node { line, kind })))
    }
}

/// Returns a value as part of a document, on one line.
fn from_value(value: &Value, line: usize) -> Rc<Node> {
    let kind = match value {
        Value::Null => NodeKind::Null,
        Value::Bool(value) => NodeKind::Boolean(*value),
        Value::Number(value) => NodeKind::Number(value.clone()),
        Value::String(value) => NodeKind::String(value.clone()),
        Value::Array(items) => {
            NodeKind::List(items.iter().map(|item| from_value(item, line)).collect())
        }
        Value::Object(members) => NodeKind::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), from_value(value, line)))
                .collect(),
        ),
    };
    Rc::new(Node { line, kind })
}
