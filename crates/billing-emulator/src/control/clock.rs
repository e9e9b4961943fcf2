//! `POST /api/clock` with `{"advance_s": 60}` or `{"set": "2026-01-31T08:30:00Z"}`.

use std::time::Duration;

use axum::http::StatusCode;
use serde::Deserialize;

use super::Refusal;
use crate::{Error, call::Call, clock, state::Context};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    advance_s: Option<f64>,
    set: Option<String>,
}

const EXPECTED: &str =
    r#"the body must be {"advance_s": 60} or {"set": "2026-01-31T08:30:00Z"}, one of the two"#;

pub(super) fn change(context: &Context, call: &Call) -> Result<(), Refusal> {
    let refused = |message: &str| Refusal::new(StatusCode::BAD_REQUEST, message);
    let Some(body) = &call.body else {
        let message = "the body is larger than 1 MiB or has more than 10,000 members and items";
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message));
    };
    let change = call.object(body, EXPECTED).map_err(refused)?;
    let changed = match change {
        Change {
            advance_s: Some(seconds),
            set: None,
        } => {
            let by = Duration::try_from_secs_f64(seconds)
                .map_err(|_| refused("advance_s must be a number of seconds, 0 or more"))?;
            context.move_clock(|clock| clock.advance(by))
        }
        Change {
            advance_s: None,
            set: Some(time),
        } => {
            let time = clock::parse(&time)
                .ok_or_else(|| refused("set must be a time as in 2026-01-31T08:30:00Z"))?;
            context.move_clock(|clock| clock.set(time))
        }
        _ => return Err(refused(EXPECTED)),
    };
    changed.map_err(|error: Error| refused(&error.to_string()))
}
