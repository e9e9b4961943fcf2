//! The state of reading a document.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::reach::{Part, Reach};
use super::reading::{Reading, Request};
use crate::spec::api::{Api, Place, Type};
use crate::spec::document::Documents;
use crate::spec::document::at::At;
use crate::spec::document::error::{DocumentError, DocumentErrors};

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Swagger 2.0.
    Swagger,
    /// OpenAPI 3.0.
    OpenApi30,
    /// OpenAPI 3.1, whose schemas are JSON Schema.
    OpenApi31,
}

/// A file and a JSON pointer.
pub(super) type Key = (String, String);

/// Reads a document and collects what it finds.
pub(super) struct Reader<'a> {
    pub(super) documents: &'a Documents,
    pub(super) root: At,
    pub(super) form: Form,
    pub(super) request: &'a Request,
    pub(super) api: Api,
    pub(super) errors: BTreeSet<DocumentError>,
    pub(super) warnings: BTreeSet<DocumentError>,
    pub(super) omitted: BTreeSet<String>,
    pub(super) readings: BTreeMap<&'static str, BTreeSet<String>>,
    /// The name of each type that was reached.
    pub(super) names: BTreeMap<Key, String>,
    /// Where the type of each name is.
    pub(super) taken: BTreeMap<String, At>,
    /// The types that were reached and not read yet: references may form chains of any length.
    pub(super) queue: VecDeque<(String, At)>,
    /// Which operations lead to an error.
    pub(super) reach: Reach,
    /// Enums that members name (`x-ms-enum`).
    pub(super) enums: BTreeMap<String, Type>,
    /// Members that an object requires although another object defines them.
    pub(super) required: Vec<(String, Vec<(String, Place)>)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(documents: &'a Documents, root: &At, request: &'a Request) -> Self {
        Self {
            documents,
            root: root.clone(),
            form: Form::Swagger,
            request,
            api: Api::default(),
            errors: BTreeSet::new(),
            warnings: BTreeSet::new(),
            omitted: BTreeSet::new(),
            readings: BTreeMap::new(),
            names: BTreeMap::new(),
            taken: BTreeMap::new(),
            queue: VecDeque::new(),
            reach: Reach::default(),
            enums: BTreeMap::new(),
            required: Vec::new(),
        }
    }

    /// Reads the document.
    pub(super) fn document(&mut self) -> Result<(), DocumentError> {
        self.form = self.form_of_document()?;
        let root = self.root.clone();
        if let Some(info) = root.child("info") {
            self.api.title = info.text("title")?.unwrap_or_default();
            self.api.version = info.text("version")?;
        }
        if let Some(webhooks) = root.child("webhooks") {
            self.warn(
                &webhooks,
                "webhooks are left out: a client does not call them",
            );
        }
        self.operations()?;
        self.queued_types();
        self.required_of_bases();
        self.check_bases();
        self.reach.part = Part::Document;
        for fix_up in self.documents.unused_fix_ups() {
            let place = Place {
                pointer: fix_up.pointer.clone(),
                ..self.root.place()
            };
            let reason = format!("no file with the SHA-256 {} was read", fix_up.sha256);
            self.refuse(DocumentError::new(place, reason));
        }
        let allowed = self.request.allow.iter();
        for keyword in allowed.filter(|keyword| !self.omitted.contains(*keyword)) {
            let reason = format!("nothing that was read needs `{keyword}` to be allowed");
            self.errors.insert(self.root.error(reason));
        }
        Ok(())
    }

    fn form_of_document(&self) -> Result<Form, DocumentError> {
        let root = &self.root;
        if let Some(version) = root.child("swagger") {
            return match version.string()?.as_str() {
                "2.0" => Ok(Form::Swagger),
                other => Err(version.error(format!("Swagger {other} is not read; 2.0 is"))),
            };
        }
        let Some(version) = root.child("openapi") else {
            let reason = "there is no `swagger` and no `openapi`";
            return Err(root
                .error(reason)
                .hint("name a Swagger or OpenAPI document"));
        };
        match version.string()?.as_str() {
            text if text.starts_with("3.0") => Ok(Form::OpenApi30),
            text if text.starts_with("3.1") => Ok(Form::OpenApi31),
            other => Err(version.error(format!("OpenAPI {other} is not read; 3.0 and 3.1 are"))),
        }
    }

    /// Returns what was read, or all errors.
    pub(super) fn finish(self) -> Result<Reading, DocumentErrors> {
        if !self.errors.is_empty() {
            return Err(DocumentErrors(self.errors.into_iter().collect()));
        }
        Ok(Reading {
            api: self.api,
            warnings: self.warnings.into_iter().collect(),
            omitted: self.omitted,
            readings: self.readings,
            document: self.root.file().name.clone(),
            files: self.documents.read_files(),
        })
    }

    /// Keeps a value, or keeps the error and continues.
    pub(super) fn kept<T>(&mut self, result: Result<T, DocumentError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(error);
                None
            }
        }
    }

    /// Keeps an error.
    pub(super) fn refuse(&mut self, error: DocumentError) {
        self.reach.refuse();
        self.errors.insert(error);
    }

    /// Notes something that is left out or may surprise.
    pub(super) fn warn(&mut self, at: &At, reason: impl Into<String>) {
        self.warnings.insert(at.error(reason));
    }
}
