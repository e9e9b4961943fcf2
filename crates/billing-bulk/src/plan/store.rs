//! Where the rows of a plan are kept while it is made.

use crate::plan::error::PlanError;
use crate::plan::row::PlanRow;
use crate::profile::ProfileId;

/// Where the rows of a plan are kept while it is made. The plan file is one.
pub trait PlanStore: Send {
    /// Returns the number of the last row; 0 if there is none.
    fn last(&self) -> u64;

    /// Returns whether the plan has a row of this profile.
    ///
    /// # Errors
    /// The file cannot be read.
    fn contains(&self, profile: &ProfileId) -> Result<bool, PlanError>;

    /// Adds rows, all or none. Their numbers follow the last one without a gap.
    ///
    /// # Errors
    /// The file cannot be written; none of the rows was added.
    fn add(&mut self, rows: &[PlanRow]) -> Result<(), PlanError>;

    /// Iterates over the rows in the order of their numbers.
    ///
    /// # Errors
    /// The file cannot be read. An item is an error if a row cannot be read.
    fn rows(&self) -> Result<Box<dyn Iterator<Item = Result<PlanRow, PlanError>> + '_>, PlanError>;
}
