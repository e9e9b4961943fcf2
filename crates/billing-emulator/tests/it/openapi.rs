//! The OpenAPI description matches what is served.

use std::collections::{BTreeMap, BTreeSet};

use billing_emulator::{Emulator, Service};
use serde_json::Value;

use crate::{
    authority::{authority, by_secret, form},
    support::{HttpClient, HttpResponse, sample},
};

async fn described(emulator: &Emulator) -> Value {
    let control = HttpClient::anonymous(emulator.control_url());
    let reply = control.get("/openapi.json").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    reply.json()
}

#[tokio::test]
async fn each_path_is_described_at_the_address_that_serves_it() {
    let emulator = sample().start().await.unwrap();
    let description = described(&emulator).await;
    let mut seen = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let url = match path.split('/').nth(1) {
            Some("v1") => emulator.partner_url(),
            Some("providers" | "metadata" | "subscriptions" | "tenants") => emulator.arm_url(),
            Some("{tenant}" | "common" | "devicelogin") => emulator.authority_url(),
            _ => emulator.control_url(),
        };
        assert_eq!(
            item["servers"],
            serde_json::json!([{ "url": url }]),
            "{path}"
        );
        seen.insert(url);
    }
    assert_eq!(seen.len(), 4);
    // The services have no such path.
    let other = HttpClient::partner(&emulator).get("/openapi.json").await;
    assert_eq!(other.status, 404);
}

#[tokio::test]
async fn each_described_operation_is_served_and_no_other_method() {
    let emulator = sample().start().await.unwrap();
    let description = described(&emulator).await;
    for (path, item) in description["paths"].as_object().unwrap() {
        let operations = item.as_object().unwrap();
        let url = item["servers"][0]["url"].as_str().unwrap();
        let caller = HttpClient::anonymous(url).with(
            "authorization",
            &format!("Bearer {}", emulator.token().reveal()),
        );
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
            let target = filled(path, &item[method.to_ascii_lowercase()]);
            if path == "/api/events" && method == "GET" {
                // This response has no end.
                continue;
            }
            let reply = caller.send(method, &target, "").await;
            let is_served = operations.contains_key(&method.to_ascii_lowercase());
            // The authority's error for another method.
            let is_refused = reply.status == 405 || reply.body.contains("AADSTS900561: ");
            assert_eq!(!is_refused, is_served, "{method} {path}: {}", reply.body);
        }
    }
}

/// Returns a path with a value for each parameter, and with an api version of Resource Manager that
/// has the operation.
fn filled(path: &str, operation: &Value) -> String {
    let id = "00000000-0000-0000-0000-000000000000";
    let pieces = path.split('{').map(|piece| match piece.split_once('}') {
        Some(("operationResult", rest)) => format!("putBillingProfile_{id}{rest}"),
        Some((_, rest)) => format!("{id}{rest}"),
        None => piece.to_owned(),
    });
    let own = operation["parameters"].as_array().into_iter().flatten();
    let mut own = own.filter(|parameter| parameter["name"] == "api-version");
    let version = match own.next() {
        Some(parameter) => parameter["example"].as_str().unwrap(),
        None if path.contains("billingOperations") => "2018-05-31-preview",
        None => "2024-04-01",
    };
    format!("{}?api-version={version}", pieces.collect::<String>())
}

