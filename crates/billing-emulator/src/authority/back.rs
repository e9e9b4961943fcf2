//! The way back to an application: what is answered to a browser, with a code or the reason why there is none
//! ("OAuth 2.0 authorization code flow", `response_mode`).

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Refusal, reply};
use crate::call::Reply;

/// All but the unreserved characters (RFC 3986, section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How the browser carries what is sent back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

impl Mode {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "query" => Self::Query,
            "fragment" => Self::Fragment,
            "form_post" => Self::FormPost,
            _ => return None,
        })
    }
}

pub(super) fn go(
    redirect_uri: &str,
    mode: Mode,
    members: &[(&str, String)],
) -> Result<Reply, Refusal> {
    let separator = match mode {
        Mode::FormPost => return form(redirect_uri, members),
        Mode::Fragment => '#',
        Mode::Query if redirect_uri.contains('?') => '&',
        Mode::Query => '?',
    };
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ENCODED)))
        .collect();
    let location = format!("{redirect_uri}{separator}{}", members.join("&"));
    let location =
        HeaderValue::from_str(&location).map_err(|_| Refusal::redirect_invalid(redirect_uri))?;
    let mut reply = reply::empty(StatusCode::FOUND);
    reply.headers_mut().insert(header::LOCATION, location);
    Ok(reply)
}

/// A page that posts itself.
fn form(redirect_uri: &str, members: &[(&str, String)]) -> Result<Reply, Refusal> {
    // An action can be a script, too.
    if !["http://", "https://"]
        .iter()
        .any(|scheme| redirect_uri.starts_with(scheme))
    {
        return Err(Refusal::redirect_invalid(redirect_uri));
    }
    let inputs = members.iter().map(|(name, value)| {
        let value = escape(value);
        format!(r#"<input type="hidden" name="{name}" value="{value}">"#)
    });
    let body = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Signed in</title></head><body>\
         <form method=\"post\" action=\"{}\">{}<noscript><button>Continue</button></noscript></form>\
         <script>document.forms[0].submit()</script></body></html>",
        escape(redirect_uri),
        inputs.collect::<String>()
    );
    let mut reply = Reply::new(Bytes::from(body));
    let content_type = HeaderValue::from_static("text/html; charset=utf-8");
    reply
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    Ok(reply)
}

/// For an attribute between double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
