//! A way down a JSON Schema as the models derive it.

use schemars::Schema;
use serde_json::Value;

use super::Kind;

/// A place in a schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    document: &'a Schema,
    place: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn root(document: &'a Schema) -> Self {
        let place = document.as_value();
        Self { document, place }
    }

    fn at(self, place: &'a Value) -> Self {
        Self { place, ..self }.resolved()
    }

    /// Behind references, and behind the choice between a type and null.
    fn resolved(self) -> Self {
        let mut node = self;
        loop {
            let reference = node.place.get("$ref").and_then(Value::as_str);
            let target = reference.and_then(|to| node.document.pointer(to.trim_start_matches('#')));
            let choice = node.place.get("anyOf").and_then(Value::as_array);
            let choice = choice.and_then(|all| all.iter().find(|one| one["type"] != "null"));
            match target.or(choice) {
                Some(place) => node.place = place,
                None => return node,
            }
        }
    }

    pub(super) fn member(self, name: &str) -> Option<Self> {
        let members = self.place.get("properties")?;
        members.get(name).map(|place| self.at(place))
    }

    pub(super) fn item(self) -> Self {
        self.at(self.place.get("items").unwrap_or(&Value::Null))
    }

    pub(super) fn names(self) -> Vec<&'a str> {
        let members = self.place.get("properties").and_then(Value::as_object);
        let mut names: Vec<_> = members
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        names
    }

    pub(super) fn kind(self) -> Kind {
        let kinds = match self.place.get("type") {
            Some(Value::Array(kinds)) => kinds.as_slice(),
            Some(kind) => std::slice::from_ref(kind),
            None => &[],
        };
        let is = |name: &str| kinds.iter().any(|kind| kind == name);
        if is("object") {
            Kind::Object
        } else if is("array") {
            Kind::List
        } else if is("boolean") {
            Kind::Flag
        } else if is("integer") {
            Kind::Number
        } else {
            Kind::Text
        }
    }
}
