//! The facts of a spec and of a page, such as `AzurePlan.skuId: type` is "string", one line each.
//!
//! Two sets of facts are easy to compare in both directions, and a difference names its location.
//! A keyword that this module does not know is a fact, too, so that every addition to a spec is
//! seen.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub(crate) type Facts = BTreeMap<String, String>;

/// Returns how `spec` differs from `page`: missing, changed and additional facts, each sorted by
/// name.
pub(crate) fn differences(page: &Facts, spec: &Facts) -> Vec<String> {
    let places: BTreeSet<&String> = page.keys().chain(spec.keys()).collect();
    let mut found: Vec<String> = places
        .into_iter()
        .filter_map(|place| match (page.get(place), spec.get(place)) {
            (Some(page), Some(spec)) if page == spec => None,
            (Some(page), Some(spec)) => {
                Some(format!("changed: {place} (page {page:?}, spec {spec:?})"))
            }
            (Some(page), None) => Some(format!("missing: {place} (page {page:?})")),
            (None, spec) => Some(format!("invented: {place} (spec {:?})", spec?)),
        })
        .collect();
    found.sort();
    found
}

/// Returns the facts of a file in `tests/pages`.
pub(crate) fn of_page(page: &Value) -> Facts {
    let mut facts = Facts::new();
    facts.insert("title".into(), words(&page["title"]));
    facts.insert("description".into(), words(&page["description"]));
    flatten("operation", &page["operation"], &mut facts);
    for (name, of_type) in entries(&page["types"]) {
        let kind = if of_type.get("values").is_some() {
            "open enum"
        } else {
            "object"
        };
        facts.insert(format!("{name}: kind"), kind.into());
        for value in items(&of_type["values"]) {
            facts.insert(format!("{name}: value {}", words(value)), "yes".into());
        }
        for (member, says) in entries(&of_type["members"]) {
            for says in items(says) {
                facts.insert(format!("{name}.{member}: type"), words(says));
            }
        }
    }
    for (name, members) in entries(&page["ours"]["personal"]) {
        for member in items(members) {
            facts.insert(
                format!("{name}.{}: x-personal", words(member)),
                "true".into(),
            );
        }
    }
    facts
}

/// The facts of a spec. Types go by the name that the page gives them, which is the .NET name where
/// there is one.
pub(crate) fn of_spec(spec: &Value) -> Facts {
    let names = Names(
        entries(&spec["definitions"])
            .map(|(key, of_type)| {
                (
                    key.clone(),
                    of_type["x-dotnet-name"].as_str().unwrap_or(key).to_owned(),
                )
            })
            .collect(),
    );
    let mut facts = Facts::new();
    for (keyword, value) in entries(spec) {
        match keyword.as_str() {
            "$schema" | "$id" => {}
            "x-operation" => flatten("operation", &names.operation(spec), &mut facts),
            "definitions" => {
                for (key, of_type) in entries(value) {
                    names.add_type(&names.0[key], of_type, &mut facts);
                }
            }
            _ => {
                facts.insert(keyword.clone(), words(value));
            }
        }
    }
    facts
}

/// Maps the key of a definition to the type's name on the page.
struct Names(BTreeMap<String, String>);

impl Names {
    fn add_type(&self, name: &str, of_type: &Value, facts: &mut Facts) {
        let kind = match (of_type.get("type"), of_type.get("anyOf")) {
            (Some(kind), None) => words(kind),
            (None, Some(choices)) => match open_enum(choices) {
                Some(values) => {
                    for value in values {
                        facts.insert(format!("{name}: value {}", words(value)), "yes".into());
                    }
                    "open enum".into()
                }
                None => "not in the form of an open enum".into(),
            },
            _ => "neither a type nor an open enum".into(),
        };
        facts.insert(format!("{name}: kind"), kind);
        for (keyword, value) in entries(of_type) {
            match keyword.as_str() {
                // The page has no names for Rust.
                "type" | "anyOf" | "x-dotnet-name" | "x-ms-enum" => {}
                "properties" => self.add_members(name, name, value, facts),
                _ => {
                    facts.insert(format!("{name}: {keyword}"), words(value));
                }
            }
        }
    }

