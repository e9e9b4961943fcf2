//! Reads documents of others: Swagger and OpenAPI.

use std::path::Path;

use anyhow::Result;

use crate::spec::api::{Api, Operation};
use crate::spec::document::Documents;
use crate::spec::document::error::{DocumentError, DocumentErrors};
use crate::spec::read::document::{self, Request};

/// The keys of a path that are methods.
const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Returns the operations of a document with their ids, verbs and paths alone: what an operation
/// that is not compared refers to need not be understood.
///
/// # Errors
///
/// If the document cannot be read.
pub fn index(path: &Path) -> Result<Vec<Operation>> {
    let read = || -> Result<Vec<Operation>, DocumentError> {
        let (documents, root) = Documents::open(path, Vec::new())?;
        let mut operations = Vec::new();
        for name in ["paths", "x-ms-paths"] {
            let Some(paths) = root.child(name) else {
                continue;
            };
            for (path, mut item) in paths.members()? {
                if path.starts_with("x-") {
                    continue;
                }
                if let Some(reference) = item.child("$ref") {
                    item = documents.follow(&reference)?;
                }
                for (key, at) in item.members()? {
                    if METHODS.contains(&key.as_str()) {
                        let method = key.to_uppercase();
                        let id = at.text("operationId")?;
                        operations.push(Operation {
                            id: id.unwrap_or_else(|| format!("{method} {path}")),
                            method,
                            path: path.clone(),
                            ..Operation::default()
                        });
                    }
                }
            }
        }
        Ok(operations)
    };
    Ok(read().map_err(|error| DocumentErrors(vec![error]))?)
}

/// Reads a document with these operations.
///
/// # Errors
///
/// If something that they lead to is not understood.
pub fn read(path: &Path, operations: Vec<String>) -> Result<Api> {
    let request = Request {
        operations,
        ..Request::default()
    };
    Ok(document::read(path, &request)?.api)
}
