//! Operations of OpenAPI 3.0 and 3.1.

use super::keywords::{PARAMETER, RESPONSE};
use super::reader::Reader;
use crate::codegen::names::type_name;
use crate::spec::api::{Body, Header, Operation, Parameter, Response, Shape};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

/// Keywords of parameters, headers and bodies that are words for people and other tools.
const WORDS: &[&str] = &["example", "examples", "deprecated"];

/// How a value of a parameter is written: kept as limits.
const STYLE: [&str; 3] = ["style", "explode", "allowReserved"];

impl Reader<'_> {
    /// Reads what is special to OpenAPI 3.
    pub(super) fn openapi_operation(
        &mut self,
        path_item: &At,
        at: &At,
        operation: &mut Operation,
    ) -> Result<(), DocumentError> {
        operation.host = self.server(path_item, at)?;
        for parameter in self.parameters_of(path_item, at)? {
            let read = self.openapi_parameter(&parameter, &operation.id);
            if let Some(read) = self.kept(read) {
                operation.parameters.push(read);
            }
        }
        if let Some(body) = at.child("requestBody") {
            let read = self.request_body(&body, &operation.id);
            operation.body = self.kept(read);
        }
        if let Some(callbacks) = at.child("callbacks") {
            self.warn(
                &callbacks,
                "callbacks are left out: a client does not call them",
            );
        }
        let Some(responses) = at.child("responses") else {
            return Err(at.error("there are no `responses`"));
        };
        for (status, response) in responses.members()? {
            if status.starts_with("x-") {
                self.warn(&response, format!("the extension `{status}` is left out"));
                continue;
            }
            let read = self.openapi_response(&status, &response, operation);
            if let Some(read) = self.kept(read) {
                operation.responses.push(read);
            }
        }
        Ok(())
    }

    fn server(&mut self, path_item: &At, at: &At) -> Result<String, DocumentError> {
        let root = self.root.clone();
        let servers = [at, path_item, &root]
            .iter()
            .find_map(|at| at.child("servers"));
        let Some(servers) = servers else {
            return Ok(String::new());
        };
        let items = servers.items()?;
        if items.len() > 1 {
            self.warn(&servers, "only the first server is read");
        }
        let url = match items.first() {
            Some(server) => server.text("url")?.unwrap_or_default(),
            None => String::new(),
        };
        Ok(url.trim_end_matches('/').to_owned())
    }

    fn openapi_parameter(&mut self, at: &At, operation: &str) -> Result<Parameter, DocumentError> {
        let Some(name) = at.text("name")? else {
            return Err(at.error("the parameter has no `name`"));
        };
        self.check(at, &[PARAMETER, WORDS]);
        let location = at.text("in")?.unwrap_or_default();
        if !["path", "query", "header"].contains(&location.as_str()) {
            let reason = format!("a parameter in `{location}` is not understood");
            return Err(at.error(reason));
        }
        let wanted = self.parameter_type_name(at, operation, &name);
        let mut parameter = Parameter {
            name,
            location,
            required: at.flag("required")?.unwrap_or(false),
            description: at.text("description")?,
            place: at.place(),
            ..Parameter::default()
        };
        if let Some(schema) = at.child("schema") {
            let value = self.value(&schema, &wanted)?;
            parameter.shape = value.shape;
            parameter.limits = value.limits;
            if value.nullable == Some(true) {
                let nullable = "nullable".to_owned();
                parameter.limits.insert(nullable, true.into());
            }
            if schema.is_object() {
                let marks = self.marks(&schema)?;
                parameter.default = marks.default;
                parameter.description = parameter.description.or(marks.description);
            }
        } else if let Some(content) = at.child("content") {
            let (shape, media_types) = self.content(&content, &wanted)?;
            parameter.shape = shape.unwrap_or_default();
            let media_types = media_types.into();
            parameter.limits.insert("content".to_owned(), media_types);
        } else {
            return Err(at.error("the parameter has no `schema`"));
        }
        for word in STYLE {
            if let Some(style) = at.child(word) {
                let value = style.node().to_value();
                parameter.limits.insert(word.to_owned(), value);
            }
        }
        Ok(parameter)
    }

    fn request_body(&mut self, at: &At, operation: &str) -> Result<Body, DocumentError> {
        let at = &self.target(at)?;
        let keywords = &[
            "description",
            "content",
            "required",
            "x-ms-requestBody-name",
            "x-ms-parameter-location",
        ];
        self.check(at, &[keywords]);
        let Some(content) = at.child("content") else {
            return Err(at.error("the body has no `content`"));
        };
        let wanted = type_name(&format!("{operation} request"));
        let (shape, media_types) = self.content(&content, &wanted)?;
        Ok(Body {
            name: at.text("x-ms-requestBody-name")?,
            shape: shape.unwrap_or_default(),
            required: at.flag("required")?.unwrap_or(false),
            media_types,
            description: at.text("description")?,
            members: None,
            place: at.place(),
        })
    }

    fn openapi_response(
        &mut self,
        status: &str,
        at: &At,
        operation: &mut Operation,
    ) -> Result<Response, DocumentError> {
        let at = &self.target(at)?;
        self.check(at, &[RESPONSE]);
        let mut response = Response {
            status: status.to_owned(),
            description: at.text("description")?,
            place: at.place(),
            ..Response::default()
        };
        if let Some(content) = at.child("content") {
            let wanted = type_name(&format!("{} response {status}", operation.id));
            let (shape, media_types) = self.content(&content, &wanted)?;
            response.shape = shape;
            for media_type in media_types {
                if !operation.produces.contains(&media_type) {
                    operation.produces.push(media_type);
                }
            }
        }
        if let Some(links) = at.child("links") {
            self.warn(&links, "links to other operations are left out");
        }
        if let Some(headers) = at.child("headers") {
            for (name, header) in headers.members()? {
                let header = self.target(&header)?;
                self.check(&header, &[PARAMETER, WORDS]);
                let wanted = type_name(&format!("{} {name}", operation.id));
                let shape = match (header.child("schema"), header.child("content")) {
                    (Some(schema), _) => self.shape(&schema, &wanted)?,
                    (None, Some(content)) => self.content(&content, &wanted)?.0.unwrap_or_default(),
                    (None, None) => return Err(header.error("the header has no `schema`")),
                };
                let description = header.text("description")?;
                response.headers.insert(name, Header { shape, description });
            }
        }
        Ok(response)
    }

    /// Reads the media types of a body and its type: that of JSON, if it has one.
    fn content(
        &mut self,
        at: &At,
        wanted: &str,
    ) -> Result<(Option<Shape>, Vec<String>), DocumentError> {
        let types = at.members()?;
        let is_json = |name: &String| {
            let name = name.split(';').next().unwrap_or_default().trim();
            name == "application/json" || name == "text/json" || name.ends_with("+json")
        };
        let chosen = types.iter().find(|(name, _)| is_json(name));
        let Some((chosen_name, chosen)) = chosen.or(types.first()) else {
            return Ok((None, Vec::new()));
        };
        let schema = chosen.child("schema");
        let text = |at: &At| at.child("schema").map(|schema| schema.node().to_value());
        for (name, other) in &types {
            self.check(other, &[&["schema", "encoding"], WORDS]);
            if text(other) != text(chosen) {
                let reason = format!("only the schema of `{chosen_name}` is read, not of `{name}`");
                self.warn(other, reason);
            }
        }
        let shape = match schema {
            Some(schema) => Some(self.shape(&schema, wanted)?),
            None => None,
        };
        Ok((shape, types.iter().map(|(name, _)| name.clone()).collect()))
    }

    /// Returns what a `$ref` leads to, or the value itself.
    pub(super) fn target(&mut self, at: &At) -> Result<At, DocumentError> {
        match at.child("$ref") {
            Some(reference) => self.documents.follow(&reference),
            None => Ok(at.clone()),
        }
    }
}
