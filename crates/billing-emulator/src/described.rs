//! Tests that every route is in the OpenAPI description, and the other way round.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{arm, authority, control, http::routes::Route, partner};

/// The paths that the description has under a tag, as patterns, each with its methods.
fn described(tag: &str) -> BTreeSet<(String, String)> {
    let description: Value = serde_json::from_str(include_str!("../openapi.json")).unwrap();
    let mut found = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let operations = item.as_object().unwrap().iter();
        let methods: Vec<_> = operations
            .filter(|(_, operation)| operation["tags"][0] == tag)
            .map(|(method, _)| method.to_uppercase())
            .collect();
        if !methods.is_empty() {
            let steps = path.trim_start_matches('/').split('/');
            let steps = steps.map(|step| if step.contains('{') { "{}" } else { step });
            let pattern = steps.collect::<Vec<_>>().join("/");
            found.insert((pattern, methods.join(", ")));
        }
    }
    found
}

/// The routes of a table as patterns, each with its methods.
fn served<H>(routes: &[Route<H>]) -> BTreeSet<(String, String)> {
    let mut methods = BTreeMap::<_, Vec<_>>::new();
    for route in routes {
        let known = methods.entry(route.path.to_owned()).or_default();
        known.push(route.method.as_str());
    }
    let routes = methods.into_iter();
    routes
        .map(|(path, methods)| (path, methods.join(", ")))
        .collect()
}

#[test]
fn every_route_is_described() {
    // The description has the only version that is served.
    let partner = served(partner::ROUTES).into_iter();
    let partner = partner.map(|(path, methods)| (path.replacen("{}", "v1", 1), methods));
    assert_eq!(partner.collect::<BTreeSet<_>>(), described("partner"));
    assert_eq!(served(arm::ROUTES), described("arm"));
    assert_eq!(served(authority::ROUTES), described("authority"));
    assert_eq!(served(control::ROUTES), described("control"));
}
