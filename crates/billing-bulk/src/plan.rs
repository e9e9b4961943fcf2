//! Plans: what a bulk update will change in each profile, and which profiles cannot be planned.
//!
//! A plan is written in the order of the input by a [`PlanWriter`], which continues an unfinished
//! file, and read by [`Plan`]. It is bound to services and tenants, expires, and cannot be edited
//! unnoticed; a run takes its rows from a [`VerifiedPlan`].

mod changes;
mod error;
mod file;
mod filter;
mod forbidden;
mod header;
mod item;
mod make;
mod new_plan;
mod options;
mod preflight;
pub(crate) mod progress;
pub(crate) mod read;
mod read_options;
mod row;
mod sign_in;
mod spreadsheet;
mod store;
mod summary;
mod undo;

pub use error::PlanError;
pub use file::error::PlanFileError;
pub use file::reader::{Plan, VerifiedPlan};
pub use file::rows::PlanRows;
pub use file::writer::PlanWriter;
pub use filter::{Filter, FilterError};
pub use header::{PlanHeader, PlanInput};
#[cfg(feature = "input")]
pub use item::input_rows;
pub use item::{Aim, PlanItem, PlanItems, account_profiles, all_customers};
pub use make::make;
pub use new_plan::NewPlan;
pub use options::{PlanOptions, Strictness};
pub use preflight::CountryRules;
pub use progress::{OnProgress, PlanProgress};
pub use read_options::ReadOptions;
pub use row::{Finding, Outcome, PlanCounts, PlanRow};
pub(crate) use sign_in::{ENOUGH_FORBIDDEN, without_permission};
pub use sign_in::{Severity, SignInFinding};
pub use store::PlanStore;
pub use summary::{CountedCause, CountedFinding, FrequentChange, MemberChanges, PlanSummary};
pub use undo::{Force, undo};

pub use crate::source::Source;