/// Returns the status and the headers, line by line, except `Connection`.
fn head(reply: &HttpResponse) -> Vec<String> {
    let reply = reply.whole();
    let lines = reply.lines().take_while(|line| !line.is_empty());
    let lines = lines.filter(|line| *line != "Connection: close");
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn responses_of_the_authority_are_described() {
    let emulator = sample().start().await.unwrap();
    let description = described(&emulator).await;
    let caller = authority(&emulator).with("return-client-request-id", "true");
    let caller = caller.with("client-request-id", "3f0c1b52-8a77-4e0d-9a55-6f1d2b7c8e01");
    let by_secret = form(&by_secret("https://management.azure.com/.default"));
    let without_secret = by_secret.replace("client_secret", "secret");
    let sign_in =
        "/common/oauth2/v2.0/authorize?client_id=a&scope=b&redirect_uri=https://localhost/";
    let asked = [
        ("POST", "/common/oauth2/v2.0/token", by_secret.as_str(), 200),
        ("POST", "/common/oauth2/token", &by_secret, 400),
        ("POST", "/common/oauth2/v2.0/token", &without_secret, 401),
        (
            "POST",
            "/common/oauth2/v2.0/devicecode",
            "client_id=a&scope=b",
            200,
        ),
        ("POST", "/common/oauth2/devicecode", "client_id=a", 200),
        ("POST", "/nobody/oauth2/devicecode", "client_id=a", 400),
        ("GET", "/devicelogin", "", 200),
        ("POST", "/devicelogin", "user_code=a&answer=approve", 400),
        ("GET", sign_in, "", 302),
        (
            "GET",
            &format!("{sign_in}&response_mode=form_post"),
            "",
            200,
        ),
        ("GET", "/nobody/oauth2/authorize", "", 400),
        (
            "GET",
            "/common/v2.0/.well-known/openid-configuration",
            "",
            200,
        ),
        ("GET", "/nobody/.well-known/openid-configuration", "", 400),
        ("GET", "/common/discovery/instance", "", 200),
        ("GET", "/common/discovery/v2.0/keys", "", 200),
        ("GET", "/common/discovery/keys", "", 200),
    ];
    for (method, path, body, status) in asked {
        let reply = caller.send(method, path, body).await;
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        check(&description, method, path, &head(&reply));
    }
}

#[tokio::test]
async fn misdirected_responses_are_described() {
    let emulator = sample().without_authentication().start().await.unwrap();
    let description = described(&emulator).await;
    for (path, item) in description["paths"].as_object().unwrap() {
        let url = item["servers"][0]["url"].as_str().unwrap();
        let stranger = HttpClient::anonymous(url).with_host("attacker.example.com");
        for method in item.as_object().unwrap().keys() {
            if ["parameters", "servers"].contains(&method.as_str()) {
                continue;
            }
            let target = filled(path, &item[method]);
            let reply = stranger.send(&method.to_uppercase(), &target, "").await;
            assert_eq!(reply.status, 421, "{method} {path}");
            check(&description, &method.to_uppercase(), &target, &head(&reply));
        }
    }
}

/// Asserts that a response matches the description of its operation.
pub(crate) async fn assert_described(
    emulator: &Emulator,
    method: &str,
    path: &str,
    reply: &HttpResponse,
) {
    check(&described(emulator).await, method, path, &head(reply));
}

/// Asserts that a response's status, headers and media type are described.
fn check(description: &Value, method: &str, path: &str, head: &[String]) {
    let segments: Vec<_> = path.split(['?', '#']).next().unwrap().split('/').collect();
    let is_of = |template: &str| {
        let template: Vec<_> = template.split('/').collect();
        let fits = |(pattern, segment): (&&str, &&str)| match pattern.split_once('{') {
            Some((start, _)) => segment.starts_with(start),
            None => pattern == segment,
        };
        template.len() == segments.len() && template.iter().zip(&segments).all(fits)
    };
    let paths = description["paths"].as_object().unwrap();
    let Some((template, item)) = paths.iter().find(|(template, _)| is_of(template)) else {
        return;
    };
    let operation = &item[method.to_ascii_lowercase()];
    if operation.is_null() {
        return;
    }
    let status = head[0].split(' ').nth(1).unwrap();
    let place = format!("{method} {template} {status}");
    let mut response = &operation["responses"][status];
    if let Some(pointer) = response["$ref"].as_str() {
        response = description
            .pointer(pointer.trim_start_matches('#'))
            .unwrap();
    }
    assert!(response.is_object(), "{place} is not described");
    let sent: Vec<_> = head[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .collect();
    let described = response["headers"].as_object().unwrap();
    for (name, header) in described {
        let at = header["$ref"].as_str().map(|at| at.trim_start_matches('#'));
        let header = at.map_or(header, |at| description.pointer(at).unwrap());
        let is_required = header["required"] == true;
        let is_sent = sent.iter().any(|(known, _)| known == name);
        assert!(is_sent || !is_required, "{place} has no {name}");
    }
    for (name, value) in sent {
        if name == "Content-Type" {
            let media_type = value.split(';').next().unwrap();
            let content = &response["content"][media_type];
            assert!(
                content.is_object(),
                "{place} has the undescribed {media_type}"
            );
        } else {
            assert!(
                described.contains_key(name),
                "{place} has the undescribed {name}"
            );
        }
    }
}

#[tokio::test]
async fn responses_of_the_conformance_suite_are_described() {
    let emulator = sample().start().await.unwrap();
    let description = described(&emulator).await;
    let heads = crate::conformance::heads();
    assert!(heads.len() > 50, "{} exchanges", heads.len());
    for (request, answer) in heads {
        let mut line = request[0].split(' ');
        let (method, path) = (line.next().unwrap(), line.next().unwrap());
        check(&description, method, path, &answer);
    }
}

#[tokio::test]
async fn array_is_not_accepted_as_an_object() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::anonymous(emulator.control_url());
    let before = emulator.snapshot();
    for (method, path, body) in [
        ("PUT", "/api/state", "[]"),
        ("POST", "/api/clock", "[60, null]"),
        ("PUT", "/api/faults", "[]"),
        ("POST", "/api/faults/1", "[false]"),
    ] {
        let reply = caller.send(method, path, body).await;
        assert_eq!(reply.status, 400, "{method} {path}: {}", reply.body);
    }
    assert_eq!(emulator.snapshot(), before);
    assert_eq!(emulator.now(), crate::support::start());
}

/// Returns the described paths of a tag with their methods, with `{}` for each parameter.
fn described_paths(description: &Value, tag: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let operations = item.as_object().unwrap().iter();
        let mut methods: Vec<_> = operations
            .filter(|(_, operation)| operation["tags"][0] == tag)
            .map(|(method, _)| method.to_uppercase())
            .collect();
        methods.sort_unstable();
        if !methods.is_empty() {
            let steps = path.trim_start_matches('/').split('/');
            let steps = steps.map(|step| if step.contains('{') { "{}" } else { step });
            let pattern = steps.collect::<Vec<_>>().join("/");
            found.insert((pattern, methods.join(", ")));
        }
    }
    found
}

/// Returns the path of each route with its methods.
fn served_paths(service: Option<Service>) -> BTreeSet<(String, String)> {
    let mut paths = BTreeMap::<_, Vec<_>>::new();
    for (path, method) in Emulator::routes(service) {
        paths.entry(path).or_default().push(method);
    }
    let paths = paths.into_iter();
    paths
        .map(|(path, mut methods)| {
            methods.sort_unstable();
            (path.to_owned(), methods.join(", "))
        })
        .collect()
}

#[tokio::test]
async fn every_route_is_described_and_every_description_served() {
    let description = described(&sample().start().await.unwrap()).await;
    // The description has the only version that is served.
    let partner = served_paths(Some(Service::Partner)).into_iter();
    let partner = partner.map(|(path, methods)| (path.replacen("{}", "v1", 1), methods));
    let partner: BTreeSet<_> = partner.collect();
    assert_eq!(partner, described_paths(&description, "partner"));
    for service in [Some(Service::Arm), Some(Service::Authority), None] {
        let tag = service.map_or("control".to_owned(), |service| service.to_string());
        let routes = served_paths(service);
        assert_eq!(routes, described_paths(&description, &tag), "{tag}");
    }
}
