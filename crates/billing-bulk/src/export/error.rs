//! Why profiles cannot be exported.

use crate::output::OutputError;
use crate::plan::PlanError;

/// Profiles cannot be exported. There is no part of the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The profiles cannot be read from where they are kept.
    #[error(transparent)]
    Profiles(#[from] PlanError),
    /// The file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}
