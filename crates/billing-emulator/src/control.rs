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
    clock::rfc3339,
    state::Context,
};

mod clock;
mod faults;

pub(crate) fn answer(context: &Context, call: &Call) -> Reply {
    let segments = call.segments();
    match (segments.as_slice(), &call.method) {
        (["openapi.json"], &Method::GET) => description(context),
        (["api", "resources"], &Method::GET) => resources(context, call),
        (["api", "requests"], &Method::GET) => reply(StatusCode::OK, &context.state().requests()),
        (["api", "faults", rest @ ..], _) => match faults::answer(context, call, rest) {
            Ok(reply) => reply,
            Err(refusal) => refusal.into_reply(),
        },
        (["api", "clock"], &Method::GET) => show_clock(context),
        (["api", "clock"], &Method::POST) => match clock::change(context, call) {
            Ok(()) => show_clock(context),
            Err(refusal) => refusal.into_reply(),
        },
        (["api", "reset"], &Method::POST) => {
            context.reset();
            reply(StatusCode::OK, &json!({}))
        }
        (["openapi.json"] | ["api", "resources" | "requests"], _) => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "this can only be read, with GET",
        ),
        (["api", "clock"], _) => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "this is read with GET and changed with POST",
        ),
        (["api", "reset"], _) => refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "this is done with POST, which needs no body",
        ),
        _ => refuse(
            StatusCode::NOT_FOUND,
            "there are /api/resources, /api/requests, /api/faults, /api/clock, /api/reset and /openapi.json",
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

/// The OpenAPI description of everything that is served, at the addresses that it has here.
///
/// It is served on this port alone: the services have no such path, and answer it as any other that they do not know.
fn description(context: &Context) -> Reply {
    let addresses = &context.addresses;
    let described = include_str!("../openapi.json")
        .replace("http://partner.localhost", &addresses.partner)
        .replace("http://arm.localhost", &addresses.arm)
        .replace("http://control.localhost", &addresses.control);
    json_reply(StatusCode::OK, Bytes::from(described))
}

fn show_clock(context: &Context) -> Reply {
    let now = rfc3339(context.clock.now());
    reply(StatusCode::OK, &json!({ "now": now }))
}

/// What every refusal is: a status, and `{"error": "what would do instead"}`.
struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, message }
    }

    fn into_reply(self) -> Reply {
        reply(self.status, &json!({ "error": self.message }))
    }
}

fn refuse(status: StatusCode, message: &str) -> Reply {
    Refusal::new(status, message).into_reply()
}

fn reply(status: StatusCode, body: &impl Serialize) -> Reply {
    // Strings, numbers and documents always serialize.
    let body = serde_json::to_vec(body).unwrap_or_default();
    json_reply(status, Bytes::from(body))
}

fn json_reply(status: StatusCode, body: Bytes) -> Reply {
    let mut reply = Reply::new(body);
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    reply
}
