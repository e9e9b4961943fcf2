//! A request that is shown instead of sent.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

/// A request as it would be sent, with the token hidden: `Authorization: Bearer ***`.
///
/// `Display` shows all of it, body included; `Debug` leaves the body and the headers out. As JSON
/// it is an object with `method`, `url`, `headers` and `body`.
#[derive(Clone, PartialEq)]
pub struct RequestPreview {
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl RequestPreview {
    pub(crate) fn new(
        method: Method,
        url: String,
        headers: &HeaderMap,
        body: Option<&[u8]>,
    ) -> Self {
        let mut headers: Vec<_> = headers
            .iter()
            .filter(|(name, _)| *name != AUTHORIZATION)
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        headers.push((AUTHORIZATION.as_str().to_owned(), "Bearer ***".to_owned()));
        headers.sort();
        Self {
            method,
            url,
            headers,
            body: body.map(<[u8]>::to_vec),
        }
    }

    /// Returns the method: `GET`, `PUT` or `PATCH`.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Returns the whole URL, encoded as it would be sent.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the headers in order of their lower-case names.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the body's bytes, if the request has one.
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// Returns the body as JSON, if it is JSON.
    pub fn body_json(&self) -> Option<Value> {
        serde_json::from_slice(self.body()?).ok()
    }

    fn body_text(&self) -> Option<String> {
        Some(match self.body_json() {
            Some(json) => format!("{json:#}"),
            None => String::from_utf8_lossy(self.body()?).into_owned(),
        })
    }
}

impl fmt::Display for RequestPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        for (name, value) in self.headers() {
            write!(f, "\n{name}: {value}")?;
        }
        match self.body_text() {
            Some(body) => write!(f, "\n\n{body}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for RequestPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestPreview")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Serialize for RequestPreview {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let headers: serde_json::Map<_, _> = self
            .headers()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        let body = self
            .body_json()
            .or_else(|| self.body_text().map(Value::from));
        let mut out = serializer.serialize_struct("RequestPreview", 4)?;
        out.serialize_field("method", self.method())?;
        out.serialize_field("url", self.url())?;
        out.serialize_field("headers", &headers)?;
        out.serialize_field("body", &body)?;
        out.end()
    }
}
