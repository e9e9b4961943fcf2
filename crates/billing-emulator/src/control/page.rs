//! `GET /`: a page for a browser that shows what the emulator stores and receives.
//!
//! Its four files load nothing from other origins.

use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};

use crate::http::response::{self, Response};

pub(super) const HTML: &str = include_str!("page/index.html");
pub(super) const STYLE: &str = include_str!("page/page.css");
pub(super) const SCRIPT: &str = include_str!("page/page.js");
pub(super) const ICON: &str = include_str!("page/icon.svg");

/// Allows no other origin, no inline scripts or styles, and no frame around the page.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Responds with a file of the page.
pub(super) fn file(content_type: &'static str, text: &'static str) -> Response {
    let mut response = response::with_type(StatusCode::OK, content_type, text);
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
