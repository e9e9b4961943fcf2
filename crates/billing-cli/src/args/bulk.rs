//! The arguments of `billing bulk`.

mod value;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand, ValueEnum, ValueHint};

pub(crate) use value::{Rate, Shard};

/// The default of `--settle`.
pub(crate) const SETTLE: &str = "15m";

/// The default of `--read-back`.
pub(crate) const READ_BACK: &str = "2m";

/// The default of `--replay-window`.
pub(crate) const REPLAY_WINDOW: &str = "1h";

#[derive(Debug, Subcommand)]
pub(crate) enum BulkVerb {
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
    },
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
    /// A line of `billing bulk show`
    Plan,
}

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
    /// Read this sheet of an XLSX file; the first by default
    #[arg(long, value_name = "NAME", requires = "input")]
    pub(crate) sheet: Option<String>,
    /// The text of a cell that clears its member; <clear> by default
    #[arg(long, value_name = "TEXT", requires = "input")]
    pub(crate) clear_marker: Option<String>,
    /// Keep spaces around the values of cells
    #[arg(long, requires = "input")]
    pub(crate) no_trim: bool,
    /// Plan only this part of the profiles, such as 1/4 for the first of four
    ///
    /// A profile is always in the same part, whatever else is in the input.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Check changed profiles of Partner Center against the address rules of their countries
    ///
    /// What the service would refuse is a finding of the plan. With strict, such a profile is not
    /// planned.
    #[arg(
        long,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "findings"
    )]
    pub(crate) preflight: Option<Preflight>,
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
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}

/// A service, as input files name it.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum ServiceName {
    Partner,
    Arm,
}

/// What is done about a profile that the rules of its country do not allow.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Preflight {
    /// The profile is planned, with findings
    Findings,
    /// The profile is not planned
    Strict,
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
pub(crate) struct BulkApply {
    /// The plan
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    /// Record the run in this file, or in the database of a postgres:// URL
    ///
    /// A database needs the feature postgres.
    #[arg(long, value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    /// Write a profile that was changed after it was planned, if the members of the plan were not
    #[arg(long)]
    pub(crate) rebase: bool,
    /// Apply the plan although this many profiles of the input could not be planned
    #[arg(long, value_name = "N")]
    pub(crate) allow_unplanned: Option<u64>,
    /// Send a write whose response was lost again under its request id for this time
    ///
    /// Partner Center takes it for the same write; its documentation does not say for how long.
    #[arg(
        long,
        value_name = "DUR",
        default_value = REPLAY_WINDOW,
        value_parser = humantime::parse_duration
    )]
    pub(crate) replay_window: Duration,
    /// Read a profile back for this time after a write whose outcome is unknown; 0s reads once
    #[arg(
        long,
        value_name = "DUR",
        default_value = READ_BACK,
        value_parser = humantime::parse_duration
    )]
    pub(crate) read_back: Duration,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}

/// How fast requests are sent.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct PaceArgs {
    /// Work on at most this many profiles at once; follows the response times and the rate limits
    /// by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) concurrency: Option<u16>,
    /// Send at most this many requests of one kind per second, such as 5/s; `unlimited` turns rate
    /// control off
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Rate>,
}

#[derive(Debug, Args)]
pub(crate) struct BulkReconcile {
    /// The journal of the run
    #[arg(value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    /// Wait until a write is this old before taking it for lost
    #[arg(
        long,
        value_name = "DUR",
        default_value = SETTLE,
        value_parser = humantime::parse_duration
    )]
    pub(crate) settle: Duration,
    /// Send writes that did not take effect once more, without asking
    #[arg(long)]
    pub(crate) resend: bool,
    /// Read a profile back for this time after a write whose outcome is unknown; 0s reads once
    #[arg(
        long,
        value_name = "DUR",
        default_value = READ_BACK,
        value_parser = humantime::parse_duration
    )]
    pub(crate) read_back: Duration,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}
