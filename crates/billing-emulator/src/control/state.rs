//! `GET` and `PUT /api/state`: every document, saved and loaded.

use axum::http::{Method, StatusCode};

use super::{JSON, Refusal, guard, reply};
use crate::{
    Snapshot,
    call::{Call, Reply},
    state::Context,
};

/// The largest snapshot that is taken: 64 MiB, some ten thousands of documents.
pub(crate) const SNAPSHOT_LIMIT: usize = 64 * 1024 * 1024;

pub(super) fn answer(context: &Context, call: &Call) -> Result<Reply, Refusal> {
    if call.method == Method::PUT {
        load(context, call)?;
    }
    let snapshot = Snapshot::of(&context.state());
    Ok(reply(StatusCode::OK, &snapshot))
}

fn load(context: &Context, call: &Call) -> Result<(), Refusal> {
    guard::check_body(call, JSON)?;
    let body = call.body.as_ref().ok_or_else(|| {
        let message = "the body is larger than 64 MiB; a larger snapshot is for the start of an emulator (--data)";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    })?;
    let loaded = Snapshot::from_json(body).and_then(|snapshot| context.load(snapshot));
    loaded.map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, error.to_string()))
}
