//! PATCH: a merge patch that is written at once, or when the operation that it begins is done.
//!
//! An operation advances by polls and by the clock, and ends as a planned fault says if the PATCH
//! met one. Its update is merged into what is stored when it is done, so of two that overlap the
//! one that is done last has the last word.

use std::{mem, time::SystemTime};

use axum::{body::Bytes, http::Uri};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Answer, OPERATION_PREFIX, OPERATION_VERSION, VERSION, fault::Fault, list};
use crate::{
    LocationStyle, OperationOutcome, ReadOnlyMembers,
    call::Call,
    contract::{self, ARM_BILLING_PROFILE, Nulls, ReadOnly},
    countries,
    history::{Before, History},
    operations::{Course, Ended, Links, Operation, Pace, Standing},
    state::{Context, ProfileKey, Resource, State},
    weight,
};

const MEDIA_TYPES: [&str; 3] = [
    "application/json",
    "application/merge-patch+json",
    "text/json",
];

/// The charsets that ASP.NET Core reads JSON in (`TextInputFormatter.SelectCharacterEncoding`).
const CHARSETS: [&str; 2] = ["utf-8", "utf-16"];

/// How many bytes a profile may have as JSON: each patch may bring members that the contract does
/// not know, and takes none away by itself.
const DOCUMENT_LIMIT: usize = 4 * 1024 * 1024;

pub(super) fn begin(context: &Context, call: &Call, key: ProfileKey) -> Result<Answer, Fault> {
    let patch = read_body(context, call)?;
    let state = &mut *context.state();
    let now = context.clock.now();
    let stored = state.profiles.get_mut(&key).ok_or_else(Fault::not_found)?;
    let sent = call.body.as_ref().map_or(0, Bytes::len);
    if stored.json().len() + sent > DOCUMENT_LIMIT {
        return Err(Fault::malformed(
            "$",
            "The billing profile becomes too large.",
        ));
    }
    // With those that wait to be written, so that each of them can be.
    let weight = weight::of_object(&patch);
    if !context.has_room(state.operations.weight() + weight) {
        return Err(Fault::no_room());
    }
    let Some(course) = course(context, call) else {
        write(context, &mut state.history, stored, patch, now);
        return Ok(Answer::Document(stored.json()));
    };
    let id = context.numbers.guid(&stored.id, stored.operations);
    stored.operations += 1;
    let account = format!(
        "{}/providers/Microsoft.Billing/billingAccounts/{}",
        call.origin(&context.addresses.arm),
        list::encode(account_of(stored)),
    );
    let style = context.options.location;
    let location = match style {
        LocationStyle::Relative => format!(
            "/providers/Microsoft.Billing/billingOperations/{id}?api-version={OPERATION_VERSION}"
        ),
        LocationStyle::Absolute | LocationStyle::AsyncOperation => {
            format!("{account}/operationResults/{OPERATION_PREFIX}{id}?api-version={VERSION}")
        }
    };
    let links = Links {
        location,
        async_operation: (style == LocationStyle::AsyncOperation)
            .then(|| format!("{account}/operationStatuses/{id}?api-version={VERSION}")),
    };
    state.operations.begin(
        id,
        Operation {
            target: key,
            links: links.clone(),
            course,
            patch: Some(patch),
            weight,
            pace: Pace {
                began: now,
                time: context.options.operation_time(),
                polls: context.options.polls_until_done.max(1),
            },
            polls: 0,
        },
    );
    context.operation_begun.notify_one();
    Ok(Answer::Accepted(links))
}

/// How the operation goes on; `None` where the update is written at once, which a planned outcome
/// prevents.
fn course(context: &Context, call: &Call) -> Option<Course> {
    let polls = u64::from(context.options.polls_until_done);
    let ends = |end| Course::Ends(polls, end);
    match &call.operation {
        None => (polls > 0).then(|| ends(Standing::Succeeded)),
        Some(OperationOutcome::Failed) => Some(ends(Standing::Failed)),
        Some(OperationOutcome::Canceled) => Some(ends(Standing::Canceled)),
        Some(OperationOutcome::Never) => Some(Course::NeverEnds),
        Some(OperationOutcome::Statuses(names)) => Some(Course::Names(names.as_slice().into())),
    }
}

