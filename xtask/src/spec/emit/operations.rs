//! Writes operations in the form of a reference page's tables.

use serde_json::Value;

use super::ordered::{Members, Ordered, list};
use crate::codegen::problem::Problem;
use crate::spec::api::{
    Api, Body, Example, ExampleResponse, Header, Operation, Parameter, Place, Response, Shape,
};

const JSON: &str = "application/json";

/// The statuses that pages name, each with its reason phrase.
const REASONS: &[(&str, &str)] = &[
    ("200", "OK"),
    ("201", "Created"),
    ("202", "Accepted"),
    ("204", "No Content"),
    ("400", "Bad Request"),
    ("401", "Unauthorized"),
    ("403", "Forbidden"),
    ("404", "Not Found"),
    ("409", "Conflict"),
    ("412", "Precondition Failed"),
    ("429", "Too Many Requests"),
    ("500", "Internal Server Error"),
    ("503", "Service Unavailable"),
];

/// The name of the response to every other status.
const OTHER: &str = "Other Status Codes";

/// Returns the name of a status on a reference page.
pub fn status_name(status: &str) -> String {
    if status == "default" {
        return OTHER.to_owned();
    }
    let reason = REASONS.iter().find(|(known, _)| *known == status);
    reason.map_or(status.to_owned(), |(_, reason)| {
        format!("{status} {reason}")
    })
}

/// Returns the members of `x-operation`, without the description.
pub(super) fn operation(api: &Api, operation: &Operation) -> Result<Members, Vec<Problem>> {
    let mut keys = Members::new();
    keys.add("method", &operation.method);
    keys.add("url", url(api, operation));
    let (headers, parameters): (Vec<_>, Vec<_>) = operation
        .parameters
        .iter()
        .partition(|parameter| parameter.location == "header");
    keys.add_list(
        "parameters",
        parameters.into_iter().map(parameter).collect(),
    );
    keys.add_list("headers", headers.into_iter().map(parameter).collect());
    keys.add_some("request", operation.body.as_ref().map(request));
    let responses = operation.responses.iter();
    keys.add_list(
        "responses",
        responses
            .map(|one| response(one, &operation.produces))
            .collect(),
    );
    keys.add_some(
        "longRunning",
        operation.long_running.as_ref().map(|long_running| {
            let mut keys = Members::new();
            keys.add_some("finalState", long_running.final_state.as_ref());
            keys
        }),
    );
    keys.add_some(
        "pageable",
        operation.pageable.as_ref().map(|pageable| {
            let mut keys = Members::new();
            keys.add("items", &pageable.items);
            keys.add_some("nextLink", pageable.next_link.as_ref());
            keys
        }),
    );
    keys.add_flag("deprecated", operation.deprecated);
    let mut security: Vec<_> = operation
        .security
        .iter()
        .map(|(name, scopes)| scheme(api, name, scopes))
        .collect();
    match (security.pop(), security.is_empty()) {
        (Some(only), true) => keys.add("security", only),
        (Some(last), false) => {
            security.push(last);
            keys.add("security", list(security));
        }
        (None, _) => {}
    }
    let examples: Result<Vec<_>, _> = operation.examples.iter().map(example).collect();
    let unparsed = |error: serde_json::Error| {
        let Place { file, line, .. } = &operation.place;
        let what = format!("a sample is not JSON: {error}");
        let hint = "correct the sample, or leave it out";
        vec![Problem::new(file, format!(":{line}"), what, hint)]
    };
    keys.add_list("examples", examples.map_err(unparsed)?);
    Ok(keys)
}

/// Returns the address with the query that each request has.
pub fn url(api: &Api, operation: &Operation) -> String {
    let mut url = format!("{}{}", operation.host, operation.path);
    for parameter in &operation.parameters {
        if parameter.location != "query" || !parameter.required {
            continue;
        }
        let name = &parameter.name;
        let value = match &api.version {
            Some(version) if name == "api-version" => version.clone(),
            _ => format!("{{{name}}}"),
        };
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&format!("{name}={value}"));
    }
    url
}

fn parameter(parameter: &Parameter) -> Members {
    let mut keys = Members::new();
    keys.add("name", &parameter.name);
    if parameter.location != "header" {
        keys.add("in", &parameter.location);
    }
    keys.add_flag("required", parameter.required);
    add_type(&mut keys, &parameter.shape);
    for (name, limit) in &parameter.limits {
        keys.add(name, limit.clone());
    }
    keys.add_some("default", parameter.default.clone());
    keys.add_some("description", parameter.description.as_ref());
    keys
}

