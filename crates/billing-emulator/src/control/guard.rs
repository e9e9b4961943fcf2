//! What keeps a web page of somebody else from driving the emulator through the browser it is looked at with.
//!
//! Programs such as curl send none of these headers. A browser does, and its pages cannot change them.

use axum::http::{HeaderMap, StatusCode, header};

use super::Refusal;
use crate::call::Call;

pub(super) fn check(call: &Call) -> Result<(), Refusal> {
    if !is_from_here(call) {
        let message = "a page of another origin may not use this; open the control address itself";
        return Err(Refusal::new(StatusCode::FORBIDDEN, message));
    }
    Ok(())
}

/// Whether the request comes from this address's own page, or from no page at all.
fn is_from_here(call: &Call) -> bool {
    let headers: &HeaderMap = &call.headers;
    let own = |origin: &str| {
        let address = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        address.is_some_and(|address| Some(address) == call.header(header::HOST))
    };
    // More than one, or one that is no text, is none of ours.
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let is_own_origin = origins.all(|origin| origin.to_str().is_ok_and(own));
    // Reads from a page carry no origin, but they say how it is related to this one.
    let site = call.header("sec-fetch-site");
    is_own_origin && site.is_none_or(|site| ["same-origin", "none"].contains(&site))
}

/// A page can send a form or plain text anywhere without being asked; JSON it cannot.
pub(super) fn check_body(call: &Call, media_types: &[&str]) -> Result<(), Refusal> {
    let is_empty = call.body.as_ref().is_some_and(|body| body.is_empty());
    let sent = call.media_type();
    if is_empty || sent.is_some_and(|sent| media_types.contains(&sent.as_str())) {
        return Ok(());
    }
    let message = format!("a body needs Content-Type: {}", media_types.join(" or "));
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}
