//! Reads what the operations of a Swagger or OpenAPI document reach.

mod combine;
mod enums;
mod keywords;
mod marks;
mod named;
mod object;
mod openapi;
mod operation;
mod reach;
mod reader;
mod reading;
mod repairs;
mod response;
mod schema;
mod swagger;

use std::path::Path;

pub use self::reading::{Reading, Request};

use self::reader::Reader;
use crate::spec::document::Documents;
use crate::spec::document::at::At;
use crate::spec::document::error::{DocumentError, DocumentErrors};
use crate::spec::document::fix_up::FixUp;

/// A document whose files are read when operations reach them.
#[derive(Debug)]
pub struct Document {
    files: Documents,
    root: At,
}

impl Document {
    /// Opens a document.
    ///
    /// # Errors
    ///
    /// The file is missing or cannot be read, or a fix-up for it does not apply.
    pub fn open(path: &Path, fix_ups: Vec<FixUp>) -> Result<Self, DocumentError> {
        let (files, root) = Documents::open(path, fix_ups)?;
        Ok(Self { files, root })
    }

    /// Returns the form and version that the document claims, such as `OpenAPI 3.0.1`, if any.
    pub fn form(&self) -> Option<String> {
        let version = |key| self.root.text(key).ok().flatten();
        let swagger = version("swagger").map(|version| format!("Swagger {version}"));
        swagger.or_else(|| version("openapi").map(|version| format!("OpenAPI {version}")))
    }

    /// Returns the ids of all operations, in the order of the document.
    ///
    /// # Errors
    ///
    /// The paths are not understood.
    pub fn operations(&self) -> Result<Vec<String>, DocumentError> {
        let request = Request::default();
        Reader::new(&self.files, &self.root, &request).operation_ids()
    }

    /// Returns the ids of the operations that lead to nothing that is not understood.
    ///
    /// # Errors
    ///
    /// The form of the document or its paths are not understood.
    pub fn understood(&self, request: &Request) -> Result<Vec<String>, DocumentError> {
        let mut reader = Reader::new(&self.files, &self.root, request);
        reader.document()?;
        let ids = reader.operation_ids()?;
        Ok(reader.reach.understood(ids))
    }

    /// Reads what operations reach.
    ///
    /// # Errors
    ///
    /// Everything that the operations reach and that is not understood.
    pub fn read(&self, request: &Request) -> Result<Reading, DocumentErrors> {
        let mut reader = Reader::new(&self.files, &self.root, request);
        if let Err(error) = reader.document() {
            reader.refuse(error);
        }
        reader.finish()
    }
}

/// Opens and reads a document.
///
/// # Errors
///
/// As [`Document::open`] and [`Document::read`].
pub fn read(path: &Path, request: &Request) -> Result<Reading, DocumentErrors> {
    let document = Document::open(path, request.fix_ups.clone());
    document
        .map_err(|error| DocumentErrors(vec![error]))?
        .read(request)
}
