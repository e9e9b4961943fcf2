//! Names of unknown elements as members, and back.

use crate::media::unknown::qualified;

/// Returns the member that an unknown element becomes; `home` is the namespace of its siblings.
pub(super) fn member_name(namespace: &str, local_name: &str, home: &str) -> String {
    let mut characters = local_name.chars();
    match characters.next() {
        Some(first) if namespace == home && !first.is_ascii_lowercase() => {
            first.to_ascii_lowercase().to_string() + characters.as_str()
        }
        _ => format!("{{{namespace}}}{local_name}"),
    }
}

/// Returns the namespace and the local name of the element that an unknown member becomes.
pub(super) fn element_name<'a>(member: &'a str, home: &'a str) -> (&'a str, String) {
    if let Some((namespace, local_name)) = qualified(member) {
        return (namespace, local_name.to_owned());
    }
    let mut characters = member.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    (home, first.into_iter().chain(characters).collect())
}
