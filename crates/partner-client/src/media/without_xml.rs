//! Stands in for the module `xml` without the feature `xml`: refuses what needs it.

use billing_core::Error;
use billing_core::pipeline::unreadable;
use billing_models::xml_schema::XmlType;
use serde_json::Value;

use super::member_path::Unrepresentable;

/// Refuses a body in XML.
///
/// # Errors
/// A decode error. A write may have taken effect.
pub(super) fn read(_: &[u8], _: &XmlType) -> Result<Value, Error> {
    Err(unreadable("XML without the feature `xml`", None))
}

/// Refuses to write XML.
///
/// # Errors
/// Always. Nothing was sent.
pub(super) fn write(_: &Value, _: &XmlType) -> Result<String, Unrepresentable> {
    let reason = "the feature `xml` of partner-client is not enabled";
    Err(Unrepresentable::new("", reason))
}

/// Finds nothing.
pub(super) fn find_etag(_: &str) -> Option<String> {
    None
}
