//! Navigates the JSON Schemas that the models derive.

use schemars::Schema;
use serde_json::Value;

use crate::schema::mismatch::MemberKind;

/// A schema inside a schema document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    document: &'a Schema,
    schema: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn root(document: &'a Schema) -> Self {
        let schema = document.as_value();
        Self { document, schema }
    }

    fn at(self, schema: &'a Value) -> Self {
        Self { schema, ..self }.resolved()
    }

    /// Follows references, and the choice between a type and null.
    fn resolved(self) -> Self {
        let mut node = self;
        loop {
            let reference = node.schema.get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|to| node.document.pointer(to.trim_start_matches('#')));
            let choice = node.schema.get("anyOf").and_then(Value::as_array);
            let choice = choice.and_then(|all| all.iter().find(|one| one["type"] != "null"));
            match target.or(choice) {
                Some(schema) => node.schema = schema,
                None => return node,
            }
        }
    }

    pub(super) fn member(self, name: &str) -> Option<Self> {
        let members = self.schema.get("properties")?;
        members.get(name).map(|schema| self.at(schema))
    }

    pub(super) fn item(self) -> Self {
        self.at(self.schema.get("items").unwrap_or(&Value::Null))
    }

    pub(super) fn names(self) -> Vec<&'a str> {
        let members = self.schema.get("properties").and_then(Value::as_object);
        let mut names: Vec<_> = members
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        names
    }

    pub(super) fn kind(self) -> MemberKind {
        let kinds = match self.schema.get("type") {
            Some(Value::Array(kinds)) => kinds.as_slice(),
            Some(kind) => std::slice::from_ref(kind),
            None => &[],
        };
        let is = |name: &str| kinds.iter().any(|kind| kind == name);
        if is("object") {
            MemberKind::Object
        } else if is("array") {
            MemberKind::List
        } else if is("boolean") {
            MemberKind::Flag
        } else if is("integer") {
            MemberKind::Number
        } else {
            MemberKind::Text
        }
    }
}
