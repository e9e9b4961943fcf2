//! Reads `x-operation`, the one operation of a reference page, and `x-operations`.

use serde_json::{Map, Value};

use super::Reader;
use super::schemas::LIMITS;
use crate::codegen::json::step;
use crate::codegen::names::variant_name;
use crate::spec::api::{
    Api, Body, Header, LongRunning, Operation, Pageable, Parameter, Response, Scheme, Shape,
};

const OPERATION: &[&str] = &[
    "$comment",
    "deprecated",
    "description",
    "examples",
    "headers",
    "longRunning",
    "method",
    "pageable",
    "parameters",
    "request",
    "responses",
    "security",
    "url",
];

/// The media type of a body that does not name any.
const JSON: &str = "application/json";

impl Reader<'_> {
    pub(super) fn operations(&mut self, root: &Map<String, Value>, api: &mut Api) {
        if let Some(node) = root.get("x-operation") {
            let id = page_id(&api.title);
            if let Some(node) = self.object("#/x-operation", node) {
                let mut found = self.operation("#/x-operation", &id, node, api);
                found.description = self.text("#", root, "description");
                // The table of a page's request does not say so.
                if let Some(body) = &mut found.body {
                    body.required = true;
                }
                api.operations.push(found);
            }
        }
        if let Some(all) = root.get("x-operations") {
            for (id, node) in self.object("#/x-operations", all).into_iter().flatten() {
                let at = step("#/x-operations", id);
                if let Some(node) = self.object(&at, node) {
                    let found = self.operation(&at, id, node, api);
                    api.operations.push(found);
                }
            }
            // The order of a map depends on a feature of serde_json.
            api.operations.sort_by(|a, b| a.id.cmp(&b.id));
        }
    }

    fn operation(
        &mut self,
        at: &str,
        id: &str,
        node: &Map<String, Value>,
        api: &mut Api,
    ) -> Operation {
        self.allow_only(at, node, OPERATION);
        let method = self.text(at, node, "method").unwrap_or_default();
        let url = self.text(at, node, "url").unwrap_or_default();
        if method.is_empty() || url.is_empty() {
            let what = "an operation has a `method` and a `url`";
            self.problem(at, what, "write both");
        }
        let (host, path) = split(&url);
        let mut parameters = Vec::new();
        for key in ["parameters", "headers"] {
            for (at, one) in self.items(at, node, key) {
                parameters.push(self.parameter(&at, one));
            }
        }
        let mut produces = Vec::new();
        let mut responses = Vec::new();
        for (at, one) in self.items(at, node, "responses") {
            let media_types = self.media_types(&at, one);
            let found = self.response(&at, one);
            if found.shape.is_some() {
                produces.extend(media_types);
            }
            responses.push(found);
        }
        let mut seen = Vec::new();
        produces.retain(|one| !seen.contains(one) && (seen.push(one.clone()), true).1);
        let request = node.get("request").map(|node| (step(at, "request"), node));
        let body = request
            .and_then(|(at, node)| Some((self.object(&at, node)?, at)))
            .map(|(node, at)| self.body(&at, node));
        let object = |reader: &mut Self, key| {
            let at = step(at, key);
            let node = reader.object(&at, node.get(key)?)?;
            Some((at, node))
        };
        let long_running = object(self, "longRunning").map(|(at, node)| LongRunning {
            final_state: self.text(&at, node, "finalState"),
        });
        let pageable = object(self, "pageable").map(|(at, node)| Pageable {
            items: self.text(&at, node, "items").unwrap_or_default(),
            next_link: self.text(&at, node, "nextLink"),
        });
        let mut operation = Operation {
            id: id.to_owned(),
            method: method.to_ascii_uppercase(),
            path,
            host,
            description: self.text(at, node, "description"),
            parameters,
            body,
            responses,
            produces,
            long_running,
            pageable,
            deprecated: self.flag(at, node, "deprecated").unwrap_or_default(),
            place: self.place(at),
            ..Operation::default()
        };
        self.security(at, node, &mut operation, api);
        operation
    }

    fn parameter(&mut self, at: &str, node: &Map<String, Value>) -> Parameter {
        let known = ["name", "in", "required", "type", "format", "description"];
        let known: Vec<_> = known.iter().chain(LIMITS).copied().collect();
        self.allow_only(at, node, &[known, vec!["default"]].concat());
        let location = self.text(at, node, "in");
        let limits = LIMITS.iter().filter_map(|key| {
            let limit = node.get(*key)?;
            Some(((*key).to_owned(), limit.clone()))
        });
        Parameter {
            name: self.text(at, node, "name").unwrap_or_default(),
            location: location.unwrap_or("header".to_owned()),
            required: self.flag(at, node, "required").unwrap_or_default(),
            shape: self.named_shape(at, node).unwrap_or_default(),
            description: self.text(at, node, "description"),
            default: node.get("default").cloned(),
            limits: limits.collect(),
            place: self.place(at),
        }
    }

    fn body(&mut self, at: &str, node: &Map<String, Value>) -> Body {
        let known = [
            "mediaTypes",
            "name",
            "required",
            "type",
            "format",
            "description",
        ];
        self.allow_only(at, node, &[&known[..], &["members"]].concat());
        let members = node.contains_key("members");
        Body {
            name: self.text(at, node, "name"),
            shape: self.named_shape(at, node).unwrap_or_default(),
            required: self.flag(at, node, "required").unwrap_or_default(),
            media_types: self.media_types(at, node),
            description: self.text(at, node, "description"),
            members: members.then(|| self.texts(at, node, "members")),
            place: self.place(at),
        }
    }

    fn response(&mut self, at: &str, node: &Map<String, Value>) -> Response {
        let known = ["name", "type", "format", "description", "mediaTypes"];
        self.allow_only(at, node, &[&known[..], &["headers"]].concat());
        let name = self.text(at, node, "name").unwrap_or_default();
        let status = name.split(' ').next().unwrap_or_default();
        let is_status =
            status.len() == 3 && status.starts_with(|digit: char| digit.is_ascii_digit());
        let mut response = Response {
            status: if is_status { status } else { "default" }.to_owned(),
            description: self.text(at, node, "description"),
            shape: self.named_shape(at, node),
            place: self.place(at),
            ..Response::default()
        };
        for (at, node) in self.items(at, node, "headers") {
            self.allow_only(&at, node, &["name", "type", "format", "description"]);
            let header = Header {
                shape: self.named_shape(&at, node).unwrap_or_default(),
                description: self.text(&at, node, "description"),
            };
            let name = self.text(&at, node, "name").unwrap_or_default();
            response.headers.insert(name, header);
        }
        response
    }

    fn media_types(&mut self, at: &str, node: &Map<String, Value>) -> Vec<String> {
        if node.contains_key("mediaTypes") {
            self.texts(at, node, "mediaTypes")
        } else {
            vec![JSON.to_owned()]
        }
    }

    /// Reads a type as a page names it: `string`, `Address`, `Address[]`.
    fn named_shape(&mut self, at: &str, node: &Map<String, Value>) -> Option<Shape> {
        let name = self.text(at, node, "type")?;
        Some(shape_of(&name, self.text(at, node, "format")))
    }

    fn security(
        &mut self,
        at: &str,
        node: &Map<String, Value>,
        operation: &mut Operation,
        api: &mut Api,
    ) {
        let one = node.get("security").filter(|node| node.is_object());
        let schemes = match one.and_then(Value::as_object) {
            Some(one) => vec![(step(at, "security"), one)],
            None => self.items(at, node, "security"),
        };
        for (at, node) in schemes {
            let known = ["name", "description", "type", "flow", "authorizationUrl"];
            self.allow_only(&at, node, &[&known[..], &["scopes"]].concat());
            let name = self.text(&at, node, "name").unwrap_or_default();
            let mut scheme = Scheme {
                description: self.text(&at, node, "description"),
                kind: self.text(&at, node, "type").unwrap_or_default(),
                flow: self.text(&at, node, "flow"),
                authorization_url: self.text(&at, node, "authorizationUrl"),
                ..Scheme::default()
            };
            for (at, node) in self.items(&at, node, "scopes") {
                let name = self.text(&at, node, "name").unwrap_or_default();
                let description = self.text(&at, node, "description");
                scheme.scopes.insert(name, description);
            }
            let scopes = scheme.scopes.keys().cloned().collect();
            operation.security.insert(name.clone(), scopes);
            api.schemes.insert(name, scheme);
        }
    }
}

