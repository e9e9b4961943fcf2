//! The arguments of the verbs that control a run from another terminal.

use clap::{Args, ValueHint};

use crate::args::bulk::value::Rate;

#[derive(Debug, Args)]
pub(crate) struct BulkControl {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
}

#[derive(Debug, Args)]
pub(crate) struct BulkSetRate {
    /// The most requests of one kind per second, such as 5/s, or `unlimited`
    #[arg(value_name = "N/s")]
    pub(crate) rate: Rate,
    #[command(flatten)]
    pub(crate) run: BulkControl,
}

#[derive(Debug, Args)]
pub(crate) struct BulkSetConcurrency {
    /// The number of profiles
    #[arg(value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) concurrency: u16,
    #[command(flatten)]
    pub(crate) run: BulkControl,
}
