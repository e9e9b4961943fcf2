//! The `blocking` modules have what the async clients have, under the same names.

use std::collections::BTreeSet;

use super::api::{self, Entry};
use super::source;

/// The functions of the types of a crate or module as `Type::method`.
fn methods<'a>(
    entries: &'a [Entry],
    module: &str,
    is_wanted: impl Fn(&Entry) -> bool,
) -> BTreeSet<&'a str> {
    entries
        .iter()
        .filter(|entry| entry.text.contains("fn ") && !entry.is_hidden && is_wanted(entry))
        .filter_map(|entry| entry.path.strip_prefix(module)?.strip_prefix("::"))
        .filter(|path| path.starts_with(char::is_uppercase) && path.split("::").count() == 2)
        .collect()
}

/// Whether a blocking client wraps the builder of `method` in a `RequestBuilder`, which has `send`.
fn is_wrapped(entries: &[Entry], method: &str) -> bool {
    let name = method.split("::").next().unwrap();
    let wrapped = format!("RequestBuilder<{name}");
    entries
        .iter()
        .filter(|entry| entry.path.contains("::blocking::") && method.ends_with("::send"))
        .filter_map(|entry| entry.returns.as_ref())
        .any(|returned| returned.contains(&wrapped))
}

#[test]
fn async_methods_have_blocking_namesakes() {
    let mut compared = 0;
    for (folder, entries) in api::read_all(source::root()) {
        let module = folder.trim_start_matches("crates/").replace('-', "_");
        let blocking = methods(&entries, &format!("{module}::blocking"), |_| true);
        let wanted = match module.as_str() {
            "arm_client" | "partner_client" => methods(&entries, &module, |entry| {
                entry.text.contains("async fn ") || entry.path.contains("Client::")
            }),
            "billing_core" => methods(&entries, &module, |entry| {
                entry.text.contains("async fn ") && entry.path.contains("::Poller::")
            }),
            _ => continue,
        };
        compared += wanted.len();
        let missing: Vec<&str> = wanted
            .into_iter()
            .filter(|method| !blocking.contains(method) && !is_wrapped(&entries, method))
            .collect();
        assert!(missing.is_empty(), "{module}::blocking lacks {missing:?}");
    }
    assert!(compared > 20, "only {compared} methods were compared");
}
