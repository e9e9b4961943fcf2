//! PATCH: a merge patch that is written at once, or when the operation that it begins has
//! succeeded.
//!
//! An operation advances by polls and by the clock. A planned fault of the PATCH can determine how
//! it ends. Its update is merged into the document that is stored when it succeeds. So of two
//! operations that overlap, the one that succeeds last determines the members that both change.

use hyper::{Uri, body::Bytes};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    arm::{
        api_version,
        error_response::{ErrorResponse, Result},
        list, response,
    },
    context::Context,
    contract::{self, ARM_BILLING_PROFILE, Nulls, ReadOnly},
    countries,
    faults::{check::PlannedOperation, fault::OperationOutcome},
    http::{request::Request, response::Response},
    options::{LocationStyle, ReadOnlyMembers},
    store::{
        operation::{Links, Operation, OperationState, Pace, Progression},
        resource::ProfileKey,
        state::State,
    },
    weight,
};

/// The beginning of the name of an operation's result, before the operation's id.
pub(super) const OPERATION_PREFIX: &str = "patchBillingProfile_";

const MEDIA_TYPES: [&str; 3] = [
    "application/json",
    "application/merge-patch+json",
    "text/json",
];

/// The charsets in which ASP.NET Core reads JSON (`TextInputFormatter.SelectCharacterEncoding`).
const CHARSETS: [&str; 2] = ["utf-8", "utf-16"];

/// The bytes that a profile may have as JSON: each patch may add members that the schema does not
/// have, and no patch has to remove any.
const DOCUMENT_LIMIT: usize = 4 * 1024 * 1024;

pub(super) fn begin(
    context: &Context,
    request: &Request,
    key: ProfileKey,
    planned: PlannedOperation,
) -> Result {
    let patch = read_body(context, request)?;
    let state = &mut *context.state();
    let now = context.clock.now();
    let stored = state
        .profiles
        .get_mut(&key)
        .ok_or(ErrorResponse::NotFound)?;
    let sent = request.body.as_ref().map_or(0, Bytes::len);
    if contract::to_json(&stored.document, &[]).len() + sent > DOCUMENT_LIMIT {
        return Err(ErrorResponse::malformed(
            "$",
            "The billing profile becomes too large.",
        ));
    }
    // Including the updates that wait, so that each of them can be written.
    let weight = weight::of_object(&patch);
    if !context.has_room(state.operations.weight() + weight) {
        return Err(ErrorResponse::NoRoom);
    }
    let time = planned.time;
    let Some(progression) = progression(context, planned) else {
        context.merge(&mut state.history, stored, patch, now);
        return Ok(response::document(&stored.document));
    };
    if !state.operations.has_room(weight) {
        return Err(ErrorResponse::NoRoomToWait);
    }
    let id = context.ids.guid(&stored.id, stored.operations);
    stored.operations += 1;
    let account = format!(
        "{}/providers/Microsoft.Billing/billingAccounts/{}",
        request.origin(&context.addresses.arm),
        list::encode(stored.account()),
    );
    let version = api_version::PROFILES;
    let style = context.options.location;
    let location = match style {
        LocationStyle::Relative => format!(
            "/providers/Microsoft.Billing/billingOperations/{id}?api-version={}",
            api_version::OPERATIONS,
        ),
        LocationStyle::Absolute | LocationStyle::AsyncOperation => {
            format!("{account}/operationResults/{OPERATION_PREFIX}{id}?api-version={version}")
        }
    };
    let links = Links {
        location,
        async_operation: (style == LocationStyle::AsyncOperation)
            .then(|| format!("{account}/operationStatuses/{id}?api-version={version}")),
    };
    state.operations.begin(
        id,
        Operation {
            target: key,
            links: links.clone(),
            pace: match time {
                Some(time) => Pace::by_clock(now, time, progression.polls()),
                None => Pace {
                    began: now,
                    time: context.options.time_of_operation(),
                    polls: context.options.polls_until_done.max(1),
                    is_by_clock: false,
                },
            },
            progression,
            patch: Some(patch),
            weight,
            polls: 0,
        },
    );
    context.operation_begun.notify_one();
    Ok(accepted(context, &links))
}

fn accepted(context: &Context, links: &Links) -> Response {
    response::accepted(links, context.options.retry_after_seconds())
}

/// Returns how the operation progresses; `None` if the update is written at once, which a planned
/// outcome prevents.
fn progression(context: &Context, planned: PlannedOperation) -> Option<Progression> {
    let polls = match planned.time {
        Some(_) => 1,
        None => u64::from(context.options.polls_until_done),
    };
    let ends = |end| Progression::Ends(polls, end);
    match planned.outcome {
        None => (polls > 0).then(|| ends(OperationState::Succeeded)),
        Some(OperationOutcome::Failed) => Some(ends(OperationState::Failed)),
        Some(OperationOutcome::Canceled) => Some(ends(OperationState::Canceled)),
        Some(OperationOutcome::Never) => Some(Progression::NeverEnds),
        Some(OperationOutcome::Statuses(names)) => Some(Progression::Names(names.into())),
    }
}

