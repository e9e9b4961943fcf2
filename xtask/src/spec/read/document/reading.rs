//! What to read of a document, and what was read.

use std::collections::{BTreeMap, BTreeSet};

use crate::spec::api::Api;
use crate::spec::document::ReadFile;
use crate::spec::document::error::DocumentError;
use crate::spec::document::fix_up::FixUp;

/// What to read of a document.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The ids of the operations; all operations if there is none. An operation without an id is
    /// named by its method and path, such as `GET /pets`.
    pub operations: Vec<String>,
    /// Keywords that are left out where they stand, although they are not understood.
    pub allow: BTreeSet<String>,
    /// Corrections of the document.
    pub fix_ups: Vec<FixUp>,
}

/// A document, read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What it says.
    pub api: Api,
    /// What was left out, and what may surprise.
    pub warnings: Vec<DocumentError>,
    /// The keywords that were left out because the request allows it.
    pub omitted: BTreeSet<String>,
    /// The readings that were applied, each with its places.
    pub readings: BTreeMap<&'static str, BTreeSet<String>>,
    /// The name of the document.
    pub document: String,
    /// The files that were read.
    pub files: Vec<ReadFile>,
}
