//! The failure that an error of an operation becomes.

use billing_core::Error;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::operation::context::OperationContext;
use crate::operation::hint::hint;
use crate::operation::notes::notes;

impl OperationContext<'_> {
    /// Returns the failure of the operation: the chain of errors, the ids to quote, the next step.
    pub(crate) fn failed(&self, error: Error) -> Failure {
        let exit = if error.is_invalid_input() || self.connection.sign_in.is_misconfigured() {
            Exit::Usage
        } else if error.poll_token().is_some() {
            Exit::StillRunning
        } else if error.may_have_taken_effect() && !error.is_operation_failed() {
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