fn request(body: &Body) -> Members {
    let mut keys = Members::new();
    keys.add_some("mediaTypes", media_types(&body.media_types));
    keys.add_some("name", body.name.as_ref());
    keys.add_flag("required", body.required);
    add_type(&mut keys, &body.shape);
    keys.add_some("description", body.description.as_ref());
    let members = body.members.as_ref();
    keys.add_some(
        "members",
        members.map(|members| list(members.iter().collect())),
    );
    keys
}

fn response(response: &Response, media: &[String]) -> Members {
    let mut keys = Members::new();
    keys.add("name", status_name(&response.status));
    if let Some(shape) = &response.shape {
        add_type(&mut keys, shape);
    }
    keys.add_some("description", response.description.as_ref());
    if response.shape.is_some() {
        keys.add_some("mediaTypes", media_types(media));
    }
    let header = |(name, header): (&String, &Header)| {
        let mut keys = Members::new();
        keys.add("name", name);
        add_type(&mut keys, &header.shape);
        keys.add_some("description", header.description.as_ref());
        keys
    };
    keys.add_list("headers", response.headers.iter().map(header).collect());
    keys
}

/// Returns the media types, except JSON alone, which goes without saying.
fn media_types(media_types: &[String]) -> Option<Ordered> {
    let is_json = matches!(media_types, [] | [_]) && media_types.iter().all(|one| one == JSON);
    (!is_json).then(|| list(media_types.iter().collect()))
}

/// Adds the name of a type as a page writes it, and the format of its innermost elements.
fn add_type(keys: &mut Members, shape: &Shape) {
    let (name, format) = type_name(shape);
    keys.add("type", name);
    keys.add_some("format", format);
}

fn type_name(shape: &Shape) -> (String, Option<&String>) {
    let plain = |name: &str, format| (name.to_owned(), format);
    match shape {
        Shape::Any => plain("any", None),
        Shape::String(format) => plain("string", format.as_ref()),
        Shape::Boolean => plain("boolean", None),
        Shape::Integer(format) => plain("integer", format.as_ref()),
        Shape::Number(format) => plain("number", format.as_ref()),
        // The type of another spec goes by its name alone.
        Shape::Named(name) => plain(name.rsplit('/').next().unwrap_or(name), None),
        Shape::Array(element) => around(element, "[]"),
        Shape::Map(element) => around(element, "{}"),
    }
}

fn around<'a>(element: &'a Shape, mark: &str) -> (String, Option<&'a String>) {
    let (name, format) = type_name(element);
    (name + mark, format)
}

fn scheme(api: &Api, name: &str, scopes: &[String]) -> Members {
    let scheme = api.schemes.get(name).cloned().unwrap_or_default();
    let mut keys = Members::new();
    keys.add("name", name);
    keys.add_some("description", scheme.description);
    if !scheme.kind.is_empty() {
        keys.add("type", scheme.kind);
    }
    keys.add_some("flow", scheme.flow);
    keys.add_some("authorizationUrl", scheme.authorization_url);
    let scope = |name: &String| {
        let mut keys = Members::new();
        keys.add("name", name);
        keys.add_some(
            "description",
            scheme.scopes.get(name).and_then(Option::as_ref),
        );
        keys
    };
    keys.add_list("scopes", scopes.iter().map(scope).collect());
    keys
}

fn example(example: &Example) -> serde_json::Result<Members> {
    let mut keys = Members::new();
    keys.add("name", &example.name);
    if let Some(request) = &example.request {
        keys.add("request", Ordered::parse(request)?);
    }
    let responses: serde_json::Result<Vec<_>> =
        example.responses.iter().map(example_response).collect();
    keys.add_list("responses", responses?);
    Ok(keys)
}

fn example_response(response: &ExampleResponse) -> serde_json::Result<Members> {
    let mut keys = Members::new();
    keys.add("name", status_name(&response.status));
    if !response.headers.is_empty() {
        let mut headers = Members::new();
        for (name, value) in &response.headers {
            headers.add(name, Value::from(value.as_str()));
        }
        keys.add("headers", headers);
    }
    if let Some(body) = &response.body {
        keys.add("body", Ordered::parse(body)?);
    }
    Ok(keys)
}
