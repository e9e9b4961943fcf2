//! Keeps web pages of other origins from controlling the emulator through the browser of the person
//! who runs it.
//!
//! Programs such as curl send none of these headers. A browser does, and its pages cannot change
//! them.

use hyper::{StatusCode, header};

use super::response::{ErrorResponse, Result};
use crate::http::request::Request;

/// Refuses a request that a page of another origin has sent.
pub(super) fn check(request: &Request) -> Result<()> {
    if !is_from_here(request) {
        let message = "a page of another origin may not use this; open the control address itself";
        return Err(ErrorResponse::new(StatusCode::FORBIDDEN, message));
    }
    Ok(())
}

/// Returns whether the request comes from the page of this address, or from no page.
fn is_from_here(request: &Request) -> bool {
    let own = |origin: &str| {
        let address = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        address.is_some_and(|address| Some(address) == request.header(header::HOST))
    };
    // Several origins, or an origin that is not text, are not this page's.
    let mut origins = request.headers.get_all(header::ORIGIN).iter();
    let is_own_origin = origins.all(|origin| origin.to_str().is_ok_and(own));
    // A page's reads have no `Origin`, but `Sec-Fetch-Site` tells how its origin is related.
    let site = request.header("sec-fetch-site");
    is_own_origin && site.is_none_or(|site| ["same-origin", "none"].contains(&site))
}

/// Refuses a body of another media type. A browser lets a page send forms and plain text to any
/// origin, but not JSON.
pub(super) fn check_media_type(request: &Request, media_types: &[&str]) -> Result<()> {
    let is_empty = request.body.as_ref().is_some_and(|body| body.is_empty());
    let sent = request.media_type();
    if is_empty || sent.is_some_and(|sent| media_types.contains(&sent.as_str())) {
        return Ok(());
    }
    let message = format!("a body needs Content-Type: {}", media_types.join(" or "));
    Err(ErrorResponse::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        message,
    ))
}
