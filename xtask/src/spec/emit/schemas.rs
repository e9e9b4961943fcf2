//! Writes types and members as JSON Schema draft-07.

use serde_json::Value;

use super::ordered::{Members, list};
use crate::codegen::problem::Problem;
use crate::spec::api::{
    Additional, Api, Enum, EnumValue, Limits, Member, Mutability, Object, Shape, Type, TypeKind,
};

/// The levels of inline types that are followed; more can only be a type that contains itself.
const MOST_LEVELS: usize = 32;

/// Returns the types that are not defined at a member, by name.
pub(super) fn definitions(api: &Api) -> Result<Members, Vec<Problem>> {
    let schemas = Schemas { api };
    let mut definitions = Members::new();
    let mut problems = Vec::new();
    for (name, of_type) in &api.types {
        if of_type.inline {
            continue;
        }
        let mut keys = Members::new();
        keys.add_some("description", of_type.description.as_ref());
        match schemas.add_type(&mut keys, of_type, 0) {
            Ok(()) => definitions.add(name, keys),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(definitions)
    } else {
        Err(problems)
    }
}

/// What a document says of unknown members: the generated types keep them in any case.
const ADDITIONAL: &str = "x-additional-properties";

struct Schemas<'a> {
    api: &'a Api,
}

impl Schemas<'_> {
    fn add_type(&self, keys: &mut Members, of_type: &Type, level: usize) -> Result<(), Problem> {
        let object = match &of_type.kind {
            TypeKind::Object(object) => object,
            TypeKind::Enum(of_enum) => {
                add_enum(keys, of_enum);
                add_dotnet_name(keys, of_type);
                keys.add_flag("readOnly", of_type.read_only);
                add_limits(keys, &[], &of_type.limits);
                return Ok(());
            }
            TypeKind::Alias(_) => {
                let what = "an alias has no form in a spec";
                return Err(problem(of_type, what, "simplify the Api first"));
            }
        };
        if !object.bases.is_empty() {
            let what = "a base has no form in a spec";
            return Err(problem(of_type, what, "simplify the Api first"));
        }
        if level > MOST_LEVELS {
            let what = format!("the inline type `{}` contains itself", of_type.name);
            return Err(problem(of_type, what, "give it a definition of its own"));
        }
        keys.add("type", "object");
        add_dotnet_name(keys, of_type);
        keys.add_flag("readOnly", of_type.read_only);
        keys.add_some("discriminator", object.discriminator.as_ref());
        add_limits(keys, &[], &of_type.limits);
        let required = object.members.iter().filter(|member| member.required);
        keys.add_list("required", required.map(|member| &member.name).collect());
        let mut properties = Members::new();
        for member in &object.members {
            properties.add(&member.name, self.member(member, level)?);
        }
        keys.add("properties", properties);
        self.add_additional(keys, object, level)
    }

    fn add_additional(
        &self,
        keys: &mut Members,
        object: &Object,
        level: usize,
    ) -> Result<(), Problem> {
        match &object.additional {
            Additional::Unsaid => {}
            Additional::Forbidden => keys.add(ADDITIONAL, Value::Bool(false)),
            Additional::Allowed(shape) => keys.add(ADDITIONAL, self.shape(shape, level)?),
        }
        Ok(())
    }

    fn member(&self, member: &Member, level: usize) -> Result<Members, Problem> {
        let mut keys = self.shape(&member.shape, level)?;
        let shape_keys = keys.0.len();
        add_limits(&mut keys, own_limits(&member.shape), &member.limits);
        keys.add_some("description", member.description.as_ref());
        match member.mutability {
            Mutability::READ_ONLY => keys.add_flag("readOnly", true),
            other if other == Mutability::default() => {}
            Mutability {
                read,
                create,
                update,
            } => {
                let verbs = [(read, "read"), (create, "create"), (update, "update")];
                let verbs = verbs.into_iter().filter(|(can, _)| *can);
                keys.add(
                    "x-ms-mutability",
                    list(verbs.map(|(_, verb)| verb).collect()),
                );
            }
        }
        keys.add_flag("x-personal", member.personal);
        keys.add_flag("x-ms-secret", member.secret);
        keys.add_some("x-ms-client-name", member.client_name.as_ref());
        keys.add_flag("x-ms-client-flatten", member.flattened);
        let identifiers = member.identifiers.as_ref();
        keys.add_some(
            "x-ms-identifiers",
            identifiers.map(|names| list(names.iter().collect())),
        );
        keys.add_some("x-nullable", member.nullable.map(Value::Bool));
        keys.add_some("default", member.default.clone());
        // Draft-07 ignores what stands beside a `$ref`.
        if let [(name, _), ..] = keys.0.as_slice()
            && name == "$ref"
            && keys.0.len() > shape_keys
        {
            let rest = keys.0.split_off(1);
            let mut around = Members::new();
            around.add("allOf", list(vec![keys]));
            around.0.extend(rest);
            return Ok(around);
        }
        Ok(keys)
    }

    fn shape(&self, shape: &Shape, level: usize) -> Result<Members, Problem> {
        let mut keys = Members::new();
        let mut plain = |kind: &str, format: Option<&String>| {
            keys.add("type", kind);
            keys.add_some("format", format);
        };
        match shape {
            Shape::Any => {}
            Shape::String(format) => plain("string", format.as_ref()),
            Shape::Boolean => plain("boolean", None),
            Shape::Integer(format) => plain("integer", format.as_ref()),
            Shape::Number(format) => plain("number", format.as_ref()),
            Shape::Array(element) => {
                keys.add("type", "array");
                keys.add("items", self.shape(element, level)?);
            }
            Shape::Map(element) => {
                keys.add("type", "object");
                keys.add("additionalProperties", self.shape(element, level)?);
            }
            Shape::Named(name) => match self.api.types.get(name) {
                Some(of_type) if of_type.inline => {
                    keys.add("title", name);
                    self.add_type(&mut keys, of_type, level + 1)?;
                }
                _ if name.contains('#') => keys.add("$ref", name),
                _ => keys.add("$ref", format!("#/definitions/{}", escaped(name))),
            },
        }
        Ok(keys)
    }
}