/// Polls an operation: the response is 202 while it runs, then the profile if it succeeded, or else
/// an error.
pub(super) fn poll(context: &Context, id: Uuid) -> Result {
    let mut state = context.state();
    let operation = advance(context, &mut state, id)?;
    match operation.state() {
        OperationState::Running => return Ok(accepted(context, &operation.links)),
        OperationState::Succeeded => {}
        OperationState::Failed => return Err(ErrorResponse::OperationFailed),
        OperationState::Canceled => return Err(ErrorResponse::OperationCanceled),
    }
    let target = operation.target.clone();
    let stored = state.profiles.get(&target).ok_or(ErrorResponse::NotFound)?;
    Ok(response::document(&stored.document))
}

#[derive(Serialize)]
struct Report<'a> {
    id: String,
    name: Uuid,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}

/// Reports the status of an operation, which is a poll, too.
pub(super) fn report(context: &Context, id: Uuid) -> Result {
    let mut state = context.state();
    let operation = state.operations.get(id).ok_or(ErrorResponse::NotFound)?;
    let link = operation.links.async_operation.clone();
    let link = link.ok_or(ErrorResponse::NotFound)?;
    let path = link.parse::<Uri>().map(|link| link.path().to_owned());
    let operation = advance(context, &mut state, id)?;
    let report = Report {
        id: path.unwrap_or_default(),
        name: id,
        status: operation.status(),
        error: match operation.state() {
            OperationState::Running | OperationState::Succeeded => None,
            OperationState::Failed => Some(ErrorResponse::OperationFailed.error()),
            OperationState::Canceled => Some(ErrorResponse::OperationCanceled.error()),
        },
    };
    // Text and numbers always serialize.
    let report = serde_json::to_vec(&report).unwrap_or_default();
    let retry_after = context.options.retry_after_seconds();
    Ok(response::report(report.into(), retry_after))
}

/// Counts a poll, and writes the update if this poll finds that the operation has succeeded.
fn advance<'a>(context: &Context, state: &'a mut State, id: Uuid) -> Result<&'a Operation> {
    let ended = state.operations.poll(id, context.clock.now());
    if let Some(ended) = ended.ok_or(ErrorResponse::NotFound)? {
        context.finish(state, ended);
    }
    state.operations.get(id).ok_or(ErrorResponse::NotFound)
}

fn read_body(context: &Context, request: &Request) -> Result<Map<String, Value>> {
    let body = request.body.as_ref().ok_or(ErrorResponse::BodyTooLarge)?;
    let media_type = request.media_type();
    if !media_type
        .as_deref()
        .is_some_and(|sent| MEDIA_TYPES.contains(&sent))
    {
        let sent = media_type.unwrap_or_else(|| "<null>".to_owned());
        return Err(ErrorResponse::MediaTypeNotServed(sent));
    }
    if let Some(charset) = request
        .charset()
        .filter(|charset| !CHARSETS.contains(&charset.as_str()))
    {
        let sent = format!("{}; charset={charset}", media_type.unwrap_or_default());
        return Err(ErrorResponse::MediaTypeNotServed(sent));
    }
    if context.options.json_patch {
        let message = "The JSON patch document was malformed and could not be parsed.";
        return Err(ErrorResponse::malformed("", message));
    }
    if body.is_empty() {
        return Err(ErrorResponse::malformed(
            "",
            "A non-empty request body is required.",
        ));
    }
    let expected = "The body is not a JSON object.";
    let object = request.object(body, expected);
    let object = object.map_err(|error| ErrorResponse::malformed("$", error))?;
    let read_only = match context.options.read_only_members {
        ReadOnlyMembers::Ignore => ReadOnly::Ignore,
        ReadOnlyMembers::Refuse => ReadOnly::Refuse,
    };
    let patch = contract::read(object, ARM_BILLING_PROFILE, Nulls::Keep, read_only)
        .map_err(|mismatch| ErrorResponse::malformed(&mismatch.path, mismatch.reason))?;
    let address = patch.get("properties").and_then(|all| all.get("address"));
    let country = address.and_then(|address| address.get("country")?.as_str());
    if country.is_some_and(|country| !countries::exists(country)) {
        let message = "must be the code of a country or region, of two letters (ISO 3166-1)";
        return Err(ErrorResponse::malformed(
            "properties.address.country",
            message,
        ));
    }
    // A profile has properties, so they can be changed but not cleared.
    if patch.get("properties").is_some_and(Value::is_null) {
        return Err(ErrorResponse::malformed("properties", "must be an object"));
    }
    Ok(patch)
}