    /// The page lists the members of an object that stands inline as `properties.address` and so
    /// on, without a row of its own.
    fn add_members(&self, name: &str, place: &str, members: &Value, facts: &mut Facts) {
        for (member, schema) in entries(members) {
            let place = format!("{place}.{member}");
            if let Some(members) = schema.get("properties") {
                let form = json!({ "title": format!("{name}Properties"), "type": "object", "properties": members });
                if *schema != form {
                    facts.insert(
                        format!("{place}: inline object"),
                        "in no agreed form".into(),
                    );
                }
                self.add_members(name, &place, members, facts);
                continue;
            }
            facts.insert(format!("{place}: type"), self.type_of(schema));
            for (keyword, value) in entries(schema) {
                if !["type", "$ref", "allOf", "items", "x-ms-client-name"]
                    .contains(&keyword.as_str())
                {
                    facts.insert(format!("{place}: {keyword}"), words(value));
                }
            }
        }
    }

    /// Returns the page's name of a member's type. The agreed forms are those of `specs/README.md`.
    fn type_of(&self, schema: &Value) -> String {
        let says = |keyword| schema.get(keyword);
        let bare = |schema: &Value| entries(schema).count() == 1;
        match (says("type"), says("items"), says("$ref"), says("allOf")) {
            (Some(Value::String(kind)), None, None, None) => kind.clone(),
            (Some(kind), Some(item), None, None) if kind == "array" && bare(item) => {
                format!("{}[]", self.type_of(item))
            }
            (None, None, Some(target), None) if bare(schema) => self.target(target),
            (None, None, None, Some(Value::Array(all))) => match all.as_slice() {
                [target] if bare(target) => self.target(&target["$ref"]),
                _ => "in no agreed form".into(),
            },
            _ => "in no agreed form".into(),
        }
    }

    fn target(&self, reference: &Value) -> String {
        let reference = words(reference);
        let name = match reference.split_once("#/definitions/") {
            Some(("", key)) => self.0.get(key).cloned(),
            // The generator checks whether another spec has it.
            Some((_, key)) => Some(key.to_owned()),
            None => None,
        };
        name.unwrap_or(format!("dangling {reference}"))
    }

    /// The operation in the page's words: the members of the request body are spelled out, as the
    /// page's table does.
    fn operation(&self, spec: &Value) -> Value {
        let mut operation = spec["x-operation"].clone();
        if let Some(request) = operation.get_mut("request")
            && let Some(members) = request.get("members").cloned()
        {
            let of_type = &spec["definitions"][words(&request["type"])];
            let says = |member: &Value| {
                let schema = words(member)
                    .split('.')
                    .fold(of_type, |schema, part| &schema["properties"][part])
                    .clone();
                (
                    words(member),
                    json!([self.type_of(&schema), schema["description"]]),
                )
            };
            request["members"] = items(&members).map(says).collect::<Map<_, _>>().into();
        }
        self.rename_types(&mut operation);
        operation
    }

    fn rename_types(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename_types(item)),
            Value::Object(entries) => {
                for (key, value) in entries {
                    match self.0.get(value.as_str().unwrap_or_default()) {
                        Some(name) if key == "type" => *value = name.as_str().into(),
                        _ => self.rename_types(value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The values of `anyOf: [{type: string, enum: […]}, {type: string}]`, the one form of an open
/// enum.
fn open_enum(choices: &Value) -> Option<&Vec<Value>> {
    let values = choices[0]["enum"].as_array()?;
    (*choices == json!([{ "type": "string", "enum": values }, { "type": "string" }]))
        .then_some(values)
}

/// Adds a fact for each scalar. Items with a name are identified by it, in any order; other items
/// by their index.
fn flatten(place: &str, value: &Value, facts: &mut Facts) {
    match value {
        Value::Object(_) => {
            entries(value).for_each(|(key, value)| flatten(&format!("{place}.{key}"), value, facts))
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                let mut item = item.clone();
                let name = item.as_object_mut().and_then(|item| item.remove("name"));
                let key = name.as_ref().map_or(index.to_string(), words);
                flatten(&format!("{place}.{key}"), &item, facts);
            }
        }
        _ => {
            facts.insert(place.to_owned(), words(value));
        }
    }
}

fn words(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
