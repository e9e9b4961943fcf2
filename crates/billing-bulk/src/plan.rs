//! Plans: what a bulk update will change in each profile, and which profiles cannot be planned.

pub mod error;
pub mod row;
pub mod store;

pub use error::PlanError;
pub use row::{Finding, Outcome, PlanRow, Source};
pub use store::PlanStore;
