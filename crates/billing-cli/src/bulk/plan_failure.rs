//! Why a plan, or another file made of many reads, was not written.

use billing_bulk::plan::{PlanError, PlanFileError, PlanStore as _, PlanWriter};

use crate::bulk::end;
use crate::bulk::services::Services;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::escape::one_line;

/// The hint after an interrupted plan.
pub(super) const RESUME: &str = "to continue, run the same command again";

/// The end of the hint after a list that could not be read.
const AGAIN: &str = "then run the same command again";

/// Returns the failure of a plan that cannot be written: a usage failure if there is another file.
pub(super) fn not_written(error: PlanFileError) -> Failure {
    match &error {
        PlanFileError::Finished { .. }
        | PlanFileError::OtherInput { .. }
        | PlanFileError::Older { .. }
        | PlanFileError::Newer { .. } => Failure::usage(
            error.to_string(),
            "nothing was sent; --overwrite replaces it",
        ),
        PlanFileError::OtherKind { .. } => {
            Failure::usage(error.to_string(), "nothing was sent; name another file")
        }
        PlanFileError::Storage { .. } => Failure::new(Exit::StillRunning, error).hint(RESUME),
        _ => Failure::new(Exit::Failed, error).hint("nothing was sent"),
    }
}

/// Returns the failure of reading profiles; `state` is what became of the file.
pub(super) fn not_made(error: PlanError, state: &str, services: &Services) -> Failure {
    match error {
        PlanError::Stopped(cause) => {
            let mut failure =
                Failure::new(Exit::StillRunning, one_line(&cause.message)).during(state);
            failure.0.kind = Some("run_stopped");
            failure.hint(end::before_resuming(&cause, RESUME))
        }
        PlanError::Input(error) => match error.downcast::<billing_core::Error>() {
            Ok(error) => services.not_listed(*error).more_hint(AGAIN),
            Err(error) => Failure::new(Exit::Failed, PlanError::Input(error)).hint(RESUME),
        },
        PlanError::File(error) => not_written(error),
        error => Failure::new(Exit::Failed, error).hint(RESUME),
    }
}

/// Removes a file without a row, which there is no need to continue: its name is free for other
/// options. Returns the failure of the reading.
pub(super) fn discard_empty(writer: PlanWriter, failure: Failure) -> Failure {
    if writer.last() == 0 {
        // It is not worth another failure.
        let _ = writer.discard();
    }
    failure
}
