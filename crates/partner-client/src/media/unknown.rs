//! How elements that the XML schema does not list are stored among a model's members.

use serde_json::Value;

use super::member_path::{join, printable};

/// The one member of an object that stands for an element, with its source text.
pub(super) const SOURCE: &str = "$xml";

/// Returns the source text of an element, if the value is one.
pub(super) fn source(value: &Value) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get(SOURCE)?.as_str()
}

/// Returns the parts of `{namespace}LocalName`.
pub(super) fn qualified(member: &str) -> Option<(&str, &str)> {
    member.strip_prefix('{')?.split_once('}')
}

/// Finds a member that came as XML and that no other media type can carry, and returns its path.
pub(super) fn find_xml_only(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            if qualified(name).is_some() || source(value).is_some() {
                return Some(printable(name).to_owned());
            }
            Some(join(printable(name), &find_xml_only(value)?))
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| Some(join(&format!("[{index}]"), &find_xml_only(item)?))),
        _ => None,
    }
}

/// Returns whether a JSON body may have a member that only XML can carry: text that starts with
/// `$xml` or with a namespace in braces. In JSON, no closing quote stands before either.
pub(super) fn may_have_xml_only(json: &[u8]) -> bool {
    str::from_utf8(json).is_ok_and(|json| json.contains("\"{") || json.contains("\"$xml"))
}