/// A poll of an operation that is done answers with the profile, as often as it is asked; of one
/// that ended otherwise, with the error that the update itself would have met.
pub(super) fn poll(context: &Context, id: Uuid) -> Result<Answer, Fault> {
    let mut state = context.state();
    let operation = advance(context, &mut state, id)?;
    match operation.standing() {
        Standing::Running => return Ok(Answer::Accepted(operation.links.clone())),
        Standing::Succeeded => {}
        Standing::Failed => return Err(Fault::operation_failed()),
        Standing::Canceled => return Err(Fault::operation_canceled()),
    }
    let target = operation.target.clone();
    let stored = state.profiles.get(&target).ok_or_else(Fault::not_found)?;
    Ok(Answer::Document(stored.json()))
}

#[derive(Serialize)]
struct Report<'a> {
    id: String,
    name: Uuid,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}

/// A report on an operation is a poll of it, too.
pub(super) fn report(context: &Context, id: Uuid) -> Result<Answer, Fault> {
    let mut state = context.state();
    let operation = state.operations.get(id).ok_or_else(Fault::not_found)?;
    let link = operation.links.async_operation.clone();
    let link = link.ok_or_else(Fault::not_found)?;
    let path = link.parse::<Uri>().map(|link| link.path().to_owned());
    let operation = advance(context, &mut state, id)?;
    let report = Report {
        id: path.unwrap_or_default(),
        name: id,
        status: operation.status(),
        error: match operation.standing() {
            Standing::Running | Standing::Succeeded => None,
            Standing::Failed => Fault::operation_failed().error(),
            Standing::Canceled => Fault::operation_canceled().error(),
        },
    };
    // Text and numbers always serialize.
    let report = serde_json::to_vec(&report).unwrap_or_default();
    Ok(Answer::Report(report.into()))
}

/// Counts a poll, and writes the update if this poll finds it done.
fn advance<'a>(context: &Context, state: &'a mut State, id: Uuid) -> Result<&'a Operation, Fault> {
    let ended = state.operations.poll(id, context.clock.now());
    if let Some(ended) = ended.ok_or_else(Fault::not_found)? {
        finish(context, state, ended);
    }
    state.operations.get(id).ok_or_else(Fault::not_found)
}

/// Ends the operations that the clock has ended by now, each at the time at which it was due.
pub(crate) fn finish_due(context: &Context, state: &mut State) {
    if state.operations.next_due().is_none() {
        return;
    }
    let now = context.clock.now();
    while let Some(ended) = state.operations.take_due(now) {
        finish(context, state, ended);
    }
}

fn finish(context: &Context, state: &mut State, ended: Ended) {
    if let Some(patch) = ended.patch
        && let Some(stored) = state.profiles.get_mut(&ended.target)
    {
        write(context, &mut state.history, stored, patch, ended.at);
    }
}

fn read_body(context: &Context, call: &Call) -> Result<Map<String, Value>, Fault> {
    let body = call.body.as_ref().ok_or_else(Fault::body_too_large)?;
    let media_type = call.media_type();
    if !media_type
        .as_deref()
        .is_some_and(|sent| MEDIA_TYPES.contains(&sent))
    {
        return Err(Fault::media_type_not_served(media_type.as_deref()));
    }
    if let Some(charset) = call
        .charset()
        .filter(|charset| !CHARSETS.contains(&charset.as_str()))
    {
        let sent = format!("{}; charset={charset}", media_type.unwrap_or_default());
        return Err(Fault::media_type_not_served(Some(&sent)));
    }
    if context.options.takes_json_patch {
        let message = "The JSON patch document was malformed and could not be parsed.";
        return Err(Fault::malformed("", message));
    }
    if body.is_empty() {
        return Err(Fault::malformed(
            "",
            "A non-empty request body is required.",
        ));
    }
    let expected = "The body is not a JSON object.";
    let object = call.object(body, expected);
    let object = object.map_err(|error| Fault::malformed("$", error))?;
    let read_only = match context.options.read_only {
        ReadOnlyMembers::Ignore => ReadOnly::Ignore,
        ReadOnlyMembers::Refuse => ReadOnly::Refuse,
    };
    let patch = contract::read(object, ARM_BILLING_PROFILE, Nulls::Keep, read_only)
        .map_err(|misfit| Fault::malformed(&misfit.path, misfit.reason))?;
    let address = patch.get("properties").and_then(|all| all.get("address"));
    let country = address.and_then(|address| address.get("country")?.as_str());
    if country.is_some_and(|country| !countries::exists(country)) {
        let message = "must be the code of a country or region, of two letters (ISO 3166-1)";
        return Err(Fault::malformed("properties.address.country", message));
    }
    // A profile without properties is none, so they can be changed but not cleared.
    if patch.get("properties").is_some_and(Value::is_null) {
        return Err(Fault::malformed("properties", "must be an object"));
    }
    Ok(patch)
}

