//! DELETE, and whether a profile can be deleted.

use serde_json::{Value, json};

use crate::{
    arm::{
        error_response::{ErrorResponse, Result},
        obstacle,
        operation::{self, Accepted},
        response,
    },
    context::Context,
    contract::ApiVersion,
    faults::check::PlannedOperation,
    http::request::Request,
    store::{change::Change, resource::ProfileKey},
};

/// Begins the deletion of a profile. One that does not exist is deleted already.
pub(super) fn begin(
    context: &Context,
    request: &Request,
    key: ProfileKey,
    planned: PlannedOperation,
) -> Result {
    let state = &mut *context.state();
    let Some(stored) = state.profiles.get(&key) else {
        return Ok(response::no_content());
    };
    if let Some(obstacle) = obstacle::all(state, &key, stored).next() {
        return Err(ErrorResponse::NotDeletable(obstacle));
    }
    let accepted = Accepted {
        key,
        version: ApiVersion::V2024,
        change: Change::Delete,
    };
    operation::begin(context, request, state, accepted, planned)
}

/// Returns whether a profile can be deleted, and otherwise all reasons.
pub(super) fn eligibility(context: &Context, key: &ProfileKey) -> Result {
    let state = context.state();
    let stored = state.profiles.get(key).ok_or(ErrorResponse::NotFound)?;
    let details: Vec<Value> = obstacle::all(&state, key, stored)
        .map(|obstacle| json!({ "code": obstacle.code(), "message": obstacle.to_string() }))
        .collect();
    let body = match details.is_empty() {
        true => json!({ "eligibilityStatus": "Allowed" }),
        false => json!({ "eligibilityStatus": "NotAllowed", "eligibilityDetails": details }),
    };
    Ok(response::document(&body))
}
