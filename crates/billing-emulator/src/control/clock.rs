//! `GET /api/clock`, and `POST` with `{"advance_s": 60}` or `{"set": "2026-01-31T08:30:00Z"}`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::{
    parameters,
    response::{self, ErrorResponse, Result},
};
use crate::{clock, context::Context, http::request::Request};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    advance_s: Option<f64>,
    set: Option<String>,
}

const EXPECTED: &str =
    r#"the body must be {"advance_s": 60} or {"set": "2026-01-31T08:30:00Z"}, one of the two"#;

pub(super) fn show(context: &Context, _: &Request, _: &str) -> Result {
    let now = clock::rfc3339(context.clock.now());
    Ok(response::json(&json!({ "now": now })))
}

pub(super) fn change(context: &Context, request: &Request, _: &str) -> Result {
    let refused = |message: &str| ErrorResponse::bad_request(message);
    let Change { advance_s, set } = parameters::object(request, EXPECTED)?;
    let changed = match (advance_s, set) {
        (Some(seconds), None) => {
            let by = Duration::try_from_secs_f64(seconds)
                .map_err(|_| refused("advance_s must be a number of seconds, 0 or more"))?;
            context.move_clock(|clock| clock.advance(by))
        }
        (None, Some(time)) => {
            let time = clock::parse(&time)
                .ok_or_else(|| refused("set must be a time as in 2026-01-31T08:30:00Z"))?;
            context.move_clock(|clock| clock.set(time))
        }
        _ => return Err(refused(EXPECTED)),
    };
    changed.map_err(|error| ErrorResponse::bad_request(error.to_string()))?;
    show(context, request, "")
}
