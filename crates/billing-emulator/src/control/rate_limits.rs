//! `GET` and `PUT /api/rate-limits`.

use serde::Deserialize;
use serde_json::json;

use super::{
    parameters,
    response::{self, ErrorResponse},
};
use crate::{
    clock::rfc3339,
    context::Context,
    error::Error,
    http::{request::Request, response::Response},
    rate_limits::limit::RateLimit,
};

/// The body of a PUT. What `GET` shows in addition is ignored, so that it can be sent back.
#[derive(Deserialize)]
struct Limits {
    limits: Vec<String>,
}

const EXPECTED: &str =
    r#"the body must be {"limits": ["bucket arm.write=200,10/s"]}, with any number of limits"#;

/// Lists the limits in force, and what they have counted of callers: those of which least is left
/// come first, and of many those matter.
pub(super) fn show(
    context: &Context,
    request: &Request,
    _: &str,
) -> Result<Response, ErrorResponse> {
    let most = parameters::number(request, "limit")?.unwrap_or(usize::MAX);
    let state = context.state();
    let now = context.clock.now();
    let mut levels = state.rate_limits.levels(now);
    let limits = state.rate_limits.limits().to_vec();
    drop(state);
    levels.sort_by(|one, other| one.fullness().total_cmp(&other.fullness()));
    levels.truncate(most);
    let limits: Vec<_> = limits.iter().map(RateLimit::to_string).collect();
    let body = json!({ "now": rfc3339(now), "limits": limits, "levels": levels });
    Ok(response::json(&body))
}

/// Replaces all limits after all of them were checked.
pub(super) fn replace(
    context: &Context,
    request: &Request,
    _: &str,
) -> Result<Response, ErrorResponse> {
    let Limits { limits } = parameters::object(request, EXPECTED)?;
    let limits = limits.iter().map(|limit| limit.parse::<RateLimit>());
    let replaced = limits
        .collect::<Result<Vec<_>, Error>>()
        .and_then(|limits| context.set_rate_limits(limits));
    replaced.map_err(|error| ErrorResponse::bad_request(error.to_string()))?;
    show(context, request, "")
}
