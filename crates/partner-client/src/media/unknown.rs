//! How elements that no contract lists stand among a model's members.

use serde_json::{Map, Value};

use crate::media::{join, shown};

/// The one member of an object that stands for an element as it came.
const SOURCE: &str = "$xml";

/// The element with this source text.
pub(crate) fn from_source(text: String) -> Value {
    Value::Object(Map::from_iter([(SOURCE.to_owned(), Value::String(text))]))
}

/// The source text of an element, if that is what the value is.
pub(crate) fn source(value: &Value) -> Option<&str> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get(SOURCE)?.as_str()
}

/// The member that an unknown element becomes, where its neighbours are of the namespace `home`.
pub(crate) fn member_name(namespace: &str, local_name: &str, home: &str) -> String {
    let mut letters = local_name.chars();
    match letters.next() {
        Some(first) if namespace == home && !first.is_ascii_lowercase() => {
            first.to_ascii_lowercase().to_string() + letters.as_str()
        }
        _ => format!("{{{namespace}}}{local_name}"),
    }
}

/// The namespace and the local name of the element that an unknown member becomes.
pub(crate) fn element_name<'a>(member: &'a str, home: &'a str) -> (&'a str, String) {
    if let Some((namespace, local_name)) = qualified(member) {
        return (namespace, local_name.to_owned());
    }
    let mut letters = member.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    (home, first.into_iter().chain(letters).collect())
}

/// The parts of `{namespace}LocalName`.
fn qualified(member: &str) -> Option<(&str, &str)> {
    member.strip_prefix('{')?.split_once('}')
}

/// The path of a member that came as XML and that only XML can say, if there is one.
pub(crate) fn only_xml_can_say(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            if qualified(name).is_some() || source(value).is_some() {
                return Some(shown(name).to_owned());
            }
            Some(join(shown(name), &only_xml_can_say(value)?))
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| Some(join(&format!("[{index}]"), &only_xml_can_say(item)?))),
        _ => None,
    }
}
