//! The words of an Api: dropping those of upstream, taking those of another spec, finding gaps.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::spec::api::{Api, TypeKind};

/// Removes every description: the words of upstream's documents stay there.
pub fn drop_words(api: &mut Api) {
    for operation in &mut api.operations {
        operation.description = None;
        operation.examples.clear();
        let parameters = operation.parameters.iter_mut();
        parameters.for_each(|parameter| parameter.description = None);
        if let Some(body) = &mut operation.body {
            body.description = None;
        }
        for response in &mut operation.responses {
            response.description = None;
            let headers = response.headers.values_mut();
            headers.for_each(|header| header.description = None);
        }
    }
    for of_type in api.types.values_mut() {
        of_type.description = None;
        match &mut of_type.kind {
            TypeKind::Object(object) => {
                let members = object.members.iter_mut();
                members.for_each(|member| member.description = None);
            }
            TypeKind::Enum(of_enum) => {
                let values = of_enum.values.iter_mut();
                values.for_each(|value| value.description = None);
            }
            TypeKind::Alias(_) => {}
        }
    }
    for scheme in api.schemes.values_mut() {
        scheme.description = None;
        let scopes = scheme.scopes.values_mut();
        scopes.for_each(|description| *description = None);
    }
}

/// Returns the members without a description, as `Type.member`. One that holds an object defined
/// there needs none.
pub fn missing_words(api: &Api) -> Vec<String> {
    let mut missing = Vec::new();
    for (name, of_type) in &api.types {
        let TypeKind::Object(object) = &of_type.kind else {
            continue;
        };
        for member in &object.members {
            let is_inline = |name: &str| api.types.get(name).is_some_and(|held| held.inline);
            let is_described = member.description.is_some()
                || matches!(&member.shape, crate::spec::api::Shape::Named(name) if is_inline(name));
            if !is_described {
                missing.push(format!("{name}.{}", member.name));
            }
        }
    }
    missing
}

/// The descriptions of a spec.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// By `Type` and `Type.member`.
    pub(super) types: BTreeMap<String, String>,
    /// By the name of the parameter.
    pub(super) parameters: BTreeMap<String, String>,
}

impl Words {
    /// Returns the descriptions of a checked-in spec.
    pub(super) fn of_spec(spec: &Value) -> Self {
        let mut words = Self::default();
        for (name, schema) in entries(&spec["definitions"]) {
            words.add_type(name, schema);
        }
        let several = entries(&spec["x-operations"]).map(|(_, operation)| operation);
        for operation in several.chain(spec.get("x-operation")) {
            for list in ["parameters", "headers"] {
                for parameter in operation[list].as_array().into_iter().flatten() {
                    if let (Some(name), Some(description)) = (
                        parameter["name"].as_str(),
                        parameter["description"].as_str(),
                    ) {
                        let (name, description) = (name.to_owned(), description.to_owned());
                        words.parameters.entry(name).or_insert(description);
                    }
                }
            }
        }
        words
    }

    fn add_type(&mut self, name: &str, schema: &Value) {
        self.add(name.to_owned(), schema);
        for (member, schema) in entries(&schema["properties"]) {
            self.add(format!("{name}.{member}"), schema);
            if let Some(title) = schema["title"].as_str() {
                self.add_type(title, schema);
            }
        }
    }

    fn add(&mut self, key: String, schema: &Value) {
        if let Some(description) = schema["description"].as_str() {
            self.types.insert(key, description.to_owned());
        }
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
