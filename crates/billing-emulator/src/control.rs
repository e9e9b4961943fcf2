//! The control API: what the services hold and what was asked of them, for programs that are not
//! in the same process.

use axum::{
    body::Bytes,
    http::{Method, StatusCode, header},
};
use serde::Serialize;
use serde_json::json;

use crate::{
    call::{Call, Reply},
    state::Context,
};

pub(crate) fn answer(context: &Context, call: &Call) -> Reply {
    let segments = call.segments();
    match (segments.as_slice(), &call.method) {
        (["api", "resources"], &Method::GET) => resources(context, call),
        (["api", "requests"], &Method::GET) => reply(StatusCode::OK, &context.state().requests()),
        (["api", "resources" | "requests"], _) => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "this can only be read, with GET",
        ),
        _ => refuse(
            StatusCode::NOT_FOUND,
            "there are /api/resources and /api/requests",
        ),
    }
}

fn resources(context: &Context, call: &Call) -> Reply {
    let service = match call.query("service") {
        wanted @ (None | Some("partner" | "arm")) => wanted,
        Some(_) => return refuse(StatusCode::BAD_REQUEST, "service is partner or arm"),
    };
    let state = context.state();
    let wanted: Vec<_> = state
        .resources()
        .filter(|resource| service.is_none_or(|service| resource.service.name() == service))
        .collect();
    reply(StatusCode::OK, &wanted)
}

fn refuse(status: StatusCode, message: &str) -> Reply {
    reply(status, &json!({ "error": message }))
}

fn reply(status: StatusCode, body: &impl Serialize) -> Reply {
    // Strings, numbers and documents always serialize.
    let mut reply = Reply::new(Bytes::from(serde_json::to_vec(body).unwrap_or_default()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    reply
}
