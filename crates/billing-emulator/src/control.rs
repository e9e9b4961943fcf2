//! The control API: shows and changes what the emulator stores, for programs in other processes.

use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use serde_json::json;

use crate::{
    context::Context,
    description::OPENAPI,
    http::{
        budget::Room,
        request::Request,
        response::{Body, body},
        routes::{self, Route},
    },
};
use response::{ErrorResponse, Result};

mod clock;
mod events;
mod faults;
mod guard;
mod page;
mod parameters;
mod rate_limits;
mod resources;
pub(crate) mod response;
pub(crate) mod state;

pub(crate) enum Handler {
    /// A file of the page, with its media type. It contains no data, so pages of any origin may
    /// link to it.
    Page(&'static str, &'static str),
    /// An operation of the API, which gets the segment that stands for `{}` in its path.
    Api(fn(&Context, &Request, &str) -> Result),
    /// The stream of events, which has no end.
    Events,
}

/// Every path and method; `{}` is any name.
pub(crate) const ROUTES: &[Route<Handler>] = &[
    Route::get("", Handler::Page("text/html; charset=utf-8", page::HTML)),
    Route::get(
        "page.css",
        Handler::Page("text/css; charset=utf-8", page::STYLE),
    ),
    Route::get(
        "page.js",
        Handler::Page("text/javascript; charset=utf-8", page::SCRIPT),
    ),
    Route::get("icon.svg", Handler::Page("image/svg+xml", page::ICON)),
    Route::get("api", Handler::Api(addresses)),
    Route::get("api/resources", Handler::Api(resources::list)),
    Route::get("api/resources/history", Handler::Api(resources::history)),
    Route::get("api/requests", Handler::Api(requests)),
    Route::get("api/faults", Handler::Api(faults::show)),
    Route::put("api/faults", Handler::Api(faults::replace)),
    Route::post("api/faults/{}", Handler::Api(faults::switch)),
    Route::get("api/rate-limits", Handler::Api(rate_limits::show)),
    Route::put("api/rate-limits", Handler::Api(rate_limits::replace)),
    Route::get("api/clock", Handler::Api(clock::show)),
    Route::post("api/clock", Handler::Api(clock::change)),
    Route::get("api/state", Handler::Api(state::save)),
    Route::put("api/state", Handler::Api(state::load)),
    Route::post("api/reset", Handler::Api(reset)),
    Route::get("api/events", Handler::Events),
    Route::get("openapi.json", Handler::Api(description)),
];

/// Returns whether the head of a request is accepted; if not, its body is not read.
pub(crate) fn is_allowed(request: &Request) -> bool {
    guard::check(request).is_ok()
}

/// Responds to a request, within the `room` that was reserved for a write.
pub(crate) fn respond(
    context: &Context,
    request: &Request,
    room: Option<Room>,
) -> hyper::Response<Body> {
    let mut response =
        operate(context, request, room).unwrap_or_else(|error| error.into_response().map(body));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let no_sniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, no_sniff);
    response
}

fn operate(
    context: &Context,
    request: &Request,
    room: Option<Room>,
) -> Result<hyper::Response<Body>> {
    let counted = |response| context.budgets.control.response(response, room).map(body);
    let segments = request.segments();
    let (route, name) = match routes::find(ROUTES, &segments, str::eq) {
        Some((route, captured)) => (
            routes::with_method(ROUTES, route.path, &request.method)
                .map_err(ErrorResponse::method_not_allowed),
            captured.first().copied().unwrap_or_default(),
        ),
        None => (Err(not_found()), ""),
    };
    let is_page = route
        .as_ref()
        .is_ok_and(|route| matches!(route.handler, Handler::Page(..)));
    if !is_page {
        guard::check(request)?;
    }
    match route?.handler {
        Handler::Page(content_type, text) => Ok(counted(page::file(content_type, text))),
        Handler::Api(operation) => operation(context, request, name).map(counted),
        Handler::Events => events::stream(context),
    }
}

fn not_found() -> ErrorResponse {
    let mut paths: Vec<_> = ROUTES.iter().map(|route| route.path).collect();
    paths.retain(|path| path.starts_with("api") && !path.contains('{'));
    paths.dedup();
    let message = format!(
        "the paths are / (a page), /{}, and /openapi.json",
        paths.join(", /")
    );
    ErrorResponse::new(StatusCode::NOT_FOUND, message)
}

fn addresses(context: &Context, _: &Request, _: &str) -> Result {
    let addresses = &context.addresses;
    Ok(response::json(&json!({
        "partner": addresses.partner,
        "arm": addresses.arm,
        "control": addresses.control,
        "authority": addresses.authority,
    })))
}

fn requests(context: &Context, request: &Request, _: &str) -> Result {
    let limit = parameters::number(request, "limit")?.unwrap_or(usize::MAX);
    let latest: Vec<_> = {
        let state = context.state();
        state.log.latest(limit).cloned().collect()
    };
    Ok(response::json(&latest))
}

fn reset(context: &Context, request: &Request, _: &str) -> Result {
    guard::check_media_type(request, parameters::JSON)?;
    context.reset();
    Ok(response::json(&json!({})))
}

/// Returns the OpenAPI description of both services, the authority and this API, with the addresses
/// of this emulator.
///
/// Only this port serves it: the services have no such path, and respond as to any unknown path.
fn description(context: &Context, _: &Request, _: &str) -> Result {
    let addresses = &context.addresses;
    let described = OPENAPI
        .replace("http://partner.localhost", &addresses.partner)
        .replace("http://arm.localhost", &addresses.arm)
        .replace("http://authority.localhost", &addresses.authority)
        .replace("http://control.localhost", &addresses.control);
    Ok(response::json_text(described))
}
