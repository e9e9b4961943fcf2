//! The operation that a write begins, and the polls of it.
//!
//! An operation advances by polls and by the clock. A planned fault of the write can determine how
//! it ends. A write without an operation is done at once.

use hyper::{StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    arm::{
        api_version,
        error_response::{ErrorResponse, Result},
        response, text, view,
    },
    context::Context,
    contract::ApiVersion,
    faults::{check::PlannedOperation, fault::OperationOutcome},
    http::{request::Request, response::Response},
    options::LocationStyle,
    store::{
        change::Change,
        operation::{Links, Operation, OperationKind, OperationState, Pace, Progression},
        resource::ProfileKey,
        state::State,
    },
    weight,
};

impl OperationKind {
    /// Returns the beginning of the name of the operation's result, before the operation's id.
    fn prefix(self) -> &'static str {
        match self {
            Self::Patch => "patchBillingProfile_",
            Self::Put => "putBillingProfile_",
            Self::Delete => "deleteBillingProfile_",
        }
    }
}

/// Returns the id in the name of an operation's result.
pub(super) fn id_of(name: &str) -> Option<Uuid> {
    let kinds = [
        OperationKind::Patch,
        OperationKind::Put,
        OperationKind::Delete,
    ];
    let id = kinds
        .iter()
        .find_map(|kind| name.strip_prefix(kind.prefix()));
    Uuid::try_parse(id?).ok()
}

/// A write that has been checked.
pub(super) struct Accepted {
    pub(super) key: ProfileKey,
    pub(super) version: ApiVersion,
    pub(super) change: Change,
}

impl Accepted {
    fn kind(&self) -> OperationKind {
        match self.change {
            Change::Merge(_) => OperationKind::Patch,
            Change::Put { .. } | Change::Create { .. } => OperationKind::Put,
            Change::Delete => OperationKind::Delete,
        }
    }

    /// Returns the memory that the change takes.
    fn weight(&self) -> usize {
        match &self.change {
            Change::Create {
                profile, members, ..
            } => profile.weight + weight::of_object(members),
            Change::Merge(members) | Change::Put { members, .. } => weight::of_object(members),
            Change::Delete => 0,
        }
    }

    /// Returns the status of the response if the write is done at once.
    fn done(&self) -> StatusCode {
        match self.change {
            // Only 2024-04-01 has a status for it.
            Change::Create { .. } if self.version == ApiVersion::V2024 => StatusCode::CREATED,
            Change::Merge(_) | Change::Put { .. } | Change::Create { .. } => StatusCode::OK,
            Change::Delete => StatusCode::NO_CONTENT,
        }
    }
}

/// Begins the operation of a write, or does the write at once.
pub(super) fn begin(
    context: &Context,
    request: &Request,
    state: &mut State,
    accepted: Accepted,
    planned: PlannedOperation,
) -> Result {
    let (kind, weight, done) = (accepted.kind(), accepted.weight(), accepted.done());
    let Accepted {
        key,
        version,
        change,
    } = accepted;
    // Including the changes that wait, so that each of them can be written.
    if !context.has_room(state.operations.weight() + weight) {
        return Err(ErrorResponse::NoRoom);
    }
    let now = context.clock.now();
    let time = planned.time;
    let Some(progression) = progression(context, planned) else {
        context.apply(state, &key, change, now);
        return result(state, &key, version, kind, done);
    };
    if !state.operations.has_room(weight) {
        return Err(ErrorResponse::NoRoomToWait);
    }
    let id = new_id(context, state, &key, &change);
    let links = links(
        context,
        request,
        account(state, &key, &change),
        (kind, version),
        id,
    );
    let pace = match time {
        Some(time) => Pace::by_clock(now, time, progression.polls()),
        None => Pace {
            began: now,
            time: context.options.time_of_operation(),
            polls: context.options.polls_until_done.max(1),
            is_by_clock: false,
        },
    };
    let operation = Operation {
        target: key,
        kind,
        version,
        links: links.clone(),
        pace,
        progression,
        change: Some(change),
        weight,
        polls: 0,
    };
    state.operations.begin(id, operation);
    context.operation_begun.notify_one();
    Ok(still_running(context, &links))
}