fn add_enum(keys: &mut Members, of_enum: &Enum) {
    let mut known = Members::new();
    known.add("type", "string");
    let values = of_enum.values.iter();
    known.add("enum", list(values.map(|value| &value.value).collect()));
    let mut other = Members::new();
    other.add("type", "string");
    keys.add("anyOf", list(vec![known, other]));

    let is_named = |value: &&EnumValue| value.name.is_some() || value.description.is_some();
    let mut extension = Members::new();
    // A spec's enum is open unless it says otherwise; the generated types accept any value.
    if !of_enum.open {
        extension.add("modelAsString", Value::Bool(false));
    }
    let values: Vec<_> = of_enum.values.iter().filter(is_named).collect();
    let value = |value: &EnumValue| {
        let mut keys = Members::new();
        keys.add("value", &value.value);
        keys.add_some("name", value.name.as_ref());
        keys.add_some("description", value.description.as_ref());
        keys
    };
    extension.add_list("values", values.into_iter().map(value).collect());
    if !extension.0.is_empty() {
        keys.add("x-ms-enum", extension);
    }
}

fn add_dotnet_name(keys: &mut Members, of_type: &Type) {
    keys.add_some("x-dotnet-name", of_type.dotnet_name.as_ref());
}

/// Returns the limits that draft-07 defines for a kind of value.
fn own_limits(shape: &Shape) -> &'static [&'static str] {
    match shape {
        Shape::String(_) => &["minLength", "maxLength", "pattern"],
        Shape::Integer(_) | Shape::Number(_) => &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
        Shape::Array(_) => &["minItems", "maxItems", "uniqueItems"],
        Shape::Any | Shape::Boolean | Shape::Named(_) | Shape::Map(_) => &[],
    }
}

/// Adds the limits of a value. Those that are not its kind's `own`, such as `maxItems` of an
/// object, are kept as words.
fn add_limits(keys: &mut Members, own: &[&str], limits: &Limits) {
    let mut others = Members::new();
    for (name, limit) in limits {
        let place = if own.contains(&name.as_str()) {
            &mut *keys
        } else {
            &mut others
        };
        place.add(name, limit.clone());
    }
    if !others.0.is_empty() {
        keys.add("x-limits", others);
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn problem(of_type: &Type, what: impl Into<String>, hint: &str) -> Problem {
    let place = &of_type.place;
    Problem::new(
        &place.file,
        format!(":{}: {}", place.line, place.pointer),
        what,
        hint,
    )
}
