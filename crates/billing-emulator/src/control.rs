//! The control API: what the services hold and what was asked of them, for programs that are not
//! in the same process.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use serde_json::json;

pub(crate) use events::Events;

use crate::{
    budget::Room,
    call::{Call, Reply},
    clock::rfc3339,
    state::Context,
};

mod clock;
mod events;
mod faults;
mod guard;
mod page;
mod resources;
pub(crate) mod state;

const JSON: &[&str] = &["application/json"];

/// Whether the head of a request is one that is answered: of another, the body is not read.
pub(crate) fn is_welcome(call: &Call) -> bool {
    guard::check(call).is_ok()
}

/// Answers a request, in the `room` that was taken for a write.
pub(crate) fn answer(context: &Context, call: &Call, room: Option<Room>) -> Response {
    let counted = |reply| context.budgets.control.reply(reply, room).map(Body::from);
    let answer = match (call.segments().as_slice(), &call.method) {
        (["api", "events"], &Method::GET) => {
            guard::check(call).and_then(|()| context.events.subscribe())
        }
        _ => operate(context, call).map(counted),
    };
    let mut response = answer.unwrap_or_else(|refusal| refusal.into_reply().map(Body::from));
    let is_method_wrong = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    let headers = response.headers_mut();
    if is_method_wrong && let Some(methods) = allowed(&call.segments()) {
        headers.insert(header::ALLOW, HeaderValue::from_static(methods));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let no_sniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, no_sniff);
    response
}

/// Everything that there is, with its methods; `{}` is any name.
pub(crate) const ROUTES: [(&str, &str); 16] = [
    ("", "GET"),
    ("page.css", "GET"),
    ("page.js", "GET"),
    ("icon.svg", "GET"),
    ("api", "GET"),
    ("api/resources", "GET"),
    ("api/resources/history", "GET"),
    ("api/requests", "GET"),
    ("api/faults", "GET, PUT"),
    ("api/faults/{}", "POST"),
    ("api/throttles", "GET"),
    ("api/clock", "GET, POST"),
    ("api/state", "GET, PUT"),
    ("api/reset", "POST"),
    ("api/events", "GET"),
    ("openapi.json", "GET"),
];

/// The methods of a path, if there is such a path.
fn allowed(segments: &[&str]) -> Option<&'static str> {
    let is_here = |path: &str| {
        let mut steps = path.split('/');
        let fits = |segment| {
            steps
                .next()
                .is_some_and(|step| step == "{}" || step == segment)
        };
        segments.iter().copied().all(fits) && steps.next().is_none()
    };
    let route = ROUTES.iter().find(|(path, _)| is_here(path));
    route.map(|(_, methods)| *methods)
}

fn not_found() -> Refusal {
    let routes = ROUTES.iter().map(|(path, _)| *path);
    let of_api = routes.filter(|path| path.starts_with("api") && !path.contains('{'));
    let of_api: String = of_api.map(|path| format!("/{path}, ")).collect();
    let message = format!("there are / to look at, and {of_api}and /openapi.json");
    Refusal::new(StatusCode::NOT_FOUND, message)
}

fn operate(context: &Context, call: &Call) -> Result<Reply, Refusal> {
    let segments = call.segments();
    if call.method == Method::GET
        && let Some(file) = page::file(&segments)
    {
        // It holds no data, and a link to it may be anywhere.
        return Ok(file);
    }
    guard::check(call)?;
    let methods = allowed(&segments).ok_or_else(not_found)?;
    match (segments.as_slice(), &call.method) {
        (["openapi.json"], &Method::GET) => Ok(description(context)),
        (["api"], &Method::GET) => Ok(addresses(context)),
        (["api", "resources"], &Method::GET) => resources::list(context, call),
        (["api", "resources", "history"], &Method::GET) => resources::history(context, call),
        (["api", "requests"], &Method::GET) => requests(context, call),
        (["api", "throttles"], &Method::GET) => throttles(context, call),
        (["api", "faults"], &Method::GET | &Method::PUT) => faults::answer(context, call),
        (["api", "faults", number], &Method::POST) => faults::switch(context, call, number),
        (["api", "clock"], &Method::GET) => Ok(show_clock(context)),
        (["api", "clock"], &Method::POST) => {
            guard::check_body(call, JSON)?;
            clock::change(context, call)?;
            Ok(show_clock(context))
        }
        (["api", "state"], &Method::GET | &Method::PUT) => state::answer(context, call),
        (["api", "reset"], &Method::POST) => {
            guard::check_body(call, JSON)?;
            context.reset();
            Ok(reply(StatusCode::OK, &json!({})))
        }
        _ => Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("this is served with {}", methods.replace(", ", " and ")),
        )),
    }
}

fn addresses(context: &Context) -> Reply {
    let addresses = &context.addresses;
    let body = json!({
        "partner": addresses.partner,
        "arm": addresses.arm,
        "control": addresses.control,
        "authority": addresses.authority,
    });
    reply(StatusCode::OK, &body)
}

fn requests(context: &Context, call: &Call) -> Result<Reply, Refusal> {
    let limit = number(call, "limit")?.unwrap_or(usize::MAX);
    let latest: Vec<_> = {
        let state = context.state();
        state.log.latest(limit, &context.clock).collect()
    };
    Ok(reply(StatusCode::OK, &latest))
}

/// The emptiest buckets first: of many, those are the ones to look at.
fn throttles(context: &Context, call: &Call) -> Result<Reply, Refusal> {
    let limit = number(call, "limit")?.unwrap_or(usize::MAX);
    let state = context.state();
    let now = context.clock.now();
    let mut levels = state.buckets.levels(context.options.limits, now);
    drop(state);
    levels.sort_by(|one, other| one.fullness().total_cmp(&other.fullness()));
    levels.truncate(limit);
    let body = json!({ "now": rfc3339(now), "buckets": levels });
    Ok(reply(StatusCode::OK, &body))
}

/// A query parameter that counts something.
fn number(call: &Call, name: &str) -> Result<Option<usize>, Refusal> {
    let number = call.parameter(name).map(str::parse).transpose();
    number.map_err(|_| {
        let message = format!("{name} is a number, 0 or more");
        Refusal::new(StatusCode::BAD_REQUEST, message)
    })
}

/// The OpenAPI description of everything that is served, at the addresses that it has here.
///
/// It is served on this port alone: the services have no such path, and answer it as any other that
/// they do not know.
fn description(context: &Context) -> Reply {
    let addresses = &context.addresses;
    let described = include_str!("../openapi.json")
        .replace("http://partner.localhost", &addresses.partner)
        .replace("http://arm.localhost", &addresses.arm)
        .replace("http://authority.localhost", &addresses.authority)
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
        refused(self.status, &self.message)
    }
}

/// A refusal in the form of the control API.
pub(crate) fn refused(status: StatusCode, message: &str) -> Reply {
    reply(status, &json!({ "error": message }))
}

fn reply(status: StatusCode, body: &impl Serialize) -> Reply {
    // Strings, numbers and documents always serialize.
    let body = serde_json::to_vec(body).unwrap_or_default();
    json_reply(status, Bytes::from(body))
}

fn json_reply(status: StatusCode, body: Bytes) -> Reply {
    let mut reply = Reply::new(body);
    *reply.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    reply.headers_mut().insert(header::CONTENT_TYPE, json);
    reply
}
