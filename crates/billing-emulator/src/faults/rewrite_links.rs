//! Links in an answer that lead to another origin.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, Uri, header},
};
use serde_json::Value;

use crate::call::{self, Reply};

const LINKS: [HeaderName; 2] = [
    header::LOCATION,
    HeaderName::from_static("azure-asyncoperation"),
];

/// Has `Location`, `Azure-AsyncOperation`, `nextLink` and `links.next.uri` lead to `origin`, each with its own path; an
/// answer without one stays as it is.
pub(super) fn lead(mut reply: Reply, origin: &str) -> Reply {
    for name in LINKS {
        let link = reply
            .headers()
            .get(&name)
            .and_then(|link| link.to_str().ok());
        let moved = link.and_then(|link| moved(link, origin));
        if let Some(link) = moved.and_then(|link| HeaderValue::try_from(link).ok()) {
            reply.headers_mut().insert(name, link);
        }
    }
    match body(reply.body(), origin) {
        Some(body) => reply.map(|_| body),
        None => reply,
    }
}

fn body(body: &Bytes, origin: &str) -> Option<Bytes> {
    let document = call::json(body).ok()?;
    let link = document
        .get("nextLink")
        .or_else(|| document.pointer("/links/next/uri"))?;
    let moved = Value::from(moved(link.as_str()?, origin)?).to_string();
    // In the text, so that everything else stays as the service wrote it.
    let text = str::from_utf8(body).ok()?;
    Some(text.replace(&link.to_string(), &moved).into())
}

fn moved(link: &str, origin: &str) -> Option<String> {
    let path = link.parse::<Uri>().ok()?;
    Some(format!("{origin}{}", path.path_and_query()?))
}
