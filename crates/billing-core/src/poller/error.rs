//! The errors of an operation: it failed, is lost, or has not shown its change in time.

use std::time::Duration;

use http::StatusCode;

use super::PollToken;
use super::token::LinkKind;
use crate::error::ErrorKind;
use crate::pipeline::RawResponse;
use crate::{Error, UpdateOutcome};

/// At its end, an operation answers what the write itself would have answered (Resource Manager, "Asynchronous API
/// reference"), with a code. Only these statuses can be that; every other speaks of the poll, the caller or the
/// moment, and so do these when the front door refuses the Location's api-version or something in between answers.
pub(super) fn is_final(error: &Error) -> bool {
    const OF_THE_FRONT_DOOR: [&str; 4] = [
        "InvalidApiVersionParameter",
        "InvalidResourceType",
        "MissingApiVersionParameter",
        "NoRegisteredProviderFound",
    ];
    let code = error.service_error().and_then(|service| service.code());
    let is_of_the_operation = matches!(
        error.status(),
        Some(
            StatusCode::BAD_REQUEST
                | StatusCode::CONFLICT
                | StatusCode::PRECONDITION_FAILED
                | StatusCode::UNPROCESSABLE_ENTITY
        )
    );
    is_of_the_operation && code.is_some_and(|code| !OF_THE_FRONT_DOOR.contains(&code))
}

/// The error of an operation that the service forgot, after a look at the resource.
pub(super) fn lost(answer: &RawResponse, outcome: Option<UpdateOutcome>) -> Error {
    let seen = match &outcome {
        None => "and what the update asked for is not known any more",
        Some(outcome) if outcome.has_other_form() => {
            "and the resource shows neither the change nor what was there before"
        }
        Some(_) => "and the resource does not show the change",
    };
    let ids = (answer.request_id.clone(), answer.correlation_id.clone());
    let error = no_longer_known(seen).with_ids(ids.0, ids.1);
    match outcome {
        Some(outcome) => error.with_outcome(outcome),
        None => error,
    }
}

pub(super) fn no_longer_known(seen: &str) -> Error {
    let message = format!("the service no longer knows the operation, {seen}");
    Error::new(ErrorKind::OperationLost, message).with_effect(true)
}

/// The error of a resource that is not there once the operation has succeeded.
pub(super) fn not_there(error: Error) -> Error {
    let status = error.status().unwrap_or(StatusCode::NOT_FOUND);
    let message = format!(
        "the operation succeeded, but the resource cannot be read ({})",
        status.as_u16()
    );
    let ids = (error.request_id(), error.correlation_id());
    let ids = (ids.0.map(str::to_owned), ids.1.map(str::to_owned));
    Error::new(ErrorKind::Service, message)
        .with_status(status)
        .with_ids(ids.0, ids.1)
        .with_effect(true)
        .with_source(error)
}

/// The error of a deadline. `last` is what the resource showed, if the operation has come so far that it is read.
pub(super) fn not_in_time(
    token: &PollToken,
    last: Option<&UpdateOutcome>,
    waited: Duration,
    pause: Duration,
) -> Error {
    let resource = match last {
        Some(_) => "the resource does not show the change",
        None => "the resource is not read yet",
    };
    let (state, next) = match token.link_kind() {
        LinkKind::ReadBack => (format!("the operation succeeded, but {resource}"), "read"),
        LinkKind::Lost => (
            format!("the service no longer knows the operation, and {resource}"),
            "read",
        ),
        LinkKind::Location | LinkKind::AsyncOperation | LinkKind::Resource => {
            ("the operation is still running".to_owned(), "poll")
        }
    };
    let mut message = format!("{state} after {} s", waited.as_secs());
    if !pause.is_zero() {
        let more = format!(", and the next {next} is due in {} s", pause.as_secs());
        message.push_str(&more);
    }
    let error = Error::new(ErrorKind::StillRunning, message)
        .with_effort(1, waited, None)
        .with_effect(true)
        .with_retry_after(Some(pause).filter(|pause| !pause.is_zero()))
        .with_poll_token(token.clone());
    match last {
        Some(outcome) => error.with_outcome(outcome.clone()),
        None => error,
    }
}
