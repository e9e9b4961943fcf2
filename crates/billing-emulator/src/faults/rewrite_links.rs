//! Rewrites the links in a response to another origin.

use hyper::{
    Uri,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use serde_json::Value;

use crate::http::response::Response;

const LINKS: [HeaderName; 2] = [
    header::LOCATION,
    HeaderName::from_static("azure-asyncoperation"),
];

/// Rewrites `Location`, `Azure-AsyncOperation`, `nextLink` and `links.next.uri` to `origin`, each
/// with its own path; a response without links stays as it is.
pub(super) fn rewrite(mut response: Response, origin: &str) -> Response {
    for name in LINKS {
        let link = response
            .headers()
            .get(&name)
            .and_then(|link| link.to_str().ok());
        let moved = link.and_then(|link| moved(link, origin));
        if let Some(link) = moved.and_then(|link| HeaderValue::try_from(link).ok()) {
            response.headers_mut().insert(name, link);
        }
    }
    match body(response.body(), origin) {
        Some(body) => response.map(|_| body),
        None => response,
    }
}

fn body(body: &Bytes, origin: &str) -> Option<Bytes> {
    let document = json(body).ok()?;
    let link = document
        .get("nextLink")
        .or_else(|| document.pointer("/links/next/uri"))?;
    let moved = Value::from(moved(link.as_str()?, origin)?).to_string();
    // Replaced in the text, so that everything else stays as the service wrote it.
    let text = str::from_utf8(body).ok()?;
    Some(text.replace(&link.to_string(), &moved).into())
}

fn moved(link: &str, origin: &str) -> Option<String> {
    let path = link.parse::<Uri>().ok()?;
    Some(format!("{origin}{}", path.path_and_query()?))
}

/// Reads a body as JSON, with or without a byte order mark.
fn json(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}
