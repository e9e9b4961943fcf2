//! Navigates the schemas in the OpenAPI description of the services, which is generated from the
//! specs.

use std::sync::LazyLock;

use serde_json::Value;

use crate::schema::mismatch::MemberKind;

/// The description. A test checks that it can be parsed.
static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(billing_emulator::OPENAPI).unwrap_or_default());

/// A schema in the description.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    schema: &'static Value,
    /// Leaves out read-only members.
    is_update: bool,
}

impl Node {
    /// Returns the schema of a type that is read.
    pub(super) fn read(name: &str) -> Self {
        let schema = DESCRIPTION.pointer(&format!("/components/schemas/{name}"));
        Self {
            schema: schema.unwrap_or(&Value::Null),
            is_update: false,
        }
    }

    /// Returns the schema of a type without its read-only members.
    pub(super) fn update(name: &str) -> Self {
        Self {
            is_update: true,
            ..Self::read(name)
        }
    }

    fn at(self, schema: &'static Value) -> Self {
        Self { schema, ..self }.resolved()
    }

    /// Follows references, also those in an `allOf`, which OpenAPI uses to describe a reference.
    fn resolved(self) -> Self {
        let mut node = self;
        loop {
            let reference = node.schema.get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|to| DESCRIPTION.pointer(to.trim_start_matches('#')));
            match target.or(node.schema.pointer("/allOf/0")) {
                Some(schema) => node.schema = schema,
                None => return node,
            }
        }
    }

    fn members(self) -> impl Iterator<Item = (&'static String, &'static Value)> {
        let members = self.schema.get("properties").and_then(Value::as_object);
        members
            .into_iter()
            .flatten()
            .filter(move |(_, schema)| !self.is_update || schema["readOnly"] != true)
    }

    pub(super) fn member(self, name: &str) -> Option<Self> {
        let mut members = self.members();
        let (_, schema) = members.find(|(member, _)| *member == name)?;
        Some(self.at(schema))
    }

    pub(super) fn item(self) -> Self {
        self.at(self.schema.get("items").unwrap_or(&Value::Null))
    }

    pub(super) fn names(self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.members().map(|(name, _)| name.as_str()).collect();
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
