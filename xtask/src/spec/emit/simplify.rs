//! Rewrites an [`Api`] in the terms of a spec: no bases, no aliases, no types without members.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::codegen::problem::Problem;
use crate::spec::api::{
    Additional, Api, Enum, Limits, Member, Mutability, Object, Shape, Type, TypeKind,
};

/// Returns the Api with the members of bases in the types that have them, and with these types
/// resolved where they are held: arrays and other aliases, objects without members, and enums of
/// other values than strings.
///
/// A type that was only a base is gone. A member that holds a read-only type keeps the type's mark.
///
/// # Errors
///
/// If a base does not exist or has no members, or if an alias or a base contains itself.
pub fn simplify(mut api: Api) -> Result<Api, Vec<Problem>> {
    let bases: BTreeSet<String> = api.types.values().flat_map(bases).cloned().collect();
    let mut problems = Vec::new();
    let mut flat = BTreeMap::new();
    for (name, of_type) in &api.types {
        match flatten(&api.types, of_type, &mut vec![name.clone()]) {
            Ok(of_type) => drop(flat.insert(name.clone(), of_type)),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let resolver = Resolver { types: &flat };
    let mut types = BTreeMap::new();
    for (name, of_type) in &flat {
        match resolver.of_type(of_type) {
            Ok(Some(of_type)) => drop(types.insert(name.clone(), of_type)),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    for operation in &mut api.operations {
        let parameters = operation.parameters.iter_mut();
        for (shape, limits) in parameters.map(|one| (&mut one.shape, &mut one.limits)) {
            resolver.in_place(shape, limits, &mut problems);
        }
        let bodies = operation.body.iter_mut().map(|body| &mut body.shape);
        let responses = operation.responses.iter_mut().flat_map(|response| {
            let headers = response.headers.values_mut();
            headers
                .map(|header| &mut header.shape)
                .chain(&mut response.shape)
        });
        for shape in bodies.chain(responses) {
            resolver.in_place(shape, &mut Limits::new(), &mut problems);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    api.types = types;
    let held = held(&api);
    api.types
        .retain(|name, _| held.contains(name) || !bases.contains(name));
    Ok(api)
}

fn bases(of_type: &Type) -> &[String] {
    match &of_type.kind {
        TypeKind::Object(object) => &object.bases,
        _ => &[],
    }
}

/// Returns a type with the members of its bases before its own. `path` leads to it.
fn flatten(
    types: &BTreeMap<String, Type>,
    of_type: &Type,
    path: &mut Vec<String>,
) -> Result<Type, Problem> {
    let TypeKind::Object(object) = &of_type.kind else {
        return Ok(of_type.clone());
    };
    let mut members: Vec<Member> = Vec::new();
    let mut additional = Additional::Unsaid;
    for name in &object.bases {
        if path.contains(name) {
            let what = format!("`{}` is its own base, by `{name}`", of_type.name);
            return Err(problem(of_type, what, "correct the document"));
        }
        let Some(base) = types.get(name) else {
            let what = format!("the base `{name}` of `{}` does not exist", of_type.name);
            return Err(problem(of_type, what, "correct the name of the base"));
        };
        path.push(name.clone());
        let base = flatten(types, base, path)?;
        path.pop();
        let TypeKind::Object(base) = base.kind else {
            let what = format!("the base `{name}` of `{}` is not an object", of_type.name);
            return Err(problem(of_type, what, "correct the document"));
        };
        for member in base.members {
            add(&mut members, member);
        }
        if base.additional != Additional::Unsaid {
            additional = base.additional;
        }
    }
    for member in &object.members {
        add(&mut members, member.clone());
    }
    if object.additional != Additional::Unsaid {
        additional = object.additional.clone();
    }
    let mut flat = of_type.clone();
    flat.kind = TypeKind::Object(Object {
        bases: Vec::new(),
        members,
        additional,
        discriminator: object.discriminator.clone(),
    });
    Ok(flat)
}

/// Adds a member, which replaces one of the same name.
fn add(members: &mut Vec<Member>, member: Member) {
    match members.iter_mut().find(|other| other.name == member.name) {
        Some(other) => *other = member,
        None => members.push(member),
    }
}

/// What holds a type without a form in a spec.
struct Resolved {
    shape: Shape,
    limits: Limits,
    read_only: bool,
}

struct Resolver<'a> {
    types: &'a BTreeMap<String, Type>,
}

impl Resolver<'_> {
    /// Returns a type with its members resolved; `None` if it is itself resolved where it is held.
    fn of_type(&self, of_type: &Type) -> Result<Option<Type>, Problem> {
        if self.replacement(of_type).is_some() {
            return Ok(None);
        }
        let mut found = of_type.clone();
        if let TypeKind::Object(object) = &mut found.kind {
            for member in &mut object.members {
                let resolved = self.shape(&member.shape, &mut Vec::new())?;
                member.shape = resolved.shape;
                for (name, limit) in resolved.limits {
                    member.limits.entry(name).or_insert(limit);
                }
                if resolved.read_only {
                    member.mutability = Mutability::READ_ONLY;
                }
            }
            if let Additional::Allowed(shape) = &mut object.additional {
                *shape = self.shape(shape, &mut Vec::new())?.shape;
            }
        }
        Ok(Some(found))
    }

    fn in_place(&self, shape: &mut Shape, limits: &mut Limits, problems: &mut Vec<Problem>) {
        match self.shape(shape, &mut Vec::new()) {
            Ok(resolved) => {
                *shape = resolved.shape;
                for (name, limit) in resolved.limits {
                    limits.entry(name).or_insert(limit);
                }
            }
            Err(problem) => problems.push(problem),
        }
    }

    /// Resolves a shape. `path` has the aliases that lead to it.
    fn shape(&self, shape: &Shape, path: &mut Vec<String>) -> Result<Resolved, Problem> {
        let plain = |shape| Resolved {
            shape,
            limits: Limits::new(),
            read_only: false,
        };
        let name = match shape {
            Shape::Array(element) => {
                let element = self.shape(element, path)?.shape;
                return Ok(plain(Shape::Array(Box::new(element))));
            }
            Shape::Map(element) => {
                let element = self.shape(element, path)?.shape;
                return Ok(plain(Shape::Map(Box::new(element))));
            }
            Shape::Named(name) => name,
            other => return Ok(plain(other.clone())),
        };
        let Some(of_type) = self.types.get(name) else {
            return Ok(plain(shape.clone()));
        };
        let Some(replacement) = self.replacement(of_type) else {
            let mut kept = plain(shape.clone());
            kept.read_only = of_type.read_only;
            return Ok(kept);
        };
        if path.contains(name) {
            let what = format!("`{name}` is an alias that contains itself");
            return Err(problem(of_type, what, "write an object or `{}`"));
        }
        path.push(name.clone());
        let mut resolved = self.shape(&replacement, path)?;
        path.pop();
        for (name, limit) in limits(of_type) {
            resolved.limits.insert(name, limit);
        }
        resolved.read_only |= of_type.read_only;
        Ok(resolved)
    }

    /// Returns what stands in the place of a type without a form in a spec.
    fn replacement(&self, of_type: &Type) -> Option<Shape> {
        match &of_type.kind {
            TypeKind::Alias(shape) => Some(shape.clone()),
            TypeKind::Enum(of_enum) if is_string(of_enum) => None,
            TypeKind::Enum(of_enum) => Some(of_enum.shape.clone()),
            TypeKind::Object(object) if object.members.is_empty() => {
                Some(match &object.additional {
                    Additional::Allowed(shape) => Shape::Map(Box::new(shape.clone())),
                    Additional::Unsaid | Additional::Forbidden => Shape::Any,
                })
            }
            TypeKind::Object(_) => None,
        }
    }
}

/// Returns whether an enum has the form that a spec has for enums.
fn is_string(of_enum: &Enum) -> bool {
    matches!(of_enum.shape, Shape::String(_) | Shape::Any) && !of_enum.values.is_empty()
}

/// Returns the limits of a type, which include the values of an enum of numbers.
fn limits(of_type: &Type) -> Limits {
    let mut limits = of_type.limits.clone();
    if let TypeKind::Enum(of_enum) = &of_type.kind
        && !of_enum.values.is_empty()
    {
        let values = of_enum.values.iter().map(|value| {
            serde_json::from_str(&value.value).unwrap_or(Value::from(value.value.as_str()))
        });
        limits.insert("enum".to_owned(), values.collect());
    }
    limits
}

/// Returns the names of all types that something holds.
pub fn held(api: &Api) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for operation in &api.operations {
        let parameters = operation.parameters.iter().map(|one| &one.shape);
        let bodies = operation.body.iter().map(|body| &body.shape);
        let responses = operation.responses.iter().flat_map(|response| {
            let headers = response.headers.values().map(|header| &header.shape);
            headers.chain(&response.shape)
        });
        let shapes = parameters.chain(bodies).chain(responses);
        shapes.for_each(|shape| add_names(shape, &mut names));
    }
    for of_type in api.types.values() {
        if let TypeKind::Object(object) = &of_type.kind {
            let members = object.members.iter().map(|member| &member.shape);
            members.for_each(|shape| add_names(shape, &mut names));
            if let Additional::Allowed(shape) = &object.additional {
                add_names(shape, &mut names);
            }
        }
    }
    names
}

fn add_names(shape: &Shape, names: &mut BTreeSet<String>) {
    match shape {
        Shape::Named(name) => drop(names.insert(name.clone())),
        Shape::Array(element) | Shape::Map(element) => add_names(element, names),
        _ => {}
    }
}

fn problem(of_type: &Type, what: String, hint: &str) -> Problem {
    let place = &of_type.place;
    let location = format!(":{}: {}", place.line, place.pointer);
    Problem::new(&place.file, location, what, hint)
}
