//! The failure that an error of an operation becomes.

use billing_core::Error;

use crate::credential::hint::message_lines;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::operation::context::OperationContext;
use crate::operation::hint::hint;
use crate::unapplied;

impl OperationContext<'_> {
    /// Returns the failure of the operation: the chain of errors, the ids to quote, the next step.
    pub(crate) fn failed(&self, error: Error) -> Failure {
        let exit = if error.is_invalid_input() || self.connection.sign_in.is_misconfigured() {
            Exit::Usage
        } else if error.poll_token().is_some() {
            Exit::StillRunning
        } else if error.is_operation_failed() || error.is_recreated() {
            Exit::Failed
        } else if error.may_have_taken_effect() {
            Exit::Unknown
        } else {
            Exit::Failed
        };
        let hint = hint(self, &error);
        let notes = notes(&error, self);
        let token = error.poll_token().cloned();
        let failure = Failure::new(exit, error)
            .during(format!("could not {}", self.action))
            .tokens(&token);
        let failure = notes.into_iter().fold(failure, Failure::note);
        hint.into_iter().fold(failure, Failure::hint)
    }
}

/// Returns what helps to find the cause: the service's message and its details, and the ids to
/// quote to support.
fn notes(error: &Error, context: &OperationContext<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(outcome) = error.outcome() {
        let members = outcome.unapplied();
        if !members.is_empty() {
            let members: Vec<_> = members.iter().collect();
            let seen = unapplied::named(&members, None, context.before.as_ref(), context.shorten);
            notes.push(format!(
                "{} when it was last read: {seen}",
                unapplied::extent(outcome)
            ));
        }
    }
    if let Some(message) = error.service_error().and_then(|all| all.message()) {
        if error.is_credential() {
            notes.extend(message_lines(message));
        } else {
            notes.push(format!("service message: {message}"));
        }
    }
    for detail in error
        .service_error()
        .map(|all| all.details())
        .unwrap_or_default()
    {
        let parts = [detail.target(), detail.code(), detail.message()];
        let parts = parts.into_iter().flatten();
        let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
        notes.push(parts.join(": "));
    }
    // The service knows only ids that have reached it.
    if error.status().is_some() || error.may_have_taken_effect() {
        let ids = [
            ("request id", error.request_id()),
            ("correlation id", error.correlation_id()),
        ];
        let ids = ids.into_iter();
        let ids: Vec<_> = ids
            .filter_map(|(name, id)| Some(format!("{name} {}", id?)))
            .collect();
        if !ids.is_empty() {
            notes.push(ids.join(", "));
        }
    }
    notes
}
