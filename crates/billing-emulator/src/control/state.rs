//! `GET` and `PUT /api/state`: saves and loads every document.

use hyper::StatusCode;

use super::{
    guard, parameters,
    response::{self, ErrorResponse, Result},
};
use crate::{
    context::Context,
    http::request::{BodyLimits, Request},
    snapshot::Snapshot,
};

/// The largest snapshot that is read: 64 MiB, some ten thousand documents. The memory that they
/// take is checked separately.
pub(crate) const SNAPSHOT_LIMITS: BodyLimits = BodyLimits {
    bytes: 64 * 1024 * 1024,
    nodes: usize::MAX,
};

pub(super) fn save(context: &Context, _: &Request, _: &str) -> Result {
    // Serialized after the lock is released: the documents are shared, not copied.
    let snapshot = Snapshot::of(&context.state());
    Ok(response::json(&snapshot))
}

pub(super) fn load(context: &Context, request: &Request, _: &str) -> Result {
    guard::check_media_type(request, parameters::JSON)?;
    let body = request.body.as_ref().ok_or_else(|| {
        let message = "the body is larger than 64 MiB; load a larger snapshot when the emulator starts (--data)";
        ErrorResponse::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    })?;
    let text = request.text(body).map_err(ErrorResponse::bad_request)?;
    let limit = context.options.documents_limit;
    let loaded =
        Snapshot::read(text.as_bytes(), limit).and_then(|snapshot| snapshot.load_into(context));
    loaded.map_err(|error| ErrorResponse::bad_request(error.to_string()))?;
    save(context, request, "")
}
