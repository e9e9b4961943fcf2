//! Operations of OpenAPI 3.0 and 3.1.

use super::keywords::PARAMETER;
use super::reader::Reader;
use super::schema::Value;
use crate::codegen::names::type_name;
use crate::spec::api::{Body, Operation, Parameter, Shape, Type, TypeKind};
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
            let mut value = self.value(&schema, &wanted)?;
            if let Some(extension) = at.child("x-ms-enum") {
                self.enum_of_parameter(&extension, &mut value)?;
            }
            parameter.shape = value.shape.clone();
            parameter.limits = value.into_limits();
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

    /// Reads an `x-ms-enum` beside the schema, where converters from Swagger 2.0 leave it.
    fn enum_of_parameter(&mut self, at: &At, value: &mut Value) -> Result<(), DocumentError> {
        let own = match &value.shape {
            Shape::Named(name) => self.api.types.get_mut(name).filter(|found| found.inline),
            _ => None,
        };
        let Some(Type {
            kind: TypeKind::Enum(values),
            place,
            name: old,
            ..
        }) = own.cloned()
        else {
            self.warn(at, "`x-ms-enum` has no effect here and is left out");
            return Ok(());
        };
        self.api.types.remove(&old);
        self.taken.remove(&old);
        let mut values = values;
        self.enum_words(at, &mut values)?;
        let wanted = at.text("name")?.unwrap_or(old);
        value.shape = self.named_enum(wanted, values, place)?;
        Ok(())
    }

    fn request_body(&mut self, at: &At, operation: &str) -> Result<Body, DocumentError> {
        let at = &self.target(at)?;
        let keywords = &[
            "description",
            "content",
            "required",
            "x-ms-requestBody-name",
            "x-ms-parameter-location",
            "x-ms-client-flatten",
            "x-ms-client-name",
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

    /// Reads the type of a header of a response.
    pub(super) fn openapi_header(&mut self, at: &At, wanted: &str) -> Result<Shape, DocumentError> {
        self.check(at, &[PARAMETER, WORDS]);
        match (at.child("schema"), at.child("content")) {
            (Some(schema), _) => self.shape(&schema, wanted),
            (None, Some(content)) => Ok(self.content(&content, wanted)?.0.unwrap_or_default()),
            (None, None) => Err(at.error("the header has no `schema`")),
        }
    }

    /// Reads the media types of a body and its type: that of JSON, if it has one.
    pub(super) fn content(
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
}
