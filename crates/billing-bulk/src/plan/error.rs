//! Errors of making and reading plans.

use std::error::Error;

use billing_edit::Service;

use crate::plan::file::error::PlanFileError;
use crate::target::Cause;

/// A plan cannot be made, written or read. Making one writes nothing to a service.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The plan file cannot be written or read.
    #[error(transparent)]
    File(#[from] PlanFileError),
    /// The input cannot be read, or the profiles cannot be listed.
    #[error(transparent)]
    Input(Box<dyn Error + Send + Sync>),
    /// The input has profiles of a service that is not connected.
    #[error("the input has profiles of {service}, and there is no connection to it")]
    NoTarget {
        /// The service.
        service: Service,
    },
    /// The service cannot be used at all now. The plan is unfinished and can be continued.
    #[error("{}", .0.message)]
    Stopped(Box<Cause>),
}
