//! The part of a row that changes, and how a transition changes it: the same in every storage.

use std::time::SystemTime;

use crate::journal::error::JournalError;
use crate::journal::row::SentWrite;
use crate::journal::state::{State, Transition};
use crate::sqlite::checksum::sha256;
use crate::target::Cause;

/// The part of a row that changes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Progress {
    pub(crate) state: State,
    pub(crate) attempt: Option<SentWrite>,
    pub(crate) token: Option<String>,
    pub(crate) cause: Option<Cause>,
}

impl Progress {
    /// Returns the progress of a row at the beginning of a run.
    pub(crate) fn planned() -> Self {
        Self {
            state: State::Planned,
            attempt: None,
            token: None,
            cause: None,
        }
    }

    /// Returns the progress after a transition of row `number`.
    ///
    /// # Errors
    /// The state machine does not allow the transition, or its request id already stands for
    /// another body.
    pub(crate) fn after(
        self,
        number: u64,
        time: SystemTime,
        transition: Transition,
    ) -> Result<Self, JournalError> {
        let next = transition.next();
        if !self.state.may_become(next) {
            return Err(JournalError::Transition {
                row: number,
                from: self.state,
                to: next,
            });
        }
        let (attempt, token, cause) = match transition {
            Transition::Send {
                attempt,
                request_id,
                body,
                if_match,
            } => {
                let body_sha256 = sha256(&body);
                if let Some(last) = &self.attempt
                    && last.request_id == request_id
                    && last.body_sha256 != body_sha256
                {
                    return Err(JournalError::OtherBody {
                        row: number,
                        request_id,
                    });
                }
                let write = SentWrite {
                    attempt,
                    request_id,
                    time,
                    body: Some(body),
                    body_sha256,
                    if_match,
                };
                (Some(write), None, None)
            }
            Transition::Accept { token } => (self.attempt, Some(token), None),
            Transition::Finish => (self.attempt, None, None),
            Transition::Return(cause)
            | Transition::Skip(cause)
            | Transition::Fail(cause)
            | Transition::Conflict(cause)
            | Transition::Lose(cause) => (self.attempt, None, Some(cause)),
        };
        let keeps_body = matches!(next, State::Sending | State::Accepted);
        let attempt = attempt.map(|write| SentWrite {
            body: write.body.filter(|_| keeps_body),
            ..write
        });
        Ok(Self {
            state: next,
            attempt,
            token,
            cause,
        })
    }
}