fn write(
    context: &Context,
    history: &mut History,
    stored: &mut Resource,
    patch: Map<String, Value>,
    at: SystemTime,
) {
    let undo = stored.change(|document| {
        let mut undo = Map::new();
        if let Value::Object(document) = document {
            undo = merge(document, patch);
            contract::restore_read_only(document, &undo, ARM_BILLING_PROFILE);
        }
        undo
    });
    context.written(history, stored, Before::Undo(&undo), at);
}

/// RFC 7396: null clears, objects merge, all else replaces. What it gives back is the patch that
/// would undo it, of what has changed.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) -> Map<String, Value> {
    let mut undo = Map::new();
    for (name, value) in patch {
        let was = if value.is_null() {
            let Some(was) = target.remove(&name) else {
                continue;
            };
            was
        } else {
            let slot = match target.get_mut(&name) {
                Some(slot) => slot,
                None => target.entry(name.as_str()).or_insert(Value::Null),
            };
            match (slot, value) {
                (Value::Object(target), Value::Object(patch)) => {
                    let undo = merge(target, patch);
                    if undo.is_empty() {
                        continue;
                    }
                    Value::Object(undo)
                }
                (slot, value) if *slot == value => continue,
                (slot, Value::Object(patch)) => {
                    let mut object = Map::new();
                    merge(&mut object, patch);
                    mem::replace(slot, Value::Object(object))
                }
                (slot, value) => mem::replace(slot, value),
            }
        };
        undo.insert(name, was);
    }
    undo
}

/// The account's name as it was first given: the key has it in lower case.
pub(crate) fn account_of(stored: &Resource) -> &str {
    stored.id.split('/').nth(4).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;
    use crate::Service;

    #[test]
    fn a_merge_gives_back_the_patch_that_undoes_it_and_the_history_sees_the_same_in_both() {
        let before = json!({
            "kept": 1, "gone": 2, "other": "a", "list": [1], "scalar": 1, "object": { "a": 1, "b": { "c": 1 } },
            "cleared": { "a": 1 }, "replaced": { "a": 1 }, "same": { "a": 1 },
        });
        let patch = json!({
            "gone": null, "never": null, "other": "b", "list": [2], "scalar": { "a": 1, "b": null },
            "object": { "a": null, "b": { "c": 2, "d": { "e": null } } }, "cleared": null, "replaced": 2,
            "same": { "a": 1 }, "new": { "a": { "b": 1 } },
        });
        let after = json!({
            "kept": 1, "other": "b", "list": [2], "scalar": { "a": 1 }, "object": { "b": { "c": 2, "d": {} } },
            "replaced": 2, "same": { "a": 1 }, "new": { "a": { "b": 1 } },
        });
        let (Value::Object(mut document), Value::Object(patch)) = (before.clone(), patch) else {
            panic!("both are objects");
        };
        let undo = merge(&mut document, patch);
        assert_eq!(Value::Object(document.clone()), after);
        let noted = |before| {
            let mut history = History::default();
            history.note((Service::Arm, "id"), 1, "now", before, &after);
            history.of(Service::Arm, "id")
        };
        assert_eq!(noted(Before::Undo(&undo)), noted(Before::Whole(&before)));
        merge(&mut document, undo);
        assert_eq!(Value::Object(document), before);
    }
}
