//! `GET /`: a page to look at, in three files that need nothing else.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, header},
};

use crate::call::Reply;

const HTML: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
const ICON: &str = include_str!("page/icon.svg");

/// Nothing from elsewhere, nothing in a line, and no place in somebody else's frame.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One of the page's files, by its path; `None` for another path.
pub(super) fn file(segments: &[&str]) -> Option<Reply> {
    let (content_type, text) = match segments {
        [""] => ("text/html; charset=utf-8", HTML),
        ["page.css"] => ("text/css; charset=utf-8", STYLE),
        ["page.js"] => ("text/javascript; charset=utf-8", SCRIPT),
        ["icon.svg"] => ("image/svg+xml", ICON),
        _ => return None,
    };
    let mut reply = Reply::new(Bytes::from_static(text.as_bytes()));
    let headers: [(HeaderName, &'static str); 3] = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in headers {
        reply
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Some(reply)
}
