//! Nothing is served that the description leaves out.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use axum::{body::Body, extract::Request};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    Emulator, Service, authority, control,
    routes::Route,
    server::{self, Side},
    wire::Wire,
};

thread_local! {
    /// The patterns with which paths were compared.
    pub(crate) static TRIED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

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

/// A pattern without what all of its service begin with: Partner Center's version, of which it serves one, and Resource
/// Manager's provider, which may be compared once for all of them.
fn rest(pattern: &str) -> &str {
    let heads = ["v1/", "{}/", "providers/Microsoft.Billing/"];
    let rest = heads.iter().find_map(|head| pattern.strip_prefix(head));
    rest.unwrap_or(pattern)
}

#[tokio::test]
async fn each_path_that_a_service_knows_is_described() {
    let emulator = Emulator::builder().start().await.unwrap();
    for service in [Service::Partner, Service::Arm] {
        let (_running, stop) = watch::channel(());
        // It is none of the service's, so it is compared with all.
        let request =
            Request::get("/providers/Microsoft.Billing/nowhere?api-version=2019-10-01-preview")
                .header(
                    "authorization",
                    format!("Bearer {}", emulator.token().reveal()),
                )
                .body(Body::empty())
                .unwrap();
        TRIED.take();
        server::answer(
            Side::Service(service),
            &emulator.context,
            stop,
            request,
            Wire::default(),
        )
        .await;
        let tried = TRIED.take();
        let tried = tried
            .iter()
            .filter(|pattern| *pattern != "providers/Microsoft.Billing");
        let tried: BTreeSet<_> = tried.map(|pattern| rest(pattern)).collect();
        let described = described(&service.to_string());
        let described = described.iter().map(|(pattern, _)| rest(pattern)).collect();
        assert_eq!(tried, described, "{service}");
    }
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
fn routes_of_the_authority_and_the_control_api_are_described() {
    assert_eq!(served(authority::ROUTES), described("authority"));
    assert_eq!(served(control::ROUTES), described("control"));
}
