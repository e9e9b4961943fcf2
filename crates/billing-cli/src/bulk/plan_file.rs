//! Opens a plan, and explains why it cannot be used.

use std::path::Path;

use billing_bulk::plan::{Plan, PlanFileError};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::shell::command_line;

/// The hint at a file that is not a plan.
const WRITTEN_BY_PLAN: &str = "name the file that `billing bulk plan -o` wrote";

/// Opens a plan. Nothing is verified yet.
///
/// # Errors
/// A usage failure if there is no such file, or it is not a plan; a failure if it is damaged.
pub(super) fn open(path: &Path) -> Result<Plan> {
    let name = one_line(&path.to_string_lossy());
    let problem = if path.is_dir() {
        format!("the plan {name} is a folder")
    } else if path.exists() {
        return Plan::open(path).map_err(refused);
    } else {
        format!("there is no plan {name}")
    };
    Err(Failure::usage(problem, WRITTEN_BY_PLAN))
}

/// Returns the failure of a plan that cannot be used. Nothing was sent.
pub(super) fn refused(error: PlanFileError) -> Failure {
    if let PlanFileError::OtherKind { plan, found } = &error {
        let hint = match found {
            Some("journal") => format!(
                "name the plan; to see the run of this journal:\n  {}",
                command_line("bulk status", &[plan], "")
            ),
            _ => WRITTEN_BY_PLAN.to_owned(),
        };
        return Failure::usage(error.to_string(), hint);
    }
    let hint = match &error {
        PlanFileError::OtherBinding { .. } | PlanFileError::NotConnected { .. } => {
            "nothing was sent; connect to the services that the plan was made for, with the options \
             of `billing bulk plan`, or make a new plan"
        }
        _ => "nothing was sent",
    };
    let exit = match &error {
        PlanFileError::Storage { .. } => Exit::StillRunning,
        _ => Exit::Failed,
    };
    Failure::new(exit, error).hint(hint)
}
