//! `GET` and `PUT /api/faults`, and `POST /api/faults/2` with `{"enabled": false}`.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{
    guard, parameters,
    response::{self, ErrorResponse, Result},
};
use crate::{context::Context, faults::plan::FaultPlan, http::request::Request};

const TOML: &str = "application/toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    enabled: bool,
}

pub(super) fn show(context: &Context, _: &Request, _: &str) -> Result {
    Ok(response::json(&context.state().faults.shown()))
}

/// Replaces the plan after all of it was checked.
pub(super) fn replace(context: &Context, request: &Request, _: &str) -> Result {
    guard::check_media_type(request, &["application/json", TOML])?;
    let text = request.document(parameters::body(request)?);
    let text = text.map_err(ErrorResponse::bad_request)?;
    let is_toml = request.media_type().is_some_and(|sent| sent == TOML);
    let plan = if is_toml {
        FaultPlan::from_toml(&text)
    } else {
        FaultPlan::from_json(&text)
    };
    plan.and_then(|plan| context.set_faults(plan))
        .map_err(|error| ErrorResponse::bad_request(error.to_string()))?;
    show(context, request, "")
}

/// Switches one fault on or off, by its number.
pub(super) fn switch(context: &Context, request: &Request, number: &str) -> Result {
    let number = number.parse().map_err(|_| no_such_fault())?;
    let expected = r#"the body must be {"enabled": true} or {"enabled": false}"#;
    let switch: Switch = parameters::object(request, expected)?;
    if !context.state().faults.enable(number, switch.enabled) {
        return Err(no_such_fault());
    }
    context.events.send("faults", || json!({}));
    show(context, request, "")
}

fn no_such_fault() -> ErrorResponse {
    let message = "there is no such fault; they are counted from 1, as in /api/faults/1";
    ErrorResponse::new(StatusCode::NOT_FOUND, message)
}
