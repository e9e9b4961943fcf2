//! XML in and out, as .NET's data contracts write it: one reader and one writer for all types, driven by the generated
//! [`XmlType`]s, by way of the JSON that the models are made of.
//!
//! # What a schema does not know
//!
//! An element that the schema does not list becomes a member of its own, under the name that JSON would give it, and
//! is written back as the same element:
//!
//! - one of plain text becomes a text, one that is nil becomes null;
//! - any other becomes `{"$xml": "…"}` with its source text, which declares all the namespaces it uses;
//! - one of another namespace than its neighbours, or one with a small first letter, is named `{namespace}LocalName`.
//!
//! Only XML can say the last two, so the other media types refuse to send them.

mod capture;
mod error;
mod read;
mod rules;
mod write;

use billing_models::xml_schema::XmlType;
use serde_json::Value;

pub(super) use super::unknown::only_xml_can_say;
use error::Fault;

/// Where `nil` is defined ("XML Schema Part 1: Structures", section 2.6).
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The largest document that is read, in bytes. That of an answer is smaller by default.
const SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// How deep elements may stand in each other. The types of the service need eight.
const DEPTH_LIMIT: usize = 64;

/// Reads a document of the schema's type into its JSON.
pub(crate) fn read(document: &[u8], schema: &XmlType) -> Result<Value, Fault> {
    read::Reader::document(document, schema)
}

/// Writes a document of the schema's type from its JSON.
pub(crate) fn write(value: &Value, schema: &XmlType) -> Result<String, Fault> {
    write::Writer::document(value, schema)
}
