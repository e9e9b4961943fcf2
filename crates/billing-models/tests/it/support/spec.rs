//! Reads the specs for the tests, without the generator's reader, which is under test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The generator's own small specs, for which the same properties hold: forms that its users may
/// need next.
const FORMS: [&str; 7] = [
    "client_names",
    "full_resource",
    "kinds",
    "nullable",
    "open_enum",
    "personal",
    "read_only",
];

/// A type that should have been generated.
pub(crate) struct Type {
    /// Whether `billing-models` has it; otherwise it is one of [`FORMS`].
    pub(crate) published: bool,
    /// The generated module, as `sources.toml` names it.
    pub(crate) module: String,
    /// The name in Rust.
    pub(crate) name: String,
    /// The description of the page, or its replacement.
    pub(crate) description: String,
    /// Its JSON pointer in the spec.
    pub(crate) pointer: String,
    pub(crate) kind: Kind,
    /// Whether members may also be spelled in PascalCase.
    pub(crate) also_pascal_case: bool,
}

pub(crate) enum Kind {
    /// A type that is read.
    Object(Vec<Member>),
    /// A type that is written, and the members that it may not have.
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
    Number,
    /// Any JSON.
    Any,
    Named(String),
    Array(Box<Shape>),
    /// An object with free names.
    Map(Box<Shape>),
}

impl Shape {
    /// Returns the type that it contains, directly or deeper.
    pub(crate) fn named(&self) -> Option<&str> {
        match self {
            Shape::Named(name) => Some(name),
            Shape::Array(inner) | Shape::Map(inner) => inner.named(),
            _ => None,
        }
    }

    fn named_mut(&mut self) -> Option<&mut String> {
        match self {
            Shape::Named(name) => Some(name),
            Shape::Array(inner) | Shape::Map(inner) => inner.named_mut(),
            _ => None,
        }
    }
}

/// Returns each type of each spec, updates included.
pub(crate) fn types() -> &'static [Type] {
    static TYPES: LazyLock<Vec<Type>> = LazyLock::new(read_all);
    &TYPES
}

/// Returns the updates among them.
pub(crate) fn updates() -> impl Iterator<Item = &'static Type> {
    types().iter().filter(|of| of.is_update())
}

/// Returns the types that `billing-models` has.
pub(crate) fn published() -> impl Iterator<Item = &'static Type> {
    types().iter().filter(|of| of.published)
}

/// Returns the published type of this name; of those that versions share, that of the version that
/// the manifest lists first.
pub(crate) fn named(name: &str) -> &'static Type {
    let mut found = published().filter(|of| of.name == name);
    found
        .next()
        .unwrap_or_else(|| panic!("there is no type {name}"))
}

/// Returns the definitions of a type's spec and of the specs beside it, as if they were one.
pub(crate) fn definitions(of: &Type) -> &'static Value {
    static DEFINITIONS: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
        let read = |source: Source| {
            let mut definitions = source.spec()["definitions"].clone();
            let mut all = Map::new();
            for sibling in sources().filter(|other| other.folder() == source.folder()) {
                all.extend(object(&sibling.spec()["definitions"]).clone());
            }
            all.append(definitions.as_object_mut().unwrap());
            let mut text = Value::Object(all).to_string();
            for sibling in sources() {
                let file = sibling.text("file");
                let name = file.rsplit('/').next().unwrap();
                text = text.replace(&format!("\"{name}#/"), "\"#/");
            }
            (source.text("module"), serde_json::from_str(&text).unwrap())
        };
        sources().map(read).collect()
    });
    let found = DEFINITIONS.iter().find(|(module, _)| *module == of.module);
    &found.unwrap().1
}

