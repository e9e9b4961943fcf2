//! Bulk updates of billing profiles: plan, apply and resume, each profile exactly once.
//!
//! A [`Plan`] says what changes, a [`Run`] applies it through a [`Target`] for each service and
//! records every step in a [`Journal`], and [`Event`]s tell what happens. The README has a sample.
//!
#![doc = include_str!("guarantees.md")]

pub mod binding;
pub mod change;
pub mod document;
pub mod event;
mod gate;
#[cfg(feature = "input")]
pub mod input;
pub mod journal;
pub mod pacing;
pub mod plan;
pub mod profile;
pub mod run;
mod sqlite;
mod stop;
pub mod target;
pub mod targets;

pub use billing_edit::{Edit, Edits, Service};
pub use event::{Event, EventKind};
pub use journal::{Journal, JournalError, JournalReader};
pub use plan::Plan;
pub use profile::ProfileId;
pub use run::{Resend, Run, RunError, RunOptions, Status, StopHandle};
pub use target::Target;
pub use targets::Targets;

/// The README, so that its sample is compiled.
#[doc = include_str!("../README.md")]
#[cfg(all(doctest, feature = "input"))]
pub struct Readme;
