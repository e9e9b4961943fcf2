//! The arguments of `billing bulk plan`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use crate::args::bulk::pace::PaceArgs;
use crate::args::bulk::value::Shard;
use crate::args::bulk::version::NewVersionArgs;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("profiles").required(true).args(["input", "all_customers", "account"]))]
pub(crate) struct BulkPlan {
    /// The file with a row for each profile: CSV, XLSX, JSON Lines or a JSON array
    ///
    /// Columns: service (partner or arm), then customer_id, or billing_account and billing_profile,
    /// or resource_id; all others are members, such as defaultAddress.city. An empty cell leaves
    /// the member unchanged. Columns that start with # are comments.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) input: Option<PathBuf>,
    /// Write the plan to this file
    #[arg(short, long, value_name = "PLAN", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Plan further rows of the run of this journal, which `billing bulk apply` adds to it
    ///
    /// A row replaces that of its profile which is not done. Rows that are done stay done; a
    /// further row changes the profile again. The api version is that of the run.
    #[arg(long = "continue", value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) continues: Option<String>,
    /// Plan all customers of the partner instead of a file
    #[arg(long)]
    pub(crate) all_customers: bool,
    /// Plan all billing profiles of this billing account instead of a file
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Plan only profiles with this value; repeatable
    ///
    /// PATH!=VALUE is any other value, PATH~=REGEX a value that the expression matches.
    #[arg(long = "where", value_name = "PATH=VALUE", conflicts_with = "input")]
    pub(crate) filters: Vec<String>,
    /// Set a member of every selected profile; repeatable
    ///
    /// Text is taken literally, other values as JSON, as in `billing partner update`.
    #[arg(long, value_name = "PATH=VALUE", conflicts_with = "input")]
    pub(crate) set: Vec<String>,
    /// Clear a member of every selected profile; repeatable
    #[arg(long, value_name = "PATH", conflicts_with = "input")]
    pub(crate) clear: Vec<String>,
    /// The service of all rows, for a file without the column service
    #[arg(long, conflicts_with_all = ["all_customers", "account"])]
    pub(crate) service: Option<ServiceName>,
    #[command(flatten)]
    pub(crate) version: NewVersionArgs,
    /// Read this sheet of an XLSX file; the first by default
    #[arg(long, value_name = "NAME", requires = "input")]
    pub(crate) sheet: Option<String>,
    /// The text of a cell that clears its member; <clear> by default, with --continue as in the run
    #[arg(long, value_name = "TEXT", requires = "input")]
    pub(crate) clear_marker: Option<String>,
    /// Keep spaces around the values of cells; by default with --continue if the run did
    #[arg(long, requires = "input")]
    pub(crate) no_trim: bool,
    /// Plan only this part of the profiles, such as 1/4 for the first of four
    ///
    /// A profile is always in the same part, whatever else is in the input.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Check changed profiles against what their service requires
    ///
    /// Partner Center: the address rules of the country. Azure Resource Manager: the members that
    /// an address must have since api version 2020-05-01. What the service would refuse is a
    /// finding of the plan. With strict, such a profile is not planned.
    #[arg(
        long,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "findings"
    )]
    pub(crate) preflight: Option<Preflight>,
    #[command(flatten)]
    pub(crate) new: NewPlanArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}

/// The options of a plan, whatever it is made from.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct NewPlanArgs {
    /// How long the plan may be applied, such as 8h
    #[arg(
        long,
        value_name = "DUR",
        default_value = "24h",
        value_parser = humantime::parse_duration
    )]
    pub(crate) expires: Duration,
    /// Replace a finished plan
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// A service, as input files name it.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum ServiceName {
    Partner,
    Arm,
}

/// What is done about a profile that the service would refuse.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Preflight {
    /// The profile is planned, with findings
    Findings,
    /// The profile is not planned
    Strict,
}
