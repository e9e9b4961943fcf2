//! A billing profile as a service returned it.

use std::fmt;

use bytes::Bytes;

/// A billing profile as a service returned it: its exact JSON text, and what tells it from a later
/// version.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    json: Bytes,
    version: Version,
    is_created: bool,
}

impl Document {
    /// Returns a document with its version.
    pub fn new(json: impl Into<Bytes>, version: Version) -> Self {
        Self {
            json: json.into(),
            version,
            is_created: false,
        }
    }

    /// Notes that, as the service reports, a write has created the profile.
    ///
    /// ```
    /// use billing_bulk::document::{Document, Version};
    ///
    /// let document = Document::new("{}", Version::Etag("1".to_owned())).created();
    /// assert!(document.is_created());
    /// ```
    #[must_use]
    pub fn created(mut self) -> Self {
        self.is_created = true;
        self
    }

    /// Returns whether the service reports that the write has created the profile. A journal does
    /// not keep this.
    pub fn is_created(&self) -> bool {
        self.is_created
    }

    /// Returns the JSON text.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// Returns what tells this document from a later version of it.
    pub fn version(&self) -> &Version {
        &self.version
    }
}

// A profile has personal data.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.json.len())
            .field("version", &self.version)
            .finish()
    }
}

/// What tells a document from a later version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// The etag of the service.
    Etag(String),
    /// The SHA-256 of the document without members that change on their own, for a service that
    /// sends no etag.
    Hash([u8; 32]),
}
