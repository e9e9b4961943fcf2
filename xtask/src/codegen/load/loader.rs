//! The state of loading a spec: its definitions, and the problems found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::codegen::problem::Problem;
use crate::codegen::spec::Type;

/// Another spec in the same folder, whose types may be referred to.
#[derive(Clone, Debug)]
pub struct Sibling {
    /// The module generated from it.
    pub module: String,
    /// The keys of its definitions.
    pub definitions: BTreeSet<String>,
}

pub(super) struct Loader<'a> {
    pub(super) file: &'a str,
    pub(super) siblings: &'a BTreeMap<String, Sibling>,
    /// The Rust names of the definitions, by key.
    pub(super) definitions: BTreeMap<String, String>,
    pub(super) types: BTreeMap<String, Type>,
    pub(super) imports: BTreeMap<String, String>,
    /// The definitions that only the service writes, by Rust name.
    pub(super) read_only: BTreeSet<String>,
    pub(super) problems: Vec<Problem>,
}

/// A location in the document, and the name of a type that is defined there.
pub(super) struct Location {
    pub(super) pointer: String,
    pub(super) type_name: String,
    pub(super) section: String,
    pub(super) container: Container,
}

/// The container of the schema at a at.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Container {
    /// `definitions`.
    Definition,
    /// An object.
    Member,
    /// An "or null".
    Branch,
    /// An array or a map.
    Element,
}

impl Loader<'_> {
    pub(super) fn problem(
        &mut self,
        pointer: &str,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let problem = Problem::new(self.file, pointer, what.into(), hint.into());
        // The description of an inline object is read twice: for the type and for the member.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    pub(super) fn object<'v>(
        &mut self,
        pointer: &str,
        node: &'v Value,
    ) -> Option<&'v Map<String, Value>> {
        if node.as_object().is_none() {
            self.problem(pointer, "this is not a schema", "write an object");
        }
        node.as_object()
    }
}

/// Returns whether a node has the form of an open enum, valid or not.
pub(super) fn is_open_enum(node: &Map<String, Value>) -> bool {
    let choices = choices(node, "anyOf");
    let enums = choices.iter().filter(|choice| choice.get("enum").is_some());
    choices.len() == 2 && enums.count() == 1 && !choices.iter().any(is_null)
}

/// Returns the alternatives of `anyOf` or `oneOf`.
pub(super) fn choices<'v>(node: &'v Map<String, Value>, keyword: &str) -> &'v [Value] {
    let choices = node.get(keyword).and_then(Value::as_array);
    choices.map(Vec::as_slice).unwrap_or_default()
}

/// Returns whether a node is the type null.
pub(super) fn is_null(node: &Value) -> bool {
    node.get("type").is_some_and(|kind| kind == "null")
}
