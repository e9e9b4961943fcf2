//! The keywords that are understood at each place. Others are errors.

use super::reader::Reader;
use crate::codegen::nearest::{did_you_mean, nearest};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

/// Keywords of schemas that say nothing of the wire, and names for other tools.
pub(super) const WORDS: &[&str] = &[
    "title",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "xml",
    "$comment",
    "$schema",
    "$id",
    "$defs",
    "definitions",
    "x-ms-azure-resource",
    "x-ms-examples",
    "x-ms-discriminator-value",
    "x-ms-external",
    "x-ms-client-default",
    "x-ms-arm-id-details",
    "x-ms-code-generation-settings",
    "x-ms-summary",
];

/// Keywords of schemas that mark a value.
pub(super) const MARKS: &[&str] = &[
    "description",
    "readOnly",
    "writeOnly",
    "nullable",
    "x-nullable",
    "default",
    "x-ms-mutability",
    "x-ms-client-flatten",
    "x-ms-client-name",
    "x-ms-secret",
    "x-ms-identifiers",
];

/// Limits on values.
pub(super) const LIMITS: &[&str] = &[
    "maxLength",
    "minLength",
    "pattern",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "multipleOf",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "contentEncoding",
    "contentMediaType",
    "collectionFormat",
];

/// Keywords of schemas that make the type.
pub(super) const STRUCTURE: &[&str] = &[
    "type",
    "format",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "x-ms-enum",
    "const",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
    "$ref",
];

/// The keywords of an operation.
pub(super) const OPERATION: &[&str] = &[
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "consumes",
    "produces",
    "parameters",
    "requestBody",
    "responses",
    "schemes",
    "deprecated",
    "security",
    "servers",
    "callbacks",
    "x-ms-examples",
    "x-ms-long-running-operation",
    "x-ms-long-running-operation-options",
    "x-ms-pageable",
    "x-ms-odata",
    "x-ms-request-id",
    "x-ms-arm-operation-id",
];

/// The keywords of a parameter, beside those of its schema.
pub(super) const PARAMETER: &[&str] = &[
    "name",
    "in",
    "description",
    "required",
    "schema",
    "content",
    "style",
    "explode",
    "allowReserved",
    "allowEmptyValue",
    "x-ms-parameter-location",
    "x-ms-parameter-grouping",
    "x-ms-skip-url-encoding",
    "x-ms-client-name",
    "x-ms-client-flatten",
    "x-ms-client-request-id",
    "x-ms-enum",
    "x-ms-summary",
    "x-ms-api-version",
];

/// The keywords of a response.
pub(super) const RESPONSE: &[&str] = &[
    "description",
    "schema",
    "headers",
    "examples",
    "content",
    "links",
    "x-ms-error-response",
    "x-ms-error-code",
    "x-ms-client-name",
];

impl Reader<'_> {
    /// Reports the members of a schema that are not understood.
    pub(super) fn check_schema(&mut self, at: &At) {
        self.check(at, &[STRUCTURE, MARKS, LIMITS, WORDS]);
    }

    /// Returns whether a schema says nothing of the type: it has words, marks and limits alone.
    pub(super) fn is_beside_type(at: &At) -> Result<bool, DocumentError> {
        let is_beside = |name: &str| {
            let lists = [WORDS, MARKS, LIMITS];
            lists.iter().any(|list| list.contains(&name))
                || name.starts_with("x-") && !name.starts_with("x-ms-")
        };
        Ok(at.members()?.iter().all(|(name, _)| is_beside(name)))
    }

    /// Reports the members of an object that are in none of the lists.
    ///
    /// The extensions of other vendors than Microsoft (`x-…`) mean something to their tools only: a
    /// warning names them.
    pub(super) fn check(&mut self, at: &At, lists: &[&[&str]]) {
        let members = at.members();
        for (name, child) in self.kept(members).unwrap_or_default() {
            if lists.iter().any(|list| list.contains(&name.as_str())) {
                continue;
            }
            // Read as a `$ref`.
            let is_reference = |text: String| name == "ref" && text.contains("#/");
            if child.string().is_ok_and(is_reference) || self.is_allowed(&name) {
                continue;
            }
            if name.starts_with("x-") && !name.starts_with("x-ms-") {
                let reason = format!("the extension `{name}` is left out");
                self.warnings.insert(child.error(reason));
                continue;
            }
            let known = lists.iter().flat_map(|list| list.iter().copied());
            let hint = format!(
                "correct it, or leave it out with `--allow {name}`{}",
                did_you_mean(nearest(&name, known))
            );
            let reason = format!("`{name}` is not understood here");
            self.refuse(child.error(reason).hint(hint));
        }
    }

    /// Returns whether a keyword may be left out, and notes that it is.
    pub(super) fn is_allowed(&mut self, keyword: &str) -> bool {
        let is_allowed = self.request.allow.contains(keyword);
        if is_allowed {
            self.omitted.insert(keyword.to_owned());
        }
        is_allowed
    }

    /// Returns the member of an object, unless it may be left out.
    pub(super) fn keyword(&mut self, at: &At, name: &str) -> Option<At> {
        let found = at.child(name)?;
        (!self.is_allowed(name)).then_some(found)
    }
}
