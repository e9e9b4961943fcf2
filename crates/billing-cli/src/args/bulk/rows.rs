//! The arguments of `billing bulk rows`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct BulkRows {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    /// Write the rows to this file; - for stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Write the rows in these states
    #[arg(
        long,
        value_name = "STATE,…",
        value_delimiter = ',',
        default_value = "failed,conflict,unknown"
    )]
    pub(crate) state: Vec<StateName>,
    /// Write also the rows of this plan that could not be planned
    #[arg(long, value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) plan: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// A state of a profile in a run.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum StateName {
    Planned,
    Sending,
    Accepted,
    Done,
    Unchanged,
    Failed,
    Conflict,
    Unknown,
}