/// Returns the id of the next operation of a profile.
fn new_id(context: &Context, state: &mut State, key: &ProfileKey, change: &Change) -> Uuid {
    match (state.profiles.get_mut(key), change) {
        (Some(stored), _) => {
            let number = stored.operations;
            stored.operations += 1;
            context.ids.guid(&stored.id, number)
        }
        (None, Change::Create { profile, .. }) => {
            let begun = state.operations.begun();
            context
                .ids
                .guid(&format!("creation of {}", profile.id), begun)
        }
        (None, _) => context.ids.guid("operation", state.operations.begun()),
    }
}

/// Returns the name of the billing account, as it was first given.
fn account<'a>(state: &'a State, key: &'a ProfileKey, change: &'a Change) -> &'a str {
    match (state.profiles.get(key), change) {
        (Some(stored), _) => stored.account(),
        (None, Change::Create { profile, .. }) => profile.account(),
        (None, _) => &key.account,
    }
}

fn links(
    context: &Context,
    request: &Request,
    account: &str,
    (kind, version): (OperationKind, ApiVersion),
    id: Uuid,
) -> Links {
    let account = format!(
        "{}/providers/Microsoft.Billing/billingAccounts/{}",
        request.origin(&context.addresses.arm),
        text::encode(account),
    );
    let (prefix, version) = (kind.prefix(), version.name());
    let style = context.options.location;
    let location = match style {
        LocationStyle::Relative => format!(
            "/providers/Microsoft.Billing/billingOperations/{id}?api-version={}",
            api_version::OPERATIONS,
        ),
        LocationStyle::Absolute | LocationStyle::AsyncOperation => {
            format!("{account}/operationResults/{prefix}{id}?api-version={version}")
        }
    };
    Links {
        location,
        async_operation: (style == LocationStyle::AsyncOperation)
            .then(|| format!("{account}/operationStatuses/{id}?api-version={version}")),
    }
}

fn still_running(context: &Context, links: &Links) -> Response {
    response::accepted(links, context.options.retry_after_seconds())
}

/// Returns how the operation progresses; `None` if the write is done at once, which a planned
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

/// Polls an operation: the response is 202 while it runs, then its result if it succeeded, or else
/// an error.
pub(super) fn poll(context: &Context, id: Uuid) -> Result {
    let mut state = context.state();
    let operation = advance(context, &mut state, id)?;
    let kind = operation.kind;
    match operation.state() {
        OperationState::Running => return Ok(still_running(context, &operation.links)),
        OperationState::Succeeded => {}
        OperationState::Failed => return Err(ErrorResponse::OperationFailed(kind)),
        OperationState::Canceled => return Err(ErrorResponse::OperationCanceled(kind)),
    }
    let (target, version) = (operation.target.clone(), operation.version);
    result(&state, &target, version, kind, StatusCode::OK)
}

/// Returns the response of a write that is done.
fn result(
    state: &State,
    key: &ProfileKey,
    version: ApiVersion,
    kind: OperationKind,
    status: StatusCode,
) -> Result {
    if kind == OperationKind::Delete {
        return Ok(response::no_content());
    }
    let stored = state.profiles.get(key).ok_or(ErrorResponse::NotFound)?;
    let mut response = response::profile(&view::whole(version, stored), version);
    *response.status_mut() = status;
    Ok(response)
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
    let kind = operation.kind;
    let report = Report {
        id: path.unwrap_or_default(),
        name: id,
        status: operation.status(),
        error: match operation.state() {
            OperationState::Running | OperationState::Succeeded => None,
            OperationState::Failed => Some(ErrorResponse::OperationFailed(kind).error()),
            OperationState::Canceled => Some(ErrorResponse::OperationCanceled(kind).error()),
        },
    };
    // Text and numbers always serialize.
    let report = serde_json::to_vec(&report).unwrap_or_default();
    let retry_after = context.options.retry_after_seconds();
    Ok(response::report(report.into(), retry_after))
}

/// Counts a poll, and writes the change if this poll finds that the operation has succeeded.
fn advance<'a>(context: &Context, state: &'a mut State, id: Uuid) -> Result<&'a Operation> {
    let ended = state.operations.poll(id, context.clock.now());
    if let Some(ended) = ended.ok_or(ErrorResponse::NotFound)? {
        context.finish(state, ended);
    }
    state.operations.get(id).ok_or(ErrorResponse::NotFound)
}
