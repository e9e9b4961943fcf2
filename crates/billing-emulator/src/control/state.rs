//! `GET` and `PUT /api/state`: every document, saved and loaded.

use axum::http::{Method, StatusCode};

use super::{JSON, Refusal, guard, reply};
use crate::{
    Snapshot,
    call::{BodyLimits, Call, Reply},
    state::Context,
};

/// The largest snapshot that is taken: 64 MiB, some ten thousands of documents. How much memory
/// they take is looked at when they are read.
pub(crate) const SNAPSHOT_LIMITS: BodyLimits = BodyLimits {
    bytes: 64 * 1024 * 1024,
    nodes: usize::MAX,
};

pub(super) fn answer(context: &Context, call: &Call) -> Result<Reply, Refusal> {
    if call.method == Method::PUT {
        load(context, call)?;
    }
    // Written when the lock is given back: the documents are shared, not copied.
    let snapshot = Snapshot::of(&context.state());
    Ok(reply(StatusCode::OK, &snapshot))
}

fn load(context: &Context, call: &Call) -> Result<(), Refusal> {
    guard::check_body(call, JSON)?;
    let body = call.body.as_ref().ok_or_else(|| {
        let message = "the body is larger than 64 MiB; a larger snapshot is for the start of an emulator (--data)";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    })?;
    let refuse = |message: String| Refusal::new(StatusCode::BAD_REQUEST, message);
    let text = call.text(body).map_err(|error| refuse(error.to_owned()))?;
    let limit = context.options.documents_limit;
    let loaded = Snapshot::read(text.as_bytes(), limit).and_then(|snapshot| context.load(snapshot));
    loaded.map_err(|error| refuse(error.to_string()))
}
