//! Why a run sends no new write for now, although it has not ended.

use std::fmt;
use std::time::SystemTime;

use billing_edit::Service;

use crate::profile::profiles;
use crate::target::Cause;

/// Why a run sends no new write for now, although it has not ended.
///
/// While a run has a hold, no new row begins and no write leaves; requests in flight finish, and
/// accepted writes are polled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hold {
    /// Somebody paused the run. It ends when somebody resumes the run.
    Paused {
        /// Who, as `user@host`.
        by: String,
        /// Since when.
        since: SystemTime,
    },
    /// The run may not write at this time of day. It ends by itself.
    Window {
        /// When the run may write again.
        until: SystemTime,
    },
    /// The service refuses the credential. It ends by a decision.
    SignIn {
        /// Why.
        cause: Cause,
    },
    /// A service cannot be reached. It ends by itself.
    Unreachable {
        /// The service.
        service: Service,
        /// Why.
        cause: Cause,
        /// Since when.
        since: SystemTime,
    },
    /// Several profiles in a row failed with the same cause. It ends by a decision.
    RepeatedFailure {
        /// The cause of the last failure.
        cause: Cause,
        /// How many profiles failed in a row.
        failures: u64,
    },
    /// A wave has ended, and the next one needs approval. It ends by a decision.
    Wave {
        /// How many profiles are settled.
        settled: u64,
        /// How many are settled at the end of the next wave; `None` if it has all the others.
        next: Option<u64>,
    },
}

impl Hold {
    /// Returns the reason as JSON has it.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Paused { .. } => "paused",
            Self::Window { .. } => "window",
            Self::SignIn { .. } => "sign_in",
            Self::Unreachable { .. } => "unreachable",
            Self::RepeatedFailure { .. } => "repeated_failure",
            Self::Wave { .. } => "wave",
        }
    }

    /// Returns whether it ends only by a decision. A run that has no one to ask stops.
    pub fn needs_decision(&self) -> bool {
        matches!(
            self,
            Self::SignIn { .. } | Self::RepeatedFailure { .. } | Self::Wave { .. }
        )
    }

    /// Returns why a run stopped that did not wait for the end of this hold.
    pub fn stop_cause(&self) -> Cause {
        match self {
            Self::SignIn { cause } | Self::Unreachable { cause, .. } => cause.clone(),
            Self::RepeatedFailure { cause, .. } => Cause {
                code: "repeated_failure".to_owned(),
                message: self.to_string(),
                status: cause.status,
                request_id: cause.request_id.clone(),
                correlation_id: cause.correlation_id.clone(),
                hint: Some(match &cause.hint {
                    Some(hint) => hint.clone(),
                    None => "find out why before more profiles fail".to_owned(),
                }),
            },
            Self::Paused { .. } | Self::Window { .. } | Self::Wave { .. } => Cause {
                code: self.reason().to_owned(),
                message: self.to_string(),
                hint: matches!(self, Self::Wave { .. })
                    .then(|| "look at the profiles of this wave".to_owned()),
                ..Cause::default()
            },
        }
    }

    /// Returns whether it concerns all rows of the run.
    pub(crate) fn is_of_all_rows(&self) -> bool {
        !matches!(self, Self::Unreachable { .. })
    }

    /// Returns whether both say the same of a run, so that it has one of them at a time.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unreachable { service, .. }, Self::Unreachable { service: of, .. }) => {
                service == of
            }
            _ => self.reason() == other.reason(),
        }
    }
}

/// Writes one sentence without a full stop.
impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused { by, .. } => write!(f, "the run is paused by {by}"),
            Self::Window { .. } => f.write_str("the run may not write at this time of day"),
            Self::SignIn { cause } => {
                write!(
                    f,
                    "the sign-in does not suffice: {} ({})",
                    cause.message, cause.code
                )
            }
            Self::Unreachable { service, cause, .. } => {
                write!(f, "{service} cannot be reached: {}", cause.message)
            }
            Self::RepeatedFailure { cause, failures } => {
                match failures {
                    1 => f.write_str("a profile failed")?,
                    _ => write!(f, "{failures} profiles in a row failed with the same cause")?,
                }
                write!(f, ": {} ({})", cause.message, cause.code)
            }
            Self::Wave { settled, next } => {
                write!(
                    f,
                    "a wave has ended: {} settled, and the next one ",
                    profiles(*settled)
                )?;
                match next {
                    Some(next) => write!(f, "ends with {next}"),
                    None => f.write_str("has all the others"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hold;
    use crate::target::Cause;

    #[test]
    fn single_failure_is_not_a_row_of_them() {
        let shown = [1, 3].map(|failures| {
            let cause = Cause {
                code: "27002".to_owned(),
                message: "invalid".to_owned(),
                ..Cause::default()
            };
            Hold::RepeatedFailure { cause, failures }.to_string()
        });
        assert_eq!(
            shown,
            [
                "a profile failed: invalid (27002)",
                "3 profiles in a row failed with the same cause: invalid (27002)",
            ]
        );
    }
}
