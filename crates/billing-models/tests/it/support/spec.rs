//! The specs as the tests see them, read here anew: the generator's own reader is not to be believed, but tested.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// A type that `billing-models` should have.
pub(crate) struct Type {
    /// The generated module, as `sources.toml` names it.
    pub(crate) module: String,
    /// The name in Rust.
    pub(crate) name: String,
    /// The words of the page, or what stands in for them.
    pub(crate) description: String,
    /// Where it is in the spec.
    pub(crate) pointer: String,
    pub(crate) kind: Kind,
    /// Whether members may also be spelled in PascalCase.
    pub(crate) also_pascal_case: bool,
}

pub(crate) enum Kind {
    /// What is read.
    Object(Vec<Member>),
    /// What an update may write, and the members that it may not.
    Update {
        writable: Vec<Member>,
        read_only: Vec<Member>,
    },
    OpenEnum(Vec<String>),
}

#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) description: String,
    pub(crate) read_only: bool,
    pub(crate) personal: bool,
}

#[derive(Clone)]
pub(crate) enum Shape {
    String,
    Boolean,
    Integer,
    Named(String),
    Array(Box<Shape>),
}

/// Every type of every spec, updates included.
pub(crate) fn types() -> &'static [Type] {
    static TYPES: LazyLock<Vec<Type>> = LazyLock::new(read_all);
    &TYPES
}

/// The updates among them.
pub(crate) fn updates() -> impl Iterator<Item = &'static Type> {
    types().iter().filter(|of| of.is_update())
}

/// The one type of this name; ask [`Type::beside`] where versions share names.
pub(crate) fn named(name: &str) -> &'static Type {
    let mut found = types().iter().filter(|of| of.name == name);
    match (found.next(), found.next()) {
        (Some(of), None) => of,
        _ => panic!("{name} is not the name of one type"),
    }
}

/// The definitions of the spec that a type is from.
pub(crate) fn definitions(of: &Type) -> &'static Value {
    static DEFINITIONS: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
        let read =
            |source: &toml::Table| (text(source, "module"), spec(source)["definitions"].clone());
        sources().iter().map(read).collect()
    });
    let found = DEFINITIONS.iter().find(|(module, _)| *module == of.module);
    &found.unwrap().1
}

impl Type {
    /// The members that a document of this type may have.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            Kind::Update { writable, .. } => writable,
            Kind::OpenEnum(_) => &[],
        }
    }

    /// The member that a document means by `name`.
    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| {
            member.name == name || self.also_pascal_case && pascal_case(&member.name) == name
        })
    }

    /// The type of this name beside this one.
    pub(crate) fn beside(&self, name: &str) -> &'static Type {
        let found = types()
            .iter()
            .find(|other| other.module == self.module && other.name == name);
        found.unwrap_or_else(|| panic!("{} has no type {name}", self.module))
    }

    /// The members that an update may not carry.
    pub(crate) fn refused(&self) -> &[Member] {
        match &self.kind {
            Kind::Update { read_only, .. } => read_only,
            Kind::Object(_) | Kind::OpenEnum(_) => &[],
        }
    }

    /// The type that reads what this update writes.
    pub(crate) fn read(&self) -> &'static Type {
        self.beside(self.name.strip_suffix("Update").unwrap())
    }

    pub(crate) fn is_update(&self) -> bool {
        matches!(self.kind, Kind::Update { .. })
    }

    pub(crate) fn is_enum(&self) -> bool {
        matches!(self.kind, Kind::OpenEnum(_))
    }
}

pub(crate) fn pascal_case(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().unwrap().to_uppercase();
    first.chain(letters).collect()
}

fn read_all() -> Vec<Type> {
    let mut all = Vec::new();
    for source in sources() {
        let spec = spec(&source);
        let mut types = Vec::new();
        for (key, schema) in object(&spec["definitions"]) {
            read_type(&format!("/definitions/{key}"), key, key, schema, &mut types);
        }
        for found in &mut types {
            found.module = text(&source, "module");
            found.also_pascal_case = source.get("also_reads").is_some();
        }
        let mut updates = BTreeSet::new();
        for root in source["roots"].as_array().unwrap() {
            if root["role"].as_str() == Some("write") {
                reach(&types, root["type"].as_str().unwrap(), &mut updates);
            }
        }
        let updates: Vec<_> = updates.iter().map(|name| update(&types, name)).collect();
        all.extend(types);
        all.extend(updates);
    }
    all
}

