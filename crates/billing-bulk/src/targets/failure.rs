//! What an error of a client means for a run.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt;
use std::iter;
use std::sync::Arc;

use billing_core::http::StatusCode;
use billing_core::{Error, Response};
use billing_edit::Service;

use crate::pacing::signal::Signal;
use crate::target::{Attempt, Cause, Failure, FailureKind, ResponseIds};
use crate::targets::limit::limit_in_text;

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
    Poll,
}

/// What is wrong with a sign-in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum SignInProblem<'a> {
    /// The credential has no token, or the service refused the token (401) or the caller (403).
    Refused(&'a Error),
    /// The token shows no multi-factor authentication.
    WithoutMfa,
}

/// A function that says what to do about a sign-in that does not suffice.
pub type SignInHint = Arc<dyn Fn(SignInProblem<'_>) -> Option<String> + Send + Sync>;

/// Returns failed attempts of one service.
#[derive(Clone)]
pub(crate) struct Failures {
    pub(crate) service: Service,
    pub(crate) hint: Option<SignInHint>,
}

impl Failures {
    pub(crate) fn of(service: Service) -> Self {
        Self {
            service,
            hint: None,
        }
    }

    /// Returns an attempt with what a run needs to know of the error.
    pub(crate) fn failed<T>(&self, purpose: Purpose, error: &Error) -> Attempt<T> {
        let mut attempt = failed(self.service, purpose, error);
        if let (Err(failure), Some(hint)) = (&mut attempt.result, &self.hint)
            && matches!(failure.kind, FailureKind::SignIn | FailureKind::Forbidden)
        {
            failure.cause.hint = hint(SignInProblem::Refused(error));
        }
        attempt
    }

    /// Returns the attempt of a token without multi-factor authentication.
    pub(crate) fn without_mfa<T>(
        &self,
        limits: &BTreeMap<String, u64>,
        ids: ResponseIds,
    ) -> Attempt<T> {
        let service = self.service;
        let hint = self.hint.as_ref();
        let cause = Cause {
            code: "mfa_missing".to_owned(),
            message: format!(
                "{service} reports that the token shows no multi-factor authentication, which it \
                 requires of users"
            ),
            hint: hint.and_then(|hint| hint(SignInProblem::WithoutMfa)),
            ..Cause::default()
        };
        let kind = FailureKind::SignIn;
        let Attempt { signal, ids, .. } = succeeded(Purpose::Read, (), limits, ids);
        Attempt {
            result: Err(Failure { kind, cause }),
            signal,
            ids,
        }
    }
}

impl fmt::Debug for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failures")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

fn failed<T>(service: Service, purpose: Purpose, error: &Error) -> Attempt<T> {
    let kind = kind(service, purpose, error);
    Attempt {
        result: Err(Failure {
            kind,
            cause: cause(error),
        }),
        signal: Signal {
            remaining: remaining(purpose, &error.remaining()),
            retry_after: error.retry_after(),
            limit: error.service_error().and_then(limit_in_text),
            is_refused: kind == FailureKind::Throttled,
        },
        ids: ResponseIds {
            request_id: error.request_id().map(str::to_owned),
            correlation_id: error.correlation_id().map(str::to_owned),
        },
    }
}

/// Returns an attempt that succeeded.
pub(crate) fn succeeded<T>(
    purpose: Purpose,
    result: T,
    limits: &BTreeMap<String, u64>,
    ids: ResponseIds,
) -> Attempt<T> {
    Attempt {
        result: Ok(result),
        signal: Signal {
            remaining: remaining(purpose, limits),
            ..Signal::default()
        },
        ids,
    }
}

/// Returns an attempt at a profile of the other service, of which nothing was sent.
pub(crate) fn of_other_service<T>(service: Service) -> Attempt<T> {
    let cause = Cause {
        code: "other_service".to_owned(),
        message: format!("it is no profile of {service}"),
        ..Cause::default()
    };
    let kind = FailureKind::Refused;
    Attempt {
        result: Err(Failure { kind, cause }),
        signal: Signal::default(),
        ids: ResponseIds::default(),
    }
}

/// Returns the limits that a response names.
pub(crate) fn limits_of<T>(response: &Response<T>) -> BTreeMap<String, u64> {
    response.remaining()
}

/// Returns the ids of a response.
pub(crate) fn ids_of<T>(response: &Response<T>) -> ResponseIds {
    ResponseIds {
        request_id: response.request_id().map(str::to_owned),
        correlation_id: response.correlation_id().map(str::to_owned),
    }
}

/// Returns what an error means for the profile.
fn kind(service: Service, purpose: Purpose, error: &Error) -> FailureKind {
    let status = error.status();
    let is_lock = match service {
        // Another operation on the profile is running.
        Service::Arm => {
            error.is_conflict()
                && matches!(
                    status,
                    Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT)
                )
        }
        // A 409 is a request id that was used for another write.
        Service::Partner => error.is_conflict() && status == Some(StatusCode::TOO_MANY_REQUESTS),
    };
    if purpose == Purpose::Poll {
        if error.is_operation_failed() {
            return FailureKind::OperationFailed;
        }
        // The poller has ended without the result.
        if error.is_operation_lost()
            || (error.may_have_taken_effect() && error.poll_token().is_none())
        {
            return FailureKind::OperationLost;
        }
    }
    if error.is_credential() || error.is_unauthorized() {
        FailureKind::SignIn
    } else if error.is_invalid_input() || error.is_setup() {
        FailureKind::Refused
    } else if error.is_connect() {
        FailureKind::NotSent
    } else if error.is_throttled() {
        FailureKind::Throttled
    } else if error.is_stale_etag() {
        FailureKind::StaleEtag
    } else if is_lock {
        FailureKind::Locked
    } else if purpose == Purpose::Write && error.is_operation_failed() {
        FailureKind::OperationFailed
    } else if purpose == Purpose::Write && error.may_have_taken_effect() {
        FailureKind::Unknown
    } else if status == Some(StatusCode::NOT_FOUND) {
        FailureKind::NotFound
    } else if status == Some(StatusCode::SERVICE_UNAVAILABLE) && error.retry_after().is_some() {
        FailureKind::NotSent
    } else if error.is_forbidden() {
        FailureKind::Forbidden
    } else if is_refusal(status) {
        FailureKind::Refused
    } else {
        FailureKind::Unknown
    }
}

