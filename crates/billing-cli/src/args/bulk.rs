//! The arguments of `billing bulk`.

#![cfg_attr(
    not(feature = "bulk"),
    allow(unused_imports, reason = "its verbs are parsed, and refused")
)]

mod apply;
mod control;
mod export;
mod pace;
mod plan;
mod read_back;
mod receipts;
mod report;
mod rows;
mod undo;
mod value;
mod version;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

pub(crate) use apply::{BulkApply, LimitArgs, REPEATED_FAILURES, REPLAY_WINDOW};
pub(crate) use control::{BulkControl, BulkSetConcurrency, BulkSetRate};
pub(crate) use export::{BulkExport, DelimiterName};
pub(crate) use pace::PaceArgs;
pub(crate) use plan::{BulkPlan, NewPlanArgs, Preflight, ServiceName};
pub(crate) use read_back::{READ_BACK, ReadBackArgs, SETTLE, SettleArgs};
pub(crate) use receipts::{BulkErase, BulkReceipts};
pub(crate) use report::BulkReport;
pub(crate) use rows::{BulkRows, StateName};
pub(crate) use undo::{BulkUndo, BulkVerify};
pub(crate) use value::{Rate, Share};
pub(crate) use version::BoundVersionArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum BulkVerb {
    /// Write many profiles to a file that `billing bulk plan` reads
    ///
    /// Reads each profile and writes one row for it: CSV, XLSX or JSON, by the extension of the
    /// file. Edit the file and plan it: only the cells that you changed are changes. Writes nothing
    /// to a service. If it is interrupted, the same command continues; the file appears when it is
    /// complete.
    Export(BulkExport),
    /// Read many profiles and write a plan of what changes
    ///
    /// Reads a file with one row for each profile, or selects profiles with --all-customers or
    /// --account. Checks all of the input first, then reads each profile. Writes nothing to a
    /// service. If it is interrupted, the same command continues.
    Plan(BulkPlan),
    /// Print the changes of a plan
    ///
    /// Uses no service, and also prints a plan that `billing bulk apply` refuses.
    Show(BulkShow),
    /// Write what a plan says, each profile exactly once
    ///
    /// Records every step in the journal before it is taken. If it is stopped or killed, the same
    /// command continues. A profile that was changed after it was planned is left alone. Ctrl-C
    /// lets the requests in flight finish; a second Ctrl-C ends the run at once, and the journal is
    /// still right.
    Apply(BulkApply),
    /// Print how far a run is
    ///
    /// Also works during the run.
    Status {
        /// The journal of the run
        #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
        journal: String,
        /// Show how far the run is until it ends, and print the status then
        ///
        /// On a terminal in one line, else, and as JSON, a line every 30 seconds. Waits for a run
        /// that has not begun.
        #[arg(long)]
        watch: bool,
    },
    /// Let a run send no new write until it is resumed
    ///
    /// Requests in flight finish, and accepted writes are polled. The pause is kept in the journal:
    /// it also holds the next `billing bulk apply`. Works from another terminal or machine.
    Pause(BulkControl),
    /// End the pause of a run, and let it continue after a question
    Resume(BulkControl),
    /// Stop the process that works on a run, as Ctrl-C does
    ///
    /// The same `billing bulk apply` continues the run.
    Abort(BulkControl),
    /// Change how fast the process of a run sends requests
    SetRate(BulkSetRate),
    /// Change how many profiles the process of a run works on at once
    SetConcurrency(BulkSetConcurrency),
    /// Find out what became of writes whose outcome is unknown
    ///
    /// Reads each such profile again and compares it with the plan. A write that did not take
    /// effect within --settle is sent once more, if you agree.
    Reconcile(BulkReconcile),
    /// Print the history of one profile in a run
    Explain {
        /// The journal of the run
        #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
        journal: String,
        /// The profile: a customer's tenant id, partner/ID, arm/ACCOUNT/PROFILE, or a resource id
        profile: String,
    },
    /// Write rows of a run back in the form of their input, with what became of each
    ///
    /// Adds the columns #file, #line, #code, #cause and #hint. Corrected rows are planned again
    /// with `billing bulk plan --continue`, and applied with the same journal.
    Rows(BulkRows),
    /// Read every profile of a run and compare it with the plan
    ///
    /// Lists what the service stores in a form of its own, what it did not store, and what was
    /// changed since the run. Writes nothing to a service.
    Verify(BulkVerify),
    /// Plan the values from before a run
    ///
    /// Makes a plan that gives every member that the run has changed its value from before. A
    /// member that someone has changed since the run stays as it is. Apply the plan with a journal
    /// of its own. Writes nothing to a service.
    Undo(BulkUndo),
    /// Write a page about a run, or the same data as CSV or JSON
    ///
    /// The page is one file that loads nothing from elsewhere. Also works during the run.
    Report(BulkReport),
    /// Print what the journal proves of each profile: who changed it, when, from what to what
    ///
    /// With --verify, checks that the journal was not changed.
    Receipts(BulkReceipts),
    /// Erase the personal data of a profile from a journal
    ///
    /// Removes the documents before and after, the old and new values, and the cells of the input.
    /// Its identity, its states and the ids of its requests stay, the history tells of the erasure,
    /// and `billing bulk receipts --verify` still holds. The plan file, the input file and backups
    /// still have the data. The profile must be done, unchanged, failed or in conflict.
    Erase(BulkErase),
    /// Print the JSON Schema of what these verbs print as JSON
    Schema {
        /// What the schema describes
        document: SchemaOf,
    },
}

/// A document that a verb of `billing bulk` prints as JSON.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A line of `billing bulk apply`, `reconcile` or `status`
    Events,
    /// The summary of `billing bulk export`
    Export,
    /// A line of `billing bulk show`
    Plan,
    /// A line of `billing bulk receipts`
    Receipts,
    /// What `billing bulk plan` prints
    Summary,
    /// The document of `billing bulk report --json`
    Report,
    /// A line of `billing bulk verify`
    Verify,
}

#[derive(Debug, Args)]
pub(crate) struct BulkShow {
    /// The plan
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    /// Print only this profile: a customer's tenant id, partner/ID, arm/ACCOUNT/PROFILE, or a
    /// resource id
    // `--profile` was the former name of the global option `--context`.
    #[arg(long = "profile", id = "one_profile", value_name = "ID")]
    pub(crate) profile: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BulkReconcile {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    #[command(flatten)]
    pub(crate) settle: SettleArgs,
    #[command(flatten)]
    pub(crate) version: BoundVersionArgs,
    /// Send writes that did not take effect once more, without asking
    #[arg(long)]
    pub(crate) resend: bool,
    #[command(flatten)]
    pub(crate) read_back: ReadBackArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}