fn sources() -> Vec<toml::Table> {
    let text = fs::read_to_string(specs().join("sources.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let entries = manifest["spec"].as_array().unwrap().iter();
    entries
        .map(|entry| entry.as_table().unwrap().clone())
        .collect()
}

fn spec(source: &toml::Table) -> Value {
    let text = fs::read_to_string(specs().join(text(source, "file"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn specs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs")
}

fn text(source: &toml::Table, key: &str) -> String {
    source[key].as_str().unwrap().to_owned()
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Reads a type and the objects that it has inside; `section` is what the page calls it.
fn read_type(pointer: &str, section: &str, name: &str, schema: &Value, types: &mut Vec<Type>) {
    let kind = match schema.get("properties") {
        Some(properties) => {
            let mut members = Vec::new();
            for (key, schema) in object(properties) {
                let shape = match schema.get("title") {
                    Some(title) => {
                        let title = title.as_str().unwrap();
                        let pointer = format!("{pointer}/properties/{key}");
                        read_type(&pointer, &format!("{section}.{key}"), title, schema, types);
                        Shape::Named(title.to_owned())
                    }
                    None => shape(schema),
                };
                members.push(Member {
                    name: key.clone(),
                    shape,
                    description: description(schema).unwrap_or_else(|| format!("`{key}`")),
                    read_only: schema["readOnly"] == true,
                    personal: schema["x-personal"] == true,
                });
            }
            Kind::Object(members)
        }
        None => {
            let values = schema["anyOf"][0]["enum"].as_array().unwrap().iter();
            Kind::OpenEnum(
                values
                    .map(|value| value.as_str().unwrap().to_owned())
                    .collect(),
            )
        }
    };
    let stand_in = schema["x-dotnet-name"].as_str().unwrap_or(section);
    types.push(Type {
        module: String::new(),
        name: pascal_case(name),
        description: description(schema).unwrap_or_else(|| format!("`{stand_in}`")),
        pointer: pointer.to_owned(),
        kind,
        also_pascal_case: false,
    });
}

fn description(schema: &Value) -> Option<String> {
    schema["description"].as_str().map(str::to_owned)
}

fn shape(schema: &Value) -> Shape {
    let reference = schema
        .get("$ref")
        .or_else(|| schema["allOf"][0].get("$ref"));
    if let Some(reference) = reference {
        let name = reference.as_str().unwrap().strip_prefix("#/definitions/");
        return Shape::Named(pascal_case(name.unwrap()));
    }
    match schema["type"].as_str().unwrap() {
        "string" => Shape::String,
        "boolean" => Shape::Boolean,
        "integer" => Shape::Integer,
        "array" => Shape::Array(Box::new(shape(&schema["items"]))),
        other => panic!("the tests do not know the type {other}"),
    }
}

/// The objects that an update of `name` can reach, itself included.
fn reach(types: &[Type], name: &str, found: &mut BTreeSet<String>) {
    let Some(Kind::Object(members)) = kind(types, name) else {
        return;
    };
    if found.insert(name.to_owned()) {
        for member in members.iter().filter(|member| !member.read_only) {
            if let Shape::Named(inner) = innermost(&member.shape) {
                reach(types, inner, found);
            }
        }
    }
}

fn update(types: &[Type], name: &str) -> Type {
    let read = types.iter().find(|found| found.name == name).unwrap();
    let (read_only, mut writable): (Vec<_>, Vec<_>) = read
        .members()
        .iter()
        .cloned()
        .partition(|member| member.read_only);
    for member in &mut writable {
        let mut shape = &mut member.shape;
        while let Shape::Array(items) = shape {
            shape = items;
        }
        if let Shape::Named(inner) = shape
            && let Some(Kind::Object(_)) = kind(types, inner)
        {
            inner.push_str("Update");
        }
    }
    Type {
        module: read.module.clone(),
        name: format!("{name}Update"),
        description: read.description.clone(),
        pointer: read.pointer.clone(),
        kind: Kind::Update {
            writable,
            read_only,
        },
        also_pascal_case: read.also_pascal_case,
    }
}

fn kind<'t>(types: &'t [Type], name: &str) -> Option<&'t Kind> {
    let found = types.iter().find(|found| found.name == name);
    found.map(|found| &found.kind)
}

fn innermost(shape: &Shape) -> &Shape {
    match shape {
        Shape::Array(items) => innermost(items),
        other => other,
    }
}
