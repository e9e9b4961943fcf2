//! Bulk updates of billing profiles: plan, apply and resume, each profile exactly once.
//!
//! A [`Plan`] says what changes, a [`Run`] applies it through a [`Target`] for each service and
//! records every step in a [`Journal`] before it is taken, and [`Event`]s tell what happens. A run
//! that was killed at any moment resumes with the same plan and the same journal.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use arm_client::ArmClient;
//! use billing_bulk::journal::JournalReader as _;
//! use billing_bulk::journal::sqlite::SqliteJournal;
//! use billing_bulk::plan::{self, PlanHeader, PlanInput, PlanOptions, PlanWriter};
//! use billing_bulk::targets::ArmTarget;
//! use billing_bulk::{Edit, Edits, EventKind, Run, RunOptions, Service, Target as _, Targets};
//! use billing_core::{Clock as _, SystemClock};
//! use futures_util::TryStreamExt as _;
//!
//! /// Sets the purchase order number of every billing profile of an account.
//! async fn update(client: &ArmClient) -> Result<(), Box<dyn std::error::Error>> {
//!     let target = ArmTarget::new(client, None);
//!     let bindings = vec![target.binding().clone()];
//!     let targets = Targets::default().with(Arc::new(target));
//!
//!     // Reads each profile, and stores what changes. An interrupted plan is continued.
//!     let now = SystemClock::new().now();
//!     let header = PlanHeader {
//!         tool: "example".to_owned(),
//!         created: now,
//!         expires: now + Duration::from_secs(24 * 3600),
//!         bindings: bindings.clone(),
//!         continues: None,
//!         input: PlanInput {
//!             name: None,
//!             sha256: String::new(),
//!             options: "poNumber=PO-2041".to_owned(),
//!             form: None,
//!         },
//!     };
//!     let mut writer = PlanWriter::open(Path::new("run.plan"), &header, false)?;
//!     let edit = Edit::parse_text(Service::Arm, "poNumber", "PO-2041")?;
//!     let edits = Edits::try_new(Service::Arm, [edit])?;
//!     let profiles = plan::account_profiles(client, "70023418", edits);
//!     plan::make(profiles, &mut writer, &targets, PlanOptions::default()).await?;
//!
//!     // Writes each profile once. To resume, open, verify and claim the plan again.
//!     let plan = writer.finish()?.verify(now, &bindings)?;
//!     let journal = SqliteJournal::open_or_create(Path::new("run.db"), &plan.run_info())?;
//!     let plan = plan.claim(journal.info())?;
//!     let mut run = Run::apply(plan, Arc::new(journal), targets, RunOptions::default());
//!     while let Some(event) = run.try_next().await? {
//!         if let (EventKind::Failed(cause), Some(profile)) = (event.kind, event.profile) {
//!             println!("{profile}: {}", cause.message);
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Parts
//!
//! | module | what it has |
//! |---|---|
//! | `input` | files with a row for each profile, and all their mistakes |
//! | `output` | files in the same form, which `input` reads back |
//! | `export` | profiles as such a file, to be edited and planned |
//! | [`plan`] | reads profiles and writes a plan, which expires and cannot be edited unnoticed |
//! | [`run`] | applies a plan, and later decides about writes of unknown outcome |
//! | [`mod@verify`] | compares the profiles with the plan after the run |
//! | [`journal`] | the state machine of a profile, and its record in SQLite or PostgreSQL |
//! | [`receipt`] | what a journal proves of each profile, and whether it was changed |
//! | [`target`], [`targets`] | single requests to a service; the two services through their clients |
//! | [`pacing`] | when a request may leave |
//! | [`time`] | times as people read them |
//! | `report` | reports on a run: a page, and JSON |
//!
//! All time goes through [`Clock`](billing_core::Clock), and [`RunOptions`] also take the source of
//! request ids, so that a simulation can replay a run.
//!
//! # Features
//!
//! - `input` (default): the modules `input`, `output` and `export`, with CSV, XLSX and JSON; needs
//!   `calamine`, `csv`, `encoding_rs` and `rust_xlsxwriter`.
//! - `rustls-ring` (default): the TLS library of the clients, as in `billing_core`. For another
//!   one, switch the default off and choose it in a client.
//! - `postgres`: the module `journal::postgres`; needs `tokio-postgres`.
//! - `report`: the module `report`; needs `maud`, `plotters` and `base64`.
//!
#![doc = include_str!("guarantees.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod binding;
pub mod change;
pub mod control;
pub mod document;
pub mod event;
#[cfg(feature = "input")]
pub mod export;
mod gate;
pub mod hold;
#[cfg(feature = "input")]
pub mod input;
pub mod journal;
#[cfg(feature = "input")]
pub mod output;
pub mod pacing;
pub mod plan;
pub mod profile;
pub mod receipt;
#[cfg(feature = "report")]
pub mod report;
pub mod run;
mod source;
mod sqlite;
mod stop;
pub mod target;
pub mod targets;
pub mod time;
pub mod verify;
pub mod window;

pub use billing_edit::{Edit, Edits, Members, Service};
pub use event::{Event, EventKind};
pub use hold::Hold;
pub use journal::{Journal, JournalError, JournalReader};
pub use plan::Plan;
pub use profile::ProfileId;
pub use run::{AskContinue, Resend, Run, RunError, RunOptions, Status, StopHandle};
pub use target::Target;
pub use targets::Targets;
pub use window::Window;

/// The README, so that its sample is compiled.
#[doc = include_str!("../README.md")]
#[cfg(all(doctest, feature = "input"))]
pub struct Readme;
