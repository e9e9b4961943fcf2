//! The `blocking` modules have every method of the async types, under the same names.

use std::collections::BTreeSet;

use super::api::{self, Entry};
use super::source;

/// Methods without a blocking form: a pager that waits is an iterator itself, and how a poller is
/// made is the client's business.
const ASYNC_ONLY: [&str; 3] = ["::into_stream", "Poller::begin", "Poller::resume"];

/// The functions of the types of a crate or module as `Type::method`.
fn methods<'a>(entries: &'a [Entry], module: &str) -> BTreeSet<&'a str> {
    entries
        .iter()
        .filter(|entry| entry.text.contains("fn "))
        .filter_map(|entry| entry.path.strip_prefix(module)?.strip_prefix("::"))
        .filter(|path| path.starts_with(char::is_uppercase) && path.split("::").count() == 2)
        .collect()
}

/// The types of which some method is async.
fn async_types(entries: &[Entry], module: &str) -> BTreeSet<String> {
    methods(entries, module)
        .into_iter()
        .filter(|path| {
            let path = format!("{module}::{path}");
            let is_async = |entry: &&Entry| entry.text.contains("async fn ");
            entries
                .iter()
                .filter(is_async)
                .any(|entry| entry.path == path)
        })
        .map(|path| path.split("::").next().unwrap().to_owned())
        .collect()
}

#[test]
fn async_methods_have_blocking_namesakes() {
    for (folder, entries) in api::read_all(source::root()) {
        let module = folder.trim_start_matches("crates/").replace('-', "_");
        let blocking = methods(&entries, &format!("{module}::blocking"));
        let mut types = async_types(&entries, &module);
        match module.as_str() {
            "arm_client" | "partner_client" => {
                let client = |name: &&&str| name.contains("Client::");
                let clients = blocking.iter().filter(client);
                types.extend(clients.map(|name| name.split("::").next().unwrap().to_owned()));
            }
            "billing_core" => types.retain(|name| name == "Poller"),
            _ => continue,
        }
        let missing: Vec<&str> = methods(&entries, &module)
            .into_iter()
            .filter(|name| types.contains(name.split("::").next().unwrap()))
            .filter(|name| !blocking.contains(name))
            .filter(|name| !ASYNC_ONLY.iter().any(|only| name.contains(only)))
            .collect();
        assert!(!types.is_empty() && blocking.len() > 5, "{blocking:?}");
        assert!(missing.is_empty(), "{module}::blocking lacks {missing:?}");
    }
}
