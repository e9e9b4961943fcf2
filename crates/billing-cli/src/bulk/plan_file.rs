//! Opens a plan, and explains why it cannot be used.

use std::path::Path;

use billing_bulk::plan::{Plan, PlanFileError};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;

/// Opens a plan. Nothing is verified yet.
///
/// # Errors
/// A usage failure if there is no such file; a failure if it is no plan.
pub(super) fn open(path: &Path) -> Result<Plan> {
    if !path.exists() {
        return Err(Failure::usage(
            format!("there is no plan {}", one_line(&path.to_string_lossy())),
            "name the file that `billing bulk plan -o` wrote",
        ));
    }
    Plan::open(path).map_err(refused)
}

/// Returns the failure of a plan that cannot be used. Nothing was sent.
pub(super) fn refused(error: PlanFileError) -> Failure {
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
