//! `GET /`: a page for a browser that shows what the emulator stores and receives.
//!
//! Its four files load nothing from other origins.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, header},
};

use crate::call::Reply;

const HTML: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
const ICON: &str = include_str!("page/icon.svg");

/// Allows no other origin, no inline scripts or styles, and no frame around the page.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn html() -> Reply {
    file("text/html; charset=utf-8", HTML)
}

pub(super) fn style() -> Reply {
    file("text/css; charset=utf-8", STYLE)
}

pub(super) fn script() -> Reply {
    file("text/javascript; charset=utf-8", SCRIPT)
}

pub(super) fn icon() -> Reply {
    file("image/svg+xml", ICON)
}

fn file(content_type: &'static str, text: &'static str) -> Reply {
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
    reply
}
