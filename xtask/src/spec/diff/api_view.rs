//! Looks at an [`Api`] as it is on the wire: aliases followed, members of bases among the members.

use serde_json::{Map, Value, json};

use crate::codegen::names::{field_name, type_name, variant_name};
use crate::spec::api::{
    Additional, Api, Enum, EnumValue, Limits, Member, Mutability, Object, Operation, Place, Shape,
    Type, TypeKind,
};

/// How deep aliases and bases are followed; more are a circle.
const DEPTH: usize = 32;

/// One of the two documents.
pub struct View<'a> {
    /// What it says.
    pub api: &'a Api,
    /// All its operations, also those that are not compared.
    pub index: &'a [Operation],
    /// The file whose places need no name.
    file: String,
    module: String,
}

/// A type without aliases, and the limits that the aliases state.
pub struct Resolved<'a> {
    /// The kind.
    pub kind: Kind<'a>,
    /// The limits.
    pub limits: Limits,
}

/// A kind of value.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "each is a kind of `Shape` or `TypeKind`")]
pub enum Kind<'a> {
    Any,
    String(Option<&'a str>),
    Boolean,
    Integer(Option<&'a str>),
    Number(Option<&'a str>),
    Object(&'a Type, &'a Object),
    Enum(&'a Type, &'a Enum),
    Array(&'a Shape),
    Map(&'a Shape),
    /// A type that is not in the document.
    Unknown(&'a str),
}

impl<'a> View<'a> {
    /// Looks at a document.
    pub fn new(api: &'a Api, index: &'a [Operation]) -> Self {
        let version = api.version.as_deref().unwrap_or_default();
        let mut module: String = version
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect::<String>()
            .to_ascii_lowercase();
        if module.starts_with(|first: char| first.is_ascii_digit()) {
            module.insert(0, 'v');
        }
        let first = api.operations.first().map(|one| one.place.file.clone());
        Self {
            api,
            index,
            file: first.unwrap_or_default(),
            module,
        }
    }

    /// Follows aliases.
    pub fn resolve(&self, shape: &'a Shape) -> Resolved<'a> {
        let mut shape = shape;
        let mut limits = Limits::new();
        for _ in 0..DEPTH {
            let kind = match shape {
                Shape::Any => Kind::Any,
                Shape::String(format) => Kind::String(format.as_deref()),
                Shape::Boolean => Kind::Boolean,
                Shape::Integer(format) => Kind::Integer(format.as_deref()),
                Shape::Number(format) => Kind::Number(format.as_deref()),
                Shape::Array(element) => Kind::Array(element),
                Shape::Map(element) => Kind::Map(element),
                Shape::Named(name) => match self.api.types.get(name) {
                    None => Kind::Unknown(name),
                    Some(found) => match &found.kind {
                        TypeKind::Object(object) => match &object.additional {
                            Additional::Allowed(values) if is_map(object) => {
                                limits.extend(found.limits.clone());
                                Kind::Map(values)
                            }
                            _ => Kind::Object(found, object),
                        },
                        TypeKind::Enum(values) => Kind::Enum(found, values),
                        TypeKind::Alias(inner) => {
                            limits.extend(found.limits.clone());
                            shape = inner;
                            continue;
                        }
                    },
                },
            };
            return Resolved { kind, limits };
        }
        Resolved {
            kind: Kind::Any,
            limits,
        }
    }

    /// Returns the type of a value or of its elements, if it is an object or an enum, and what
    /// its path has at the end.
    pub fn innermost(&self, shape: &'a Shape) -> Option<(&'a Type, String)> {
        let mut shape = shape;
        let mut end = String::new();
        for _ in 0..DEPTH {
            match self.resolve(shape).kind {
                Kind::Object(found, _) | Kind::Enum(found, _) => return Some((found, end)),
                Kind::Array(element) => {
                    end.push_str("[]");
                    shape = element;
                }
                Kind::Map(element) => {
                    end.push_str("{}");
                    shape = element;
                }
                _ => return None,
            }
        }
        None
    }

    /// Returns an object with this name.
    pub fn object(&self, name: &str) -> Option<&'a Object> {
        match &self.api.types.get(name)?.kind {
            TypeKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the members of an object, with those of its bases. A member hides one of a base.
    pub fn members(&self, name: &str) -> Vec<&'a Member> {
        let mut found = Vec::new();
        self.add_members(name, &mut found, 0);
        found
    }

    fn add_members(&self, name: &str, found: &mut Vec<&'a Member>, depth: usize) {
        let Some(object) = self.object(name).filter(|_| depth < DEPTH) else {
            return;
        };
        for member in &object.members {
            if !found.iter().any(|one| one.name == member.name) {
                found.push(member);
            }
        }
        for base in &object.bases {
            self.add_members(base, found, depth + 1);
        }
    }

    /// Returns when a member can be read and written, by its own mark and that of its type.
    pub fn mutability(&self, member: &'a Member) -> Mutability {
        let of_type = match self.innermost(&member.shape) {
            Some((found, _)) => found.read_only,
            None => self.is_read_only_alias(&member.shape),
        };
        if of_type {
            Mutability {
                read: member.mutability.read,
                ..Mutability::READ_ONLY
            }
        } else {
            member.mutability
        }
    }

    fn is_read_only_alias(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Named(name) => self
                .api
                .types
                .get(name)
                .is_some_and(|found| found.read_only),
            _ => false,
        }
    }

    /// Returns a JSON pointer, after the file if it is another one than that of the operations.
    pub fn pointer(&self, place: &Place) -> Option<String> {
        match (place.pointer.as_str(), place.file == self.file) {
            ("", _) if place.line == 0 => None,
            ("", _) => Some(format!("{}:{}", place.file, place.line)),
            (pointer, true) => Some(pointer.to_owned()),
            (pointer, false) => Some(format!("{}{pointer}", place.file)),
        }
    }

    /// Returns the path of a type in generated code.
    pub fn rust_type(&self, name: &str) -> String {
        let name = type_name(last(name));
        if self.module.is_empty() {
            name
        } else {
            format!("{}::{name}", self.module)
        }
    }

    /// Returns the path of a member in generated code.
    pub fn rust_member(&self, of_type: &str, member: &Member) -> String {
        format!("{}::{}", self.rust_type(of_type), rust_field(member))
    }

    /// Returns the path of an enum value in generated code.
    pub fn rust_value(&self, of_type: &str, value: &EnumValue) -> String {
        format!("{}::{}", self.rust_type(of_type), rust_variant(value))
    }

    /// Describes a type in a report.
    pub fn describe(&self, shape: &'a Shape) -> Value {
        let mut keys = Map::new();
        let mut kind = |name: &str, format: Option<&str>| {
            if let Some(format) = format {
                keys.insert("format".to_owned(), format.into());
            }
            keys.insert("kind".to_owned(), name.into());
        };
        match self.resolve(shape).kind {
            Kind::Any => kind("any", None),
            Kind::String(format) => kind("string", format),
            Kind::Boolean => kind("boolean", None),
            Kind::Integer(format) => kind("integer", format),
            Kind::Number(format) => kind("number", format),
            Kind::Object(found, _) => return json!({ "kind": "object", "type": found.name }),
            Kind::Enum(found, _) => return json!({ "kind": "enum", "type": found.name }),
            Kind::Unknown(name) => return json!({ "kind": "object", "type": last(name) }),
            Kind::Array(element) => {
                return json!({ "items": self.describe(element), "kind": "array" });
            }
            Kind::Map(element) => {
                return json!({ "kind": "map", "values": self.describe(element) });
            }
        }
        Value::Object(keys)
    }
}

/// Returns whether an object has only members without a name.
fn is_map(object: &Object) -> bool {
    object.members.is_empty() && object.bases.is_empty()
}

/// Returns the name of a type without the file of another spec.
pub fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Returns whether two types have one name in generated code.
pub fn is_same_rust_type(a: &str, b: &str) -> bool {
    let (a, b) = (last(a), last(b));
    if a == b {
        return true;
    }
    // Most names differ in their letters already.
    let letters = |name: &str| {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<Vec<_>>()
    };
    a == b || letters(a) == letters(b) && type_name(a) == type_name(b)
}

/// Returns the name of a member in generated code.
pub fn rust_field(member: &Member) -> String {
    let name = field_name(member.client_name.as_deref().unwrap_or(&member.name));
    if syn::parse_str::<syn::Ident>(&name).is_ok() {
        name
    } else {
        format!("{name}_")
    }
}

/// Returns the name of an enum value in generated code.
pub fn rust_variant(value: &EnumValue) -> String {
    variant_name(value.name.as_deref().unwrap_or(&value.value))
}

/// Returns what a request of an operation can write, of what can be written: when it creates, and
/// when it updates.
pub fn writes(operation: &Operation, mutability: Mutability) -> (bool, bool) {
    let Mutability { create, update, .. } = mutability;
    match operation.method.as_str() {
        "PATCH" => (false, update),
        "PUT" => (create, update),
        _ => (create, false),
    }
}
