//! The response that sends a browser back to an application, with a code or an error ("OAuth 2.0
//! authorization code flow", `response_mode`).

use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{
    error_response::{ErrorResponse, Result},
    response::html,
};
use crate::http::response;

/// Every character except the unreserved ones (RFC 3986, section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How the browser carries the parameters.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

pub(super) fn respond(
    redirect_uri: &str,
    mode: ResponseMode,
    parameters: &[(&str, String)],
) -> Result {
    let separator = match mode {
        ResponseMode::FormPost => return form(redirect_uri, parameters),
        ResponseMode::Fragment => '#',
        ResponseMode::Query if redirect_uri.contains('?') => '&',
        ResponseMode::Query => '?',
    };
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ENCODED)))
        .collect();
    let location = format!("{redirect_uri}{separator}{}", parameters.join("&"));
    let location = HeaderValue::from_str(&location)
        .map_err(|_| ErrorResponse::RedirectInvalid(redirect_uri.to_owned()))?;
    let mut response = response::empty(StatusCode::FOUND);
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Returns a page that posts its form as soon as it is loaded.
fn form(redirect_uri: &str, parameters: &[(&str, String)]) -> Result {
    // The action of a form can also be a script.
    let is_web = redirect_uri.starts_with("http://") || redirect_uri.starts_with("https://");
    if !is_web {
        return Err(ErrorResponse::RedirectInvalid(redirect_uri.to_owned()));
    }
    let inputs = parameters.iter().map(|(name, value)| {
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
    Ok(html(body, None))
}

/// Escapes a text for an attribute between double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
