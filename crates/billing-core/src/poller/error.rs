//! The errors of an operation: it failed, is lost, or did not show its change in time.

use std::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::exchange::Exchange;
use crate::outcome::update_outcome::UpdateOutcome;
use crate::pipeline::raw_response::RawResponse;
use crate::poller::link::LinkKind;
use crate::poller::token::PollToken;

/// Returns whether the error response to a poll of a `Location` is the operation's result.
///
/// An operation ends with what the write itself would have answered (Resource Manager,
/// "Asynchronous API reference"), with a code. Only these statuses can be that. Every other is
/// about the poll, the caller or the moment, and so are these if Resource Manager refuses the
/// Location's api-version or a gateway answers.
pub(super) fn is_final(error: &Error) -> bool {
    const OF_THE_POLL: [&str; 4] = [
        "InvalidApiVersionParameter",
        "InvalidResourceType",
        "MissingApiVersionParameter",
        "NoRegisteredProviderFound",
    ];
    let code = error.service_error().and_then(|service| service.code());
    let can_be_final = matches!(
        error.status(),
        Some(
            StatusCode::BAD_REQUEST
                | StatusCode::CONFLICT
                | StatusCode::PRECONDITION_FAILED
                | StatusCode::UNPROCESSABLE_ENTITY
        )
    );
    can_be_final && code.is_some_and(|code| !OF_THE_POLL.contains(&code))
}

/// Returns the status of an error response that says that something is not there.
pub(super) fn gone(error: &Error) -> Option<StatusCode> {
    let status = error.status()?;
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE).then_some(status)
}

/// Creates the error of an operation that the service no longer knows, after the resource was read.
pub(super) fn lost(
    response: &RawResponse,
    is_deletion: bool,
    outcome: Option<UpdateOutcome>,
) -> Error {
    let seen = match &outcome {
        None if is_deletion => "and the resource that was to be deleted is still there",
        None => "and what the update asked for is not known any more",
        Some(outcome) if outcome.has_other_form() => {
            "and the resource has neither the old values nor the requested ones"
        }
        Some(_) => "and the resource does not show the change",
    };
    // The status and headers of the read are not those of the operation.
    no_longer_known(seen)
        .with_exchange(response.exchange.ids_only())
        .with_outcome(outcome)
}

/// Creates the error of an operation that the service no longer knows.
pub(super) fn no_longer_known(seen: &str) -> Error {
    let message = format!("the service no longer knows the operation, {seen}");
    Error::new(ErrorKind::OperationLost, message).with_effect(true)
}

/// Creates the error of a resource that does not exist although the operation succeeded.
pub(super) fn not_there(error: Error) -> Error {
    let status = error.status().unwrap_or(StatusCode::NOT_FOUND);
    let message = format!(
        "the operation succeeded, but the resource cannot be read ({})",
        status.as_u16()
    );
    Error::new(ErrorKind::Service, message)
        .with_exchange(error.exchange().clone())
        .with_effect(true)
        .with_source(error)
}

/// Creates the error of a deadline. `last` is what the resource showed, if it was read already.
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
    let (state, next) = match token.kind() {
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
    Error::new(ErrorKind::StillRunning, message)
        .with_exchange(Exchange {
            elapsed: waited,
            ..Exchange::default()
        })
        .with_effect(true)
        .with_retry_after(Some(pause).filter(|pause| !pause.is_zero()))
        .with_poll_token(Some(token.clone()))
        .with_outcome(last.cloned())
}
