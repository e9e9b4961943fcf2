//! Readings: spellings that are wrong in any document and clear all the same.

use super::reader::Reader;
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

/// An enum of strings without a `type` is a string.
pub(super) const ENUM_WITHOUT_TYPE: &str = "enum-without-type";

/// A `type` or `ref` that holds a JSON pointer is a `$ref`.
pub(super) const POINTER_WITHOUT_REF: &str = "pointer-without-ref";

/// In OpenAPI 3.0, an object beside a `$ref` that has no members and may be null stands for null.
/// Nothing may stand beside a `$ref` there, so generators write `anyOf` with such an object, which
/// by the letter is also any object.
pub(super) const NULL_AS_OBJECT: &str = "null-as-object";

impl Reader<'_> {
    /// Notes that a reading was applied.
    pub(super) fn note(&mut self, reading: &'static str, at: &At) {
        let place = format!("{}{}", at.file().name, at.pointer());
        self.readings.entry(reading).or_default().insert(place);
    }

    /// Returns the string that refers to another schema, if the schema is a reference.
    pub(super) fn reference(&mut self, at: &At) -> Result<Option<At>, DocumentError> {
        if let Some(reference) = at.child("$ref") {
            // A type may have a member of this name.
            reference.string()?;
            return Ok(Some(reference));
        }
        for name in ["type", "ref"] {
            let Some(found) = at.child(name) else {
                continue;
            };
            if found.string().is_ok_and(|text| text.contains("#/")) {
                self.note(POINTER_WITHOUT_REF, &found);
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
