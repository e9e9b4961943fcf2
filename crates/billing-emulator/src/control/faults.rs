//! `GET` and `PUT /api/faults`, and `POST /api/faults/2` with `{"enabled": false}`.

use axum::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{JSON, Refusal, guard, reply};
use crate::{
    FaultPlan,
    call::{Call, Reply},
    faults::Faults,
    state::Context,
};

const TOML: &str = "application/toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    enabled: bool,
}

pub(super) fn answer(context: &Context, call: &Call) -> Result<Reply, Refusal> {
    if call.method == Method::PUT {
        replace(context, call)?;
        context.events.send("faults", || json!({}));
    }
    Ok(shown(context))
}

fn shown(context: &Context) -> Reply {
    reply(StatusCode::OK, &context.state().faults.shown())
}

/// Checks the whole plan before any of it is in force.
fn replace(context: &Context, call: &Call) -> Result<(), Refusal> {
    guard::check_body(call, &["application/json", TOML])?;
    let text = call.document(body(call)?).map_err(refuse)?;
    let is_toml = call.media_type().is_some_and(|sent| sent == TOML);
    let plan = if is_toml {
        FaultPlan::from_toml(&text)
    } else {
        FaultPlan::from_json(&text)
    };
    let faults = plan
        .and_then(|plan| Faults::new(plan, context.numbers.seed()))
        .map_err(|error| refuse(error.to_string()))?;
    context.state().faults = faults;
    Ok(())
}

pub(super) fn switch(context: &Context, call: &Call, number: &str) -> Result<Reply, Refusal> {
    guard::check_body(call, JSON)?;
    let number = number.parse().map_err(|_| no_such_fault())?;
    let expected = r#"the body must be {"enabled": true} or {"enabled": false}"#;
    let switch: Switch = call.object(body(call)?, expected).map_err(refuse)?;
    if !context.state().faults.enable(number, switch.enabled) {
        return Err(no_such_fault());
    }
    context.events.send("faults", || json!({}));
    Ok(shown(context))
}

fn body(call: &Call) -> Result<&[u8], Refusal> {
    call.body.as_deref().ok_or_else(|| {
        let message = "the body is larger than 1 MiB or has more than 10,000 members and items";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    })
}

fn refuse(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message)
}

fn no_such_fault() -> Refusal {
    let message = "there is no such fault; they are counted from 1, as in /api/faults/1";
    Refusal::new(StatusCode::NOT_FOUND, message)
}
