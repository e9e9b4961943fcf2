//! The arguments of `billing bulk undo` and `billing bulk verify`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::args::bulk::pace::PaceArgs;
use crate::args::bulk::plan::NewPlanArgs;
use crate::args::bulk::version::BoundVersionArgs;

#[derive(Debug, Args)]
pub(crate) struct BulkUndo {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    /// Write the plan to this file
    #[arg(short, long, value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Undo this profile also where someone has changed it since the run; repeatable
    ///
    /// A customer's tenant id, partner/ID, arm/ACCOUNT/PROFILE, a resource id, or all.
    #[arg(long, value_name = "PROFILE")]
    pub(crate) force: Vec<String>,
    #[command(flatten)]
    pub(crate) version: BoundVersionArgs,
    #[command(flatten)]
    pub(crate) new: NewPlanArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BulkVerify {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    #[command(flatten)]
    pub(crate) version: BoundVersionArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}
