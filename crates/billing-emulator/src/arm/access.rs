//! What a caller may do with a profile: here, everything that belongs to billing.

use serde_json::{Value, json};

use crate::{
    arm::{
        body,
        error_response::{ErrorResponse, Result},
        response,
    },
    context::Context,
    http::request::Request,
    store::resource::ProfileKey,
};

/// The beginning of the actions that are allowed, in lower case.
const ALLOWED: &str = "microsoft.billing/";

/// Some of the ids that the example of "Billing Permissions - List By Billing Profile" has.
/// Recorded responses have such ids, too, and no `notActions` (Azure/azure-cli,
/// `test_permission_list`).
const ACTIONS: [&str; 4] = [
    "20000000-aaaa-bbbb-cccc-200000000000",
    "20000000-aaaa-bbbb-cccc-200000000002",
    "30000000-aaaa-bbbb-cccc-200000000001",
    "40000000-aaaa-bbbb-cccc-200000000000",
];

/// Lists the permissions of the caller.
pub(super) fn permissions(context: &Context, key: &ProfileKey) -> Result {
    check_exists(context, key)?;
    Ok(response::document(
        &json!({ "value": [{ "actions": ACTIONS }] }),
    ))
}

/// Says of each action whether the caller may do it.
pub(super) fn check(context: &Context, request: &Request, key: &ProfileKey) -> Result {
    let object = body::object(request)?;
    check_exists(context, key)?;
    let sent = object
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("actions"));
    let actions = sent.and_then(|(_, actions)| actions.as_array());
    let actions = actions.filter(|actions| actions.iter().all(Value::is_string));
    let actions = actions
        .ok_or_else(|| ErrorResponse::malformed("actions", "must be an array of strings"))?;
    let decisions = actions.iter().filter_map(Value::as_str).map(|action| {
        let is_allowed = action.to_lowercase().starts_with(ALLOWED);
        let decision = if is_allowed { "Allowed" } else { "NotAllowed" };
        json!({ "accessDecision": decision, "action": action })
    });
    Ok(response::document(&decisions.collect()))
}

fn check_exists(context: &Context, key: &ProfileKey) -> Result<()> {
    let state = context.state();
    state
        .profiles
        .get(key)
        .map(|_| ())
        .ok_or(ErrorResponse::NotFound)
}
