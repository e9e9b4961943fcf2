//! A value of a document with its place, and typed access to its members.

use std::rc::Rc;

use super::error::DocumentError;
use super::node::{Node, NodeKind};
use crate::codegen::json::step;
use crate::spec::api::Place;

/// A file of a document.
#[derive(Debug)]
pub struct File {
    /// The path from the folder of the document, with `/`.
    pub name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    pub(super) node: Rc<Node>,
}

/// A value of a document and its place.
#[derive(Clone, Debug)]
pub struct At {
    file: Rc<File>,
    node: Rc<Node>,
    pointer: String,
}

impl At {
    /// Returns the root of a file.
    pub(super) fn root(file: Rc<File>) -> Self {
        Self {
            node: file.node.clone(),
            file,
            pointer: "#".to_owned(),
        }
    }

    /// Returns the file.
    pub fn file(&self) -> &Rc<File> {
        &self.file
    }

    /// Returns the value.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Returns the JSON pointer.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the root of the same file.
    pub fn to_root(&self) -> Self {
        Self::root(self.file.clone())
    }

    /// Returns the last step of the pointer, as it is spelled in the document.
    pub fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }

    /// Returns the place.
    pub fn place(&self) -> Place {
        Place {
            file: self.file.name.clone(),
            line: self.node.line,
            pointer: self.pointer.clone(),
        }
    }

    /// Creates an error about this value.
    pub fn error(&self, reason: impl Into<String>) -> DocumentError {
        DocumentError::new(self.place(), reason)
    }

    /// Returns the member or element of this name.
    pub fn child(&self, name: &str) -> Option<Self> {
        let node = match &self.node.kind {
            NodeKind::Object(members) => members.get(name)?,
            NodeKind::List(items) => items.get(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
        Some(self.at(name, node))
    }

    fn at(&self, name: &str, node: &Rc<Node>) -> Self {
        Self {
            file: self.file.clone(),
            node: node.clone(),
            pointer: step(&self.pointer, name),
        }
    }

    /// Returns whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.node.kind, NodeKind::Object(_))
    }

    /// Returns whether it has a member of this name.
    pub fn has(&self, name: &str) -> bool {
        self.child(name).is_some()
    }

    /// Returns the members of an object in their order.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub fn members(&self) -> Result<Vec<(String, Self)>, DocumentError> {
        match &self.node.kind {
            NodeKind::Object(members) => Ok(members
                .iter()
                .map(|(name, node)| (name.clone(), self.at(name, node)))
                .collect()),
            _ => Err(self.expected("an object")),
        }
    }

    /// Returns the elements of a list.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub fn items(&self) -> Result<Vec<Self>, DocumentError> {
        match &self.node.kind {
            NodeKind::List(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, node)| self.at(&index.to_string(), node))
                .collect()),
            _ => Err(self.expected("a list")),
        }
    }

    /// Returns the string.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub fn string(&self) -> Result<String, DocumentError> {
        match &self.node.kind {
            NodeKind::String(text) => Ok(text.clone()),
            _ => Err(self.expected("a string")),
        }
    }

    /// Returns the elements of a list of strings.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub fn strings(&self) -> Result<Vec<String>, DocumentError> {
        self.items()?.iter().map(Self::string).collect()
    }

    /// Returns the boolean.
    ///
    /// # Errors
    ///
    /// It is something else.
    pub fn boolean(&self) -> Result<bool, DocumentError> {
        match &self.node.kind {
            NodeKind::Boolean(value) => Ok(*value),
            _ => Err(self.expected("a boolean")),
        }
    }

    /// Returns the member of this name, if it is there and a string.
    ///
    /// # Errors
    ///
    /// It is there and something else.
    pub fn text(&self, name: &str) -> Result<Option<String>, DocumentError> {
        self.child(name).map(|at| at.string()).transpose()
    }

    /// Returns the member of this name, if it is there and a boolean.
    ///
    /// # Errors
    ///
    /// It is there and something else.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, DocumentError> {
        self.child(name).map(|at| at.boolean()).transpose()
    }

    fn expected(&self, what: &str) -> DocumentError {
        self.error(format!("{what} is expected here, not {}", self.node.word()))
    }
}
