//! What can be called with async can be called without, under the same names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The public methods in a source file, each as `Type::method`.
fn methods(path: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let name = |line: &str| {
        let rest = ["pub async fn ", "pub fn "]
            .iter()
            .find_map(|start| line.strip_prefix(start))?;
        let end = rest.find(['(', '<'])?;
        Some(rest[..end].to_owned())
    };
    let mut found = BTreeSet::new();
    let mut of = String::new();
    let mut in_options = false;
    for line in read(path).lines().map(str::trim) {
        if line.starts_with("impl") && line.ends_with('{') {
            // `impl<T: Bound> Type<T> {`, `impl Trait for Type {`
            let head = line.trim_end_matches(" {");
            let last = head.rsplit(' ').next().unwrap();
            of = last.split('<').next().unwrap().to_owned();
        } else if let Some(name) = name(line) {
            found.insert(format!("{of}::{name}"));
        } else if let Some(file) = match line {
            "id_options!();" => Some("ids.rs"),
            "header_options!();" => Some("headers.rs"),
            _ => None,
        } {
            let options = read(&format!("crates/partner-client/src/{file}"));
            let names = options.lines().map(str::trim).filter_map(name);
            found.extend(names.map(|name| format!("{of}::{name}")));
        } else if let Some(pager) = line.strip_prefix("blocking_pages!(") {
            let (pager, _) = pager.split_once(' ').unwrap();
            let names = ["preview", "next_page", "collect_all"];
            found.extend(names.map(|name| format!("{pager}::{name}")));
        } else if line.starts_with("blocking_options!(") && line.ends_with(" preview);") {
            found.insert(format!("{of}::preview"));
        } else if line.starts_with("blocking_options!(") {
            in_options = true;
        } else if line.starts_with("})") {
            in_options = false;
        } else if in_options && line.starts_with("} => ") {
            in_options = false;
            found.extend(["preview", "send"].map(|name| format!("{of}::{name}")));
        } else if in_options && let Some((name, _)) = line.split_once('(') {
            found.insert(format!("{of}::{name}"));
        }
    }
    found
}

#[test]
fn every_method_with_async_has_its_namesake_without() {
    let places = [
        (
            "crates/arm-client/src",
            &["client.rs", "get.rs", "pager.rs", "update.rs"][..],
            &["blocking.rs"][..],
        ),
        (
            "crates/partner-client/src",
            &[
                "client.rs",
                "get.rs",
                "update.rs",
                "edit.rs",
                "address.rs",
                "country_rules.rs",
                "customer.rs",
                "customers.rs",
                "preflight.rs",
            ][..],
            &["blocking.rs", "blocking/around.rs"][..],
        ),
    ];
    let poller = (
        methods("crates/billing-core/src/poller.rs"),
        methods("crates/billing-core/src/blocking/poller.rs"),
    );
    let clients = places.map(|(folder, with, without)| {
        [with, without].map(|files| {
            let files = files.iter();
            let found = files.flat_map(|file| methods(&format!("{folder}/{file}")));
            found.collect::<BTreeSet<_>>()
        })
    });
    let clients = clients.map(|[with, without]| (with, without));
    // How a poller is made is the client's business; a pager that waits is an iterator itself; a finding has no request.
    let others = [
        "Poller::begin",
        "Poller::resume",
        "BillingProfilePager::into_stream",
        "CustomerPager::into_stream",
        "Finding::is_certain",
        "Finding::kind",
        "Finding::member",
        "Finding::rule",
    ];
    for (with, without) in clients.into_iter().chain([poller]) {
        assert!(with.len() > 5, "{with:?}");
        let missing: Vec<_> = with
            .difference(&without)
            .filter(|name| !others.contains(&name.as_str()))
            .collect();
        assert!(
            missing.is_empty(),
            "not in the blocking module: {missing:?}"
        );
    }
}
