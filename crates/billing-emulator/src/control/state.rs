//! `GET` and `PUT /api/state`: saves and loads every document.

use axum::http::StatusCode;

use super::{
    guard, parameters,
    response::{self, ErrorResponse},
};
use crate::{
    Snapshot,
    call::{BodyLimits, Call, Reply},
    state::Context,
};

/// The largest snapshot that is read: 64 MiB, some ten thousand documents. The memory that they
/// take is checked separately.
pub(crate) const SNAPSHOT_LIMITS: BodyLimits = BodyLimits {
    bytes: 64 * 1024 * 1024,
    nodes: usize::MAX,
};

pub(super) fn save(context: &Context, _: &Call, _: &str) -> Result<Reply, ErrorResponse> {
    // Serialized after the lock is released: the documents are shared, not copied.
    let snapshot = Snapshot::of(&context.state());
    Ok(response::json(&snapshot))
}

pub(super) fn load(context: &Context, call: &Call, _: &str) -> Result<Reply, ErrorResponse> {
    guard::check_media_type(call, parameters::JSON)?;
    let body = call.body.as_ref().ok_or_else(|| {
        let message = "the body is larger than 64 MiB; load a larger snapshot when the emulator starts (--data)";
        ErrorResponse::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    })?;
    let text = call.text(body).map_err(ErrorResponse::bad_request)?;
    let limit = context.options.documents_limit;
    let loaded = Snapshot::read(text.as_bytes(), limit).and_then(|snapshot| context.load(snapshot));
    loaded.map_err(|error| ErrorResponse::bad_request(error.to_string()))?;
    save(context, call, "")
}
