//! Responses, with what differs between the forms of documents: where their bodies are.

use super::keywords::RESPONSE;
use super::reader::{Form, Reader};
use crate::codegen::names::type_name;
use crate::spec::api::{Header, Operation, Response, Shape};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;
use crate::spec::document::node::MAX_DEPTH;

impl Reader<'_> {
    /// Reads the responses of an operation.
    pub(super) fn responses(
        &mut self,
        at: &At,
        operation: &mut Operation,
    ) -> Result<(), DocumentError> {
        let Some(responses) = at.child("responses") else {
            return Err(at.error("there are no `responses`"));
        };
        for (status, response) in responses.members()? {
            if status.starts_with("x-") {
                self.warn(&response, format!("the extension `{status}` is left out"));
                continue;
            }
            let read = self.response(&status, &response, operation);
            if let Some(read) = self.kept(read) {
                operation.responses.push(read);
            }
        }
        Ok(())
    }

    fn response(
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
            shape: self.body_of_response(status, at, operation)?,
            place: at.place(),
            ..Response::default()
        };
        if let Some(links) = at.child("links") {
            self.warn(&links, "links to other operations are left out");
        }
        if let Some(headers) = at.child("headers") {
            for (name, header) in headers.members()? {
                let header = self.target(&header)?;
                let wanted = type_name(&format!("{} {name}", operation.id));
                let shape = match self.form {
                    Form::Swagger => self.swagger_header(&header, &wanted)?,
                    Form::OpenApi30 | Form::OpenApi31 => self.openapi_header(&header, &wanted)?,
                };
                let description = header.text("description")?;
                response.headers.insert(name, Header { shape, description });
            }
        }
        Ok(response)
    }

    fn body_of_response(
        &mut self,
        status: &str,
        at: &At,
        operation: &mut Operation,
    ) -> Result<Option<Shape>, DocumentError> {
        let wanted = type_name(&format!("{} response {status}", operation.id));
        if self.form == Form::Swagger {
            let schema = at.child("schema");
            return schema
                .map(|schema| self.shape(&schema, &wanted))
                .transpose();
        }
        let Some(content) = at.child("content") else {
            return Ok(None);
        };
        let (shape, media_types) = self.content(&content, &wanted)?;
        for media_type in media_types {
            if !operation.produces.contains(&media_type) {
                operation.produces.push(media_type);
            }
        }
        Ok(shape)
    }

    /// Returns what a chain of `$ref`s leads to, or the value itself.
    pub(super) fn target(&self, at: &At) -> Result<At, DocumentError> {
        let mut target = at.clone();
        for _ in 0..MAX_DEPTH {
            match target.child("$ref") {
                Some(reference) => target = self.documents.follow(&reference)?,
                None => return Ok(target),
            }
        }
        Err(at.error("the reference leads back to itself"))
    }
}
