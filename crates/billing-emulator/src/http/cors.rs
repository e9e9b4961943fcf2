//! Cross-origin requests: the web pages that may send requests to the services and the authority
//! through a browser.
//!
//! An origin is allowed by name and never by `*`, and no response allows credentials: tokens are
//! sent in `Authorization`, which a page sets itself. The control API is closed to every page but
//! its own.

use crate::{
    error::Error,
    http::{
        connection,
        response::{self, Response},
    },
};
use hyper::{
    HeaderMap, Method, StatusCode, Uri,
    header::{self, HeaderName, HeaderValue},
    http::request::Parts,
};

/// The methods of all routes ("Fetch", CORS-preflight request).
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");

/// The seconds for which a browser may remember a preflight.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The headers that a page may read anyway ("Fetch", CORS-safelisted response-header name).
const SAFE: [HeaderName; 7] = [
    header::CACHE_CONTROL,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::EXPIRES,
    header::LAST_MODIFIED,
    header::PRAGMA,
];

/// The header of "Private Network Access", with which a browser asks before a public page sends a
/// request to this machine.
const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Normalizes an origin as a browser writes it: `https://app.example.com`, without the default port
/// of its scheme.
pub(crate) fn origin(text: &str) -> Result<HeaderValue, Error> {
    let refused = || {
        let reason = "must be a scheme, a host and a port at most, such as http://localhost:3000; * is not taken";
        Error::invalid(format!("the origin {text:?}"), reason)
    };
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| refused())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(refused());
    };
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(refused()),
    };
    if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains(['@', '*']) {
        return Err(refused());
    }
    let port = authority.port_u16().filter(|port| *port != usual);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let host = authority.host().to_ascii_lowercase();
    HeaderValue::try_from(format!("{scheme}://{host}{port}")).map_err(|_| refused())
}

/// Returns the origin of a request if it is allowed.
pub(crate) fn allowed(origins: &[HeaderValue], headers: &HeaderMap) -> Option<HeaderValue> {
    let mut sent = headers.get_all(header::ORIGIN).iter();
    let origin = sent.next().filter(|_| sent.next().is_none())?;
    origins.contains(origin).then(|| origin.clone())
}

/// Returns the response to a preflight from an allowed origin. It demands no token, because a
/// browser sends none with it.
pub(crate) fn preflight(origin: &HeaderValue, head: &Parts) -> Option<Response> {
    let sent = &head.headers;
    if head.method != Method::OPTIONS || !sent.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut response = response::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    // Any header may be sent, and `*` would not include `Authorization`.
    if let Some(names) = sent.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    if sent
        .get(REQUEST_PRIVATE_NETWORK)
        .is_some_and(|value| value == "true")
    {
        headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    Some(response)
}

/// Lets a page of this origin read a response and all its headers.
pub(crate) fn expose(origin: HeaderValue, headers: &mut HeaderMap) {
    let names = headers.keys().filter(|name| !SAFE.contains(name));
    let names = names.map(connection::spell).collect::<Vec<_>>().join(", ");
    if let Ok(names) = HeaderValue::try_from(names) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names);
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_a_browser_writes_it() {
        for (text, written) in [
            ("http://localhost:3000", "http://localhost:3000"),
            ("HTTPS://App.Example.com:443/", "https://app.example.com"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(origin(text).unwrap(), written);
        }
        for text in [
            "*",
            "null",
            "",
            "localhost:3000",
            "app.example.com",
            "file:///",
            "https://a.example.com/path",
            "https://a.example.com?q",
            "https://u:p@a.example.com",
            "https://*.example.com x",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
