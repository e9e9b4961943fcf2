//! The part of a row that changes, and how a transition changes it: the same in every storage.

use std::time::SystemTime;

use crate::document::Document;
use crate::journal::chain::{Hash, Salt, commit};
use crate::journal::entry::{NewEntry, of_outcome};
use crate::journal::error::JournalError;
use crate::journal::row::SentWrite;
use crate::journal::state::{State, Transition};
use crate::sqlite::checksum::sha256;
use crate::target::{Cause, ResponseIds};

/// The part of a row that changes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Progress {
    pub(crate) state: State,
    pub(crate) attempt: Option<SentWrite>,
    pub(crate) token: Option<String>,
    pub(crate) cause: Option<Cause>,
    /// The number of the row of a later plan that took over.
    pub(crate) replaced_by: Option<u64>,
    /// The key of the row's commitments; `None` once the row is erased.
    pub(crate) salt: Option<Salt>,
}

/// What a transition leads to.
pub(crate) struct Moved {
    pub(crate) progress: Progress,
    pub(crate) entry: NewEntry,
    pub(crate) outcome: Option<NewOutcome>,
}

/// The document as the service stored it, with the checksum of its columns.
pub(crate) struct NewOutcome {
    pub(crate) document: Document,
    pub(crate) checksum: Hash,
}

impl Progress {
    /// Returns the progress of a row at the beginning of a run.
    pub(crate) fn planned(salt: Salt) -> Self {
        Self {
            state: State::Planned,
            attempt: None,
            token: None,
            cause: None,
            replaced_by: None,
            salt: Some(salt),
        }
    }

    /// Removes what tells something about the content: the salt, and the hash of the body.
    pub(crate) fn erase(&mut self) {
        const NOTHING: usize = 64;
        self.salt = None;
        self.token = None;
        if let Some(write) = &mut self.attempt {
            write.body = None;
            write.body_sha256 = "0".repeat(NOTHING);
        }
    }

    /// Returns what a transition of row `number` leads to.
    ///
    /// # Errors
    /// The state machine does not allow the transition, or its request id already stands for
    /// another body.
    pub(crate) fn after(
        self,
        number: i64,
        time: SystemTime,
        transition: Transition,
    ) -> Result<Moved, JournalError> {
        let next = transition.next();
        let row = number.unsigned_abs();
        let is_written = self.attempt.is_some() || next != State::Done;
        if !self.state.may_become(next) || !is_written {
            return Err(JournalError::Transition {
                row,
                from: self.state,
                to: next,
            });
        }
        let mut entry = NewEntry::new(Some(number), time, next.as_str());
        let (mut token, mut cause, mut after) = (None, None, None);
        let mut attempt = self.attempt;
        match transition {
            Transition::Send {
                attempt: count,
                request_id,
                body,
                if_match,
            } => {
                let body_sha256 = sha256(&body);
                if let Some(last) = &attempt
                    && last.request_id == request_id
                    && last.body_sha256 != body_sha256
                {
                    return Err(JournalError::OtherBody { row, request_id });
                }
                entry = entry.with_attempt(count, request_id);
                entry.commitment = self.salt.map(|salt| commit(&salt, body_sha256.as_bytes()));
                attempt = Some(SentWrite {
                    attempt: count,
                    request_id,
                    time,
                    body: Some(body),
                    body_sha256,
                    if_match,
                });
            }
            Transition::Accept { token: next, ids } => {
                token = Some(next);
                entry.ids = ids;
            }
            Transition::Finish {
                after: document,
                ids,
                note,
            } => {
                after = Some(document);
                entry.ids = ids;
                entry.cause = note.and_then(|note| serde_json::to_string(&note).ok());
            }
            Transition::Skip {
                cause: why,
                after: document,
            } => {
                after = document;
                cause = Some(why);
            }
            Transition::NoResponse(why)
            | Transition::Return(why)
            | Transition::Fail(why)
            | Transition::Conflict(why)
            | Transition::Lose(why) => cause = Some(why),
        }
        if let Some(cause) = &cause {
            entry.ids = ResponseIds {
                request_id: cause.request_id.clone(),
                correlation_id: cause.correlation_id.clone(),
            };
            // Writing JSON fails for keys that are not text; these have none.
            entry.cause = serde_json::to_string(cause).ok();
        }
        let outcome = after.map(|document| NewOutcome {
            checksum: of_outcome(number, &document),
            document,
        });
        if let (Some(outcome), Some(salt)) = (&outcome, &self.salt) {
            entry.commitment = Some(commit(salt, &outcome.checksum));
        }
        let keeps_body = matches!(next, State::Sending | State::Accepted);
        let attempt = attempt.map(|write| SentWrite {
            body: write.body.filter(|_| keeps_body),
            ..write
        });
        let progress = Self {
            state: next,
            attempt,
            token,
            cause,
            replaced_by: self.replaced_by,
            salt: self.salt,
        };
        Ok(Moved {
            progress,
            entry,
            outcome,
        })
    }
}
