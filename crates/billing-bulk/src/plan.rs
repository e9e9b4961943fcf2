//! Plans: what a bulk update will change in each profile, and which profiles cannot be planned.
//!
//! A plan is written in the order of the input by a [`PlanWriter`], which continues an unfinished
//! file, and read by [`Plan`]. It is bound to services and tenants, expires, and cannot be edited
//! unnoticed; a run takes its rows from a [`VerifiedPlan`].

pub mod error;
pub mod file;
pub mod header;
pub mod row;
pub mod store;

pub use error::PlanError;
pub use file::error::PlanFileError;
pub use file::reader::{Plan, VerifiedPlan};
pub use file::rows::{NewRows, PlanRows};
pub use file::writer::PlanWriter;
pub use header::{PlanHeader, PlanInput};
pub use row::{Finding, Outcome, PlanCounts, PlanRow, Source};
pub use store::PlanStore;
