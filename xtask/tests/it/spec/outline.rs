//! A short text of an Api, for snapshots.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use xtask::spec::api::{Additional, Api, Limits, Member, Mutability, Operation, Shape, TypeKind};
use xtask::spec::read::document::Reading;

/// Returns what was read, one line for each fact.
pub(crate) fn outline(reading: &Reading) -> String {
    let mut text = of_api(&reading.api);
    for warning in &reading.warnings {
        writeln!(text, "warning: {warning}").unwrap();
    }
    for (name, places) in &reading.readings {
        for place in places {
            writeln!(text, "reading: {name} at {place}").unwrap();
        }
    }
    for keyword in &reading.omitted {
        writeln!(text, "omitted: {keyword}").unwrap();
    }
    text
}

fn of_api(api: &Api) -> String {
    let mut text = format!("{} {}\n", api.title, api.version.as_deref().unwrap_or("-"));
    for operation in &api.operations {
        of_operation(&mut text, operation);
    }
    for (name, scheme) in &api.schemes {
        let flow = scheme.flow.as_deref().unwrap_or("-");
        let scopes: Vec<_> = scheme.scopes.keys().cloned().collect();
        let scopes = scopes.join(", ");
        writeln!(text, "scheme {name}: {} {flow} [{scopes}]", scheme.kind).unwrap();
    }
    for (name, found) in &api.types {
        assert_eq!(*name, found.name);
        let inline = if found.inline { " (inline)" } else { "" };
        let read_only = if found.read_only { " read-only" } else { "" };
        write!(text, "{name}{inline}{read_only}{}", limits(&found.limits)).unwrap();
        if let Some(words) = &found.description {
            write!(text, " {words:?}").unwrap();
        }
        match &found.kind {
            TypeKind::Alias(of) => writeln!(text, " = {}", shape(of)).unwrap(),
            TypeKind::Enum(found) => {
                let open = if found.open { "open" } else { "closed" };
                writeln!(text, ": {open} enum of {}", shape(&found.shape)).unwrap();
                for value in &found.values {
                    write!(text, "  {}", value.value).unwrap();
                    for word in value.name.iter().chain(&value.description) {
                        write!(text, " {word:?}").unwrap();
                    }
                    text.push('\n');
                }
            }
            TypeKind::Object(object) => {
                if !object.bases.is_empty() {
                    write!(text, " < {}", object.bases.join(", ")).unwrap();
                }
                if let Some(discriminator) = &object.discriminator {
                    write!(text, " told apart by {discriminator}").unwrap();
                }
                text.push('\n');
                for member in &object.members {
                    of_member(&mut text, member);
                }
                match &object.additional {
                    Additional::Unsaid => {}
                    Additional::Forbidden => text.push_str("  no others\n"),
                    Additional::Allowed(of) => writeln!(text, "  others: {}", shape(of)).unwrap(),
                }
            }
        }
    }
    text
}

fn of_operation(text: &mut String, operation: &Operation) {
    let Operation {
        id,
        method,
        host,
        path,
        ..
    } = operation;
    write!(text, "{id}: {method} {host} {path}").unwrap();
    if operation.deprecated {
        text.push_str(" deprecated");
    }
    if let Some(long_running) = &operation.long_running {
        write!(text, " long-running {:?}", long_running.final_state).unwrap();
    }
    if let Some(pages) = &operation.pageable {
        write!(text, " pages of {} by {:?}", pages.items, pages.next_link).unwrap();
    }
    if let Some(words) = &operation.description {
        write!(text, " {words:?}").unwrap();
    }
    writeln!(text, " {:?} {:?}", operation.produces, operation.security).unwrap();
    for one in &operation.parameters {
        let required = if one.required { " required" } else { "" };
        let default = default(one.default.as_ref());
        let (shape, limits) = (shape(&one.shape), limits(&one.limits));
        let (location, name) = (&one.location, &one.name);
        writeln!(
            text,
            "  {location} {name}: {shape}{required}{default}{limits}"
        )
        .unwrap();
    }
    if let Some(body) = &operation.body {
        let required = if body.required { " required" } else { "" };
        let name = body.name.as_deref().unwrap_or("-");
        let (shape, types) = (shape(&body.shape), &body.media_types);
        writeln!(text, "  body {name}: {shape}{required} {types:?}").unwrap();
    }
    for response in &operation.responses {
        let body = response.shape.as_ref().map_or("-".to_owned(), shape);
        let words = response.description.as_deref().unwrap_or_default();
        writeln!(text, "  {}: {body} {words:?}", response.status).unwrap();
        for (name, header) in &response.headers {
            writeln!(text, "    {name}: {}", shape(&header.shape)).unwrap();
        }
    }
}

fn of_member(text: &mut String, member: &Member) {
    write!(text, "  {}: {}", member.name, shape(&member.shape)).unwrap();
    let Mutability {
        read,
        create,
        update,
    } = member.mutability;
    let marks = [
        (member.required, "required"),
        (member.nullable == Some(true), "nullable"),
        (member.nullable == Some(false), "never-null"),
        (member.mutability == Mutability::READ_ONLY, "read-only"),
        (!read, "not-read"),
        (!create && update, "not-created"),
        (create && !update, "not-updated"),
        (member.flattened, "flattened"),
        (member.secret, "secret"),
    ];
    for (_, mark) in marks.iter().filter(|(is_set, _)| *is_set) {
        write!(text, " {mark}").unwrap();
    }
    if let Some(name) = &member.client_name {
        write!(text, " as {name}").unwrap();
    }
    if let Some(identifiers) = &member.identifiers {
        write!(text, " identified by {identifiers:?}").unwrap();
    }
    text.push_str(&default(member.default.as_ref()));
    text.push_str(&limits(&member.limits));
    if let Some(words) = &member.description {
        write!(text, " {words:?}").unwrap();
    }
    text.push('\n');
}

fn default(value: Option<&Value>) -> String {
    value.map_or(String::new(), |value| format!(" = {value}"))
}

fn limits(limits: &Limits) -> String {
    let limits: BTreeMap<_, _> = limits.iter().map(|(k, v)| (k, v.to_string())).collect();
    match limits.is_empty() {
        true => String::new(),
        false => format!(" {limits:?}").replace('"', ""),
    }
}

fn shape(shape: &Shape) -> String {
    let with = |kind: &str, format: &Option<String>| match format {
        Some(format) => format!("{kind}({format})"),
        None => kind.to_owned(),
    };
    match shape {
        Shape::Any => "any".to_owned(),
        Shape::String(format) => with("string", format),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer(format) => with("integer", format),
        Shape::Number(format) => with("number", format),
        Shape::Named(name) => name.clone(),
        Shape::Array(of) => format!("[{}]", self::shape(of)),
        Shape::Map(of) => format!("{{{}}}", self::shape(of)),
    }
}
