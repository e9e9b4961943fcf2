//! XML as .NET's data contracts write it: one reader and one writer for all types, driven by the
//! generated schemas ([`XmlType`]), by way of the JSON of the models.
//!
//! # Unknown elements
//!
//! An element that the schema does not list becomes a member with the name that JSON would give it,
//! and is written back as the same element:
//!
//! - an element of plain text becomes text, and a nil element becomes null;
//! - any other becomes `{"$xml": "…"}` with its source text, which declares all the namespaces it
//!   uses;
//! - an element of another namespace than its siblings, or with a lower-case first letter, is named
//!   `{namespace}LocalName`.
//!
//! Only XML can carry the last two, so the other media types refuse to send them.

mod capture;
mod error;
mod names;
mod read;
mod restore;
mod rules;
mod tag;
mod write;

use billing_core::Error;
use billing_core::pipeline::unreadable;
use billing_models::xml_schema::XmlType;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::member_path::Unrepresentable;

/// Reads a document of the schema's type into its JSON.
///
/// # Errors
/// A decode error that has the path of the member and the byte, and no value. A write may have
/// taken effect.
pub(super) fn read(document: &[u8], schema: &XmlType) -> Result<Value, Error> {
    read::Reader::document(document, schema).map_err(|error| {
        let path = Some(error.path.clone()).filter(|path| !path.is_empty());
        unreadable("XML", path).with_source(error)
    })
}

/// Writes a document of the schema's type from its JSON.
///
/// # Errors
/// A member that XML cannot carry.
pub(super) fn write(value: &Value, schema: &XmlType) -> Result<String, Unrepresentable> {
    write::Writer::document(value, schema).map_err(|error| {
        let reason = error.to_string();
        Unrepresentable::new(error.path, reason)
    })
}

/// Finds the text of the first element with the name `Etag`: in a profile it stands in `Attributes`
/// alone, with any prefix.
pub(super) fn find_etag(text: &str) -> Option<String> {
    let mut xml = Reader::from_str(text);
    let mut is_inside = false;
    loop {
        match xml.read_event().ok()? {
            Event::Start(start) => {
                let name = start.local_name();
                is_inside = name.into_inner().eq_ignore_ascii_case("etag");
            }
            Event::Text(text) if is_inside => return Some(text.xml10_content().trim().to_owned()),
            Event::End(_) => is_inside = false,
            Event::Eof => return None,
            _ => {}
        }
    }
}
