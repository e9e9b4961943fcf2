//! Operations of Swagger 2.0.

use super::keywords::{LIMITS, MARKS, PARAMETER, STRUCTURE};
use super::reader::Reader;
use crate::codegen::names::type_name;
use crate::spec::api::{Body, Operation, Parameter, Shape};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

/// Keywords of parameters and headers that are words for people and other tools.
const WORDS: &[&str] = &["example", "examples", "x-ms-examples", "deprecated"];

impl Reader<'_> {
    /// Reads what is special to Swagger 2.0.
    pub(super) fn swagger_operation(
        &mut self,
        path_item: &At,
        at: &At,
        operation: &mut Operation,
    ) -> Result<(), DocumentError> {
        let consumes = self.media_types(at, "consumes")?;
        operation.produces = self.media_types(at, "produces")?;
        operation.host = self.host(at)?;
        for parameter in self.parameters_of(path_item, at)? {
            let read = self.swagger_parameter(&parameter, &consumes, operation);
            self.kept(read);
        }
        Ok(())
    }

    fn media_types(&self, at: &At, name: &str) -> Result<Vec<String>, DocumentError> {
        match at.child(name).or_else(|| self.root.child(name)) {
            Some(list) => list.strings(),
            None => Ok(Vec::new()),
        }
    }

    fn host(&mut self, at: &At) -> Result<String, DocumentError> {
        let root = self.root.clone();
        let schemes = match at.child("schemes").or_else(|| root.child("schemes")) {
            Some(schemes) => schemes.strings()?,
            None => Vec::new(),
        };
        let scheme = match schemes.iter().find(|scheme| *scheme == "https") {
            Some(scheme) => Some(scheme),
            None => schemes.first(),
        };
        let scheme = scheme.map_or(String::new(), |scheme| format!("{scheme}://"));
        let base = root.text("basePath")?.unwrap_or_default();
        let base = base.trim_end_matches('/');
        if let Some(host) = root.child("x-ms-parameterized-host") {
            let template = host.text("hostTemplate")?.unwrap_or_default();
            let scheme = match host.flag("useSchemePrefix")? {
                Some(false) => String::new(),
                _ => scheme,
            };
            self.warn(&host, "the parameters of the host are left out");
            return Ok(format!("{scheme}{template}{base}"));
        }
        Ok(match root.text("host")? {
            Some(host) => format!("{scheme}{host}{base}"),
            None => base.to_owned(),
        })
    }

    /// Returns the parameters of an operation, those of its path first. The operation's own replace
    /// those of the same name and location.
    pub(super) fn parameters_of(
        &mut self,
        path_item: &At,
        at: &At,
    ) -> Result<Vec<At>, DocumentError> {
        let mut found: Vec<(Option<String>, Option<String>, At)> = Vec::new();
        for list in [path_item, at] {
            let Some(list) = list.child("parameters") else {
                continue;
            };
            for item in list.items()? {
                let parameter = self.target(&item)?;
                let (name, place) = (parameter.text("name")?, parameter.text("in")?);
                let same = found.iter_mut().find(|one| one.0 == name && one.1 == place);
                match same {
                    Some(same) => same.2 = parameter,
                    None => found.push((name, place, parameter)),
                }
            }
        }
        Ok(found
            .into_iter()
            .map(|(_, _, parameter)| parameter)
            .collect())
    }

    fn swagger_parameter(
        &mut self,
        at: &At,
        consumes: &[String],
        operation: &mut Operation,
    ) -> Result<(), DocumentError> {
        let Some(name) = at.text("name")? else {
            return Err(at.error("the parameter has no `name`"));
        };
        self.check(at, &[PARAMETER, STRUCTURE, MARKS, LIMITS, WORDS]);
        let Some(location) = at.text("in")? else {
            return Err(at.error("the parameter has no `in`"));
        };
        let wanted = self.parameter_type_name(at, &operation.id, &name);
        match location.as_str() {
            "body" => {
                let Some(schema) = at.child("schema") else {
                    return Err(at.error("the body has no `schema`"));
                };
                operation.body = Some(Body {
                    name: Some(name),
                    shape: self.shape(&schema, &wanted)?,
                    required: at.flag("required")?.unwrap_or(false),
                    media_types: consumes.to_vec(),
                    description: at.text("description")?,
                    members: None,
                    place: at.place(),
                });
            }
            "path" | "query" | "header" => {
                // A `required` there says something of the parameter, not of members.
                let value = self.checked_value(at, &wanted)?;
                let marks = self.marks(at)?;
                operation.parameters.push(Parameter {
                    name,
                    location,
                    required: at.flag("required")?.unwrap_or(false),
                    shape: value.shape.clone(),
                    description: marks.description,
                    default: marks.default,
                    limits: value.into_limits(),
                    place: at.place(),
                });
            }
            other => {
                let reason = format!("a parameter in `{other}` is not understood");
                return Err(at.error(reason));
            }
        }
        Ok(())
    }

    /// Returns the name of the type of a parameter, if the document gives it none.
    pub(super) fn parameter_type_name(&self, at: &At, operation: &str, name: &str) -> String {
        match at.pointer().strip_prefix("#/paths/") {
            Some(_) => type_name(&format!("{operation} {name}")),
            // Several operations share it.
            None => type_name(&at.name()),
        }
    }

    /// Reads the type of a header of a response.
    pub(super) fn swagger_header(&mut self, at: &At, wanted: &str) -> Result<Shape, DocumentError> {
        let words = &["x-ms-header-collection-prefix"];
        self.check(at, &[STRUCTURE, MARKS, LIMITS, WORDS, words]);
        Ok(self.checked_value(at, wanted)?.shape)
    }
}