/// Returns whether the same request will be refused again: by a status in the 400s that HTTP
/// defines, except 408. Gateways use 499 and similar ones for a connection that ended too early.
fn is_refusal(status: Option<StatusCode>) -> bool {
    status.is_some_and(|status| {
        status.is_client_error()
            && status.canonical_reason().is_some()
            && status != StatusCode::REQUEST_TIMEOUT
    })
}

/// Returns what is shown and recorded of an error. The service's message is left out: it may repeat
/// what was sent.
fn cause(error: &Error) -> Cause {
    let code = error.service_error().and_then(|service| service.code());
    let code = code.filter(|code| is_code(code));
    // Why the credential has no other token than the refused one.
    let source = error.source().and_then(|source| source.downcast_ref());
    let no_token = source.filter(|source: &&Error| source.is_credential());
    let message = match (no_token, no_connection(error)) {
        (Some(why), _) => format!("{error}: {why}"),
        (None, Some(why)) => format!("{error}: {why}"),
        (None, None) => error.to_string(),
    };
    Cause {
        code: code.unwrap_or_else(|| error.kind_name()).to_owned(),
        message,
        status: error.status().map(|status| status.as_u16()),
        request_id: error.request_id().map(str::to_owned),
        correlation_id: error.correlation_id().map(str::to_owned),
        hint: None,
    }
}

/// Returns why no connection was made. It has nothing of a request.
fn no_connection(error: &Error) -> Option<String> {
    let sources = iter::successors(error.source(), |&source| source.source());
    let last = sources.last().filter(|_| error.is_connect())?;
    Some(last.to_string())
}

/// Returns whether a code is one word, as every documented code is.
fn is_code(code: &str) -> bool {
    let may_be_in_it = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=64).contains(&code.len()) && code.bytes().all(may_be_in_it)
}

/// Returns what is left of the rate limit that counts the request, by the names of Resource
/// Manager's headers: that of the tenant, else the lowest of its class.
fn remaining(purpose: Purpose, limits: &BTreeMap<String, u64>) -> Option<u64> {
    let class = match purpose {
        Purpose::Read | Purpose::Poll => "reads",
        Purpose::Write => "writes",
    };
    let of_class = || {
        let of_class = limits.iter().filter(|(name, _)| name.ends_with(class));
        of_class.map(|(_, left)| *left).min()
    };
    let of_tenant = limits.get(&format!("tenant-{class}")).copied();
    of_tenant.or_else(of_class)
}
