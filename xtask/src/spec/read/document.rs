//! Reads what the operations of a Swagger or OpenAPI document reach.

mod combine;
mod enums;
mod keywords;
mod named;
mod object;
mod operation;
mod reader;
mod reading;
mod repairs;
mod schema;
mod swagger;

use std::path::Path;

pub use self::reading::{Reading, Request};

use self::reader::Reader;
use crate::spec::document::Documents;
use crate::spec::document::error::DocumentErrors;

/// Reads a document.
///
/// # Errors
///
/// Everything that the operations reach and that is not understood.
pub fn read(path: &Path, request: &Request) -> Result<Reading, DocumentErrors> {
    let (documents, root) = Documents::open(path, request.fix_ups.clone())
        .map_err(|error| DocumentErrors(vec![error]))?;
    let mut reader = Reader::new(&documents, &root, request);
    if let Err(error) = reader.document() {
        reader.errors.insert(error);
    }
    reader.finish()
}