impl Type {
    /// Returns the members that a document of this type may have.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            Kind::Update { writable, .. } => writable,
            Kind::OpenEnum(_) => &[],
        }
    }

    /// Returns the member that `name` names in a document.
    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| {
            member.name == name || self.also_pascal_case && pascal_case(&member.name) == name
        })
    }

    /// Returns the type of this name in the same spec, or in another one.
    pub(crate) fn beside(&self, name: &str) -> &'static Type {
        let own = types()
            .iter()
            .find(|other| other.module == self.module && other.name == name);
        own.unwrap_or_else(|| named(name))
    }

    /// Returns the members that an update may not have.
    pub(crate) fn refused(&self) -> &[Member] {
        match &self.kind {
            Kind::Update { read_only, .. } => read_only,
            Kind::Object(_) | Kind::OpenEnum(_) => &[],
        }
    }

    /// Returns the type that is read where this update is written.
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
        let spec = source.spec();
        let mut types = Vec::new();
        for (key, schema) in object(&spec["definitions"]) {
            read_type(&format!("/definitions/{key}"), key, key, schema, &mut types);
        }
        for found in &mut types {
            found.published = source.published;
            found.module = source.text("module");
            found.also_pascal_case = source.entry.get("also_reads").is_some();
        }
        let mut updates = BTreeSet::new();
        for root in source.entry["roots"].as_array().unwrap() {
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

/// An entry of a manifest.
struct Source {
    published: bool,
    folder: PathBuf,
    entry: toml::Table,
}

impl Source {
    fn text(&self, key: &str) -> String {
        self.entry[key].as_str().unwrap().to_owned()
    }

    /// Returns the path of the spec.
    fn folder(&self) -> PathBuf {
        let path = self.folder.join(self.text("file"));
        path.parent().unwrap().to_owned()
    }

    fn spec(&self) -> Value {
        let text = fs::read_to_string(self.folder.join(self.text("file"))).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

fn sources() -> impl Iterator<Item = Source> {
    let forms = manifest("xtask/test_data/specs", false);
    let forms = forms.filter(|form| FORMS.contains(&form.text("module").as_str()));
    manifest("specs", true).chain(forms)
}

fn manifest(folder: &str, published: bool) -> impl Iterator<Item = Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    let text = fs::read_to_string(folder.join("sources.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let entries = manifest["spec"].as_array().unwrap().clone();
    entries.into_iter().map(move |entry| Source {
        published,
        folder: folder.clone(),
        entry: entry.as_table().unwrap().clone(),
    })
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Reads a type and the types inside it; `section` is its name on the page.
fn read_type(pointer: &str, section: &str, name: &str, schema: &Value, types: &mut Vec<Type>) {
    let kind = match known_values(schema) {
        Some(values) => Kind::OpenEnum(values),
        None => {
            let mut members = Vec::new();
            for (key, schema) in object(&schema["properties"]) {
                let pointer = format!("{pointer}/properties/{key}");
                let section = format!("{section}.{key}");
                members.push(Member {
                    name: key.clone(),
                    shape: shape(&pointer, &section, schema, types),
                    description: description(schema).unwrap_or_else(|| format!("`{key}`")),
                    read_only: schema["readOnly"] == true,
                    personal: schema["x-personal"] == true,
                });
            }
            Kind::Object(members)
        }
    };
    let stand_in = schema["x-dotnet-name"].as_str().unwrap_or(section);
    types.push(Type {
        published: false,
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

/// Returns the values of `anyOf: [{type: string, enum: […]}, {type: string}]`, in either order.
fn known_values(schema: &Value) -> Option<Vec<String>> {
    let mut choices = schema["anyOf"].as_array()?.iter();
    let values = choices.find_map(|choice| choice["enum"].as_array())?;
    Some(
        values
            .iter()
            .map(|value| value.as_str().unwrap().to_owned())
            .collect(),
    )
}

/// Returns the schema beside "or null", and its pointer.
fn not_null(schema: &Value) -> Option<(String, &Value)> {
    ["anyOf", "oneOf"].iter().find_map(|keyword| {
        let choices = schema[keyword].as_array()?;
        let null = choices.iter().position(|choice| choice["type"] == "null")?;
        let [_, _] = choices.as_slice() else {
            panic!("the tests know \"or null\" for one form: {schema}")
        };
        Some((format!("{keyword}/{}", 1 - null), &choices[1 - null]))
    })
}

fn shape(pointer: &str, section: &str, schema: &Value, types: &mut Vec<Type>) -> Shape {
    if let Some((step, schema)) = not_null(schema) {
        return shape(&format!("{pointer}/{step}"), section, schema, types);
    }
    if known_values(schema).is_some() || schema.get("properties").is_some() {
        let title = schema["title"].as_str();
        let title = title.unwrap_or_else(|| panic!("the tests need a title at {pointer}"));
        read_type(pointer, section, title, schema, types);
        return Shape::Named(pascal_case(title));
    }
    let reference = schema
        .get("$ref")
        .or_else(|| schema["allOf"][0].get("$ref"));
    if let Some(reference) = reference {
        let (_, name) = reference
            .as_str()
            .unwrap()
            .split_once("#/definitions/")
            .unwrap();
        return Shape::Named(pascal_case(name));
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").unwrap(),
        kind => kind,
    };
    let mut inner = |keyword: &str| match schema.get(keyword) {
        None | Some(Value::Bool(true)) => Box::new(Shape::Any),
        Some(inner) => {
            let (pointer, section) = (
                format!("{pointer}/{keyword}"),
                format!("{section}.{keyword}"),
            );
            Box::new(shape(&pointer, &section, inner, types))
        }
    };
    match kind.as_str() {
        Some("string") => Shape::String,
        Some("boolean") => Shape::Boolean,
        Some("integer") => Shape::Integer,
        Some("number") => Shape::Number,
        Some("array") => Shape::Array(inner("items")),
        Some("object") => Shape::Map(inner("additionalProperties")),
        None => Shape::Any,
        Some(other) => panic!("the tests do not know the type {other} at {pointer}"),
    }
}

/// Returns the objects that an update of `name` can contain, itself included.
fn reach(types: &[Type], name: &str, found: &mut BTreeSet<String>) {
    let Some(Kind::Object(members)) = kind(types, name) else {
        return;
    };
    if found.insert(name.to_owned()) {
        for member in members.iter().filter(|member| !member.read_only) {
            if let Some(inner) = member.shape.named() {
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
        if let Some(inner) = member.shape.named_mut()
            && let Some(Kind::Object(_)) = kind(types, inner)
        {
            inner.push_str("Update");
        }
    }
    Type {
        published: read.published,
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