/// Returns the id of a page's operation, which the page's title names: `Billing Profiles - Update`
/// is `BillingProfiles_Update`.
fn page_id(title: &str) -> String {
    let parts = title.split(" - ").map(variant_name);
    parts.collect::<Vec<_>>().join("_")
}

/// Splits an address into scheme and host, and the path without the query.
fn split(url: &str) -> (String, String) {
    let url = url.split('?').next().unwrap_or(url);
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let host = url
        .get(after_scheme..)
        .and_then(|rest| rest.find('/'))
        .map_or(url.len(), |at| after_scheme + at);
    let (host, path) = url.split_at(host);
    (host.to_owned(), path.to_owned())
}

/// Returns the type that a page calls `name`, such as `string`, `Address` or `Address[]`.
fn shape_of(name: &str, format: Option<String>) -> Shape {
    if let Some(element) = name.strip_suffix("[]") {
        return Shape::Array(Box::new(shape_of(element, format)));
    }
    if let Some(element) = name.strip_suffix("{}") {
        return Shape::Map(Box::new(shape_of(element, format)));
    }
    match name {
        "any" => Shape::Any,
        "string" => Shape::String(format),
        "guid" => Shape::String(Some("uuid".to_owned())),
        "boolean" => Shape::Boolean,
        "int" | "integer" => Shape::Integer(format),
        "number" => Shape::Number(format),
        // It can be a type of another spec in the same folder.
        named => Shape::Named(named.to_owned()),
    }
}
