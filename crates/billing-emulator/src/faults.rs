//! Planned faults: which requests meet one, and what goes wrong then.
//!
//! A user gives a [`FaultPlan`](plan::FaultPlan) of [`Fault`](fault::Fault)s, and
//! [`Faults`](active::Faults) is the plan in force.

pub(crate) mod active;
pub(crate) mod check;
pub(crate) mod fault;
pub(crate) mod plan;
mod read;
mod rewrite_links;
