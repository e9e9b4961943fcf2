//! The arguments of `billing bulk apply`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use crate::args::bulk::pace::PaceArgs;
use crate::args::bulk::read_back::{ReadBackArgs, SettleArgs};
use crate::args::bulk::value::{Repeated, Share};
use crate::args::bulk::version::BoundVersionArgs;

/// The default of `--replay-window`.
pub(crate) const REPLAY_WINDOW: &str = "1h";

/// The default of `--max-repeated-failures`.
pub(crate) const REPEATED_FAILURES: &str = "3";

#[derive(Debug, Args)]
pub(crate) struct BulkApply {
    /// The plan
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) plan: PathBuf,
    /// Record the run in this file, or in the database of a postgres:// URL
    ///
    /// A database needs the feature postgres. It keeps one journal, or several with different names
    /// after #, such as postgres://db.example.com/billing#june. Give the password in the
    /// environment variable PGPASSWORD: other users of the machine can see a URL in the list of
    /// processes.
    #[arg(long, value_name = "JOURNAL", value_hint = ValueHint::FilePath)]
    pub(crate) journal: String,
    #[command(flatten)]
    pub(crate) version: BoundVersionArgs,
    /// Write a profile that was changed after it was planned, if the members of the plan were not
    ///
    /// A profile that is in conflict already stays so. To write it, plan its row again, with
    /// `billing bulk rows --state conflict` and `billing bulk plan --continue`.
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
    #[command(flatten)]
    pub(crate) settle: SettleArgs,
    #[command(flatten)]
    pub(crate) read_back: ReadBackArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
}

/// How many profiles are written and may fail before a run stops.
#[derive(Clone, Debug, Args)]
pub(crate) struct LimitArgs {
    /// Stop after this many written profiles of the plan, those of earlier starts included
    ///
    /// To write the others, run the command that it prints.
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        conflicts_with = "waves"
    )]
    pub(crate) first: Option<u64>,
    /// Write the profiles in waves of these sizes, such as 1,1%,10%,100%
    ///
    /// Each size counts the profiles of the waves before, too; a percentage is one of the profiles
    /// that the plan changes. After a wave, a question on the terminal decides about the next one;
    /// without a terminal the run stops, and the same command approves and begins the next wave.
    #[arg(long, value_name = "SIZES", value_delimiter = ',')]
    pub(crate) waves: Vec<Share>,
    /// Begin the next wave without a question
    #[arg(long, requires = "waves")]
    pub(crate) approve: bool,
    /// Stop when more than this many profiles have failed or are unknown, such as 10 or 2%
    ///
    /// A percentage is one of the profiles that the plan changes. There is at most one more
    /// failure: no write is sent whose failure would be a second one too many. Failures of earlier
    /// starts of the plan count, and conflicts do not.
    #[arg(long, value_name = "N|P%")]
    pub(crate) max_failures: Option<Share>,
    /// Pause after this many failures in a row with the same cause, or `off`
    ///
    /// A question on the terminal decides whether to continue; without a terminal the run stops.
    #[arg(long, value_name = "N", default_value = REPEATED_FAILURES)]
    pub(crate) max_repeated_failures: Repeated,
    /// Fail every profile that is refused with 403
    ///
    /// Without it the run pauses, and none of them fails, if the first three profiles, or later ten
    /// in a row, are refused with the same code: then the sign-in lacks the permission.
    #[arg(long)]
    pub(crate) fail_forbidden: bool,
    /// Do not ask Partner Center before the first write whether the sign-in used multi-factor
    /// authentication
    #[arg(long)]
    pub(crate) no_sign_in_check: bool,
    /// Write in these hours only, such as 20:00-06:00
    ///
    /// Outside of them the run waits: requests in flight finish, and accepted writes are polled.
    #[arg(long, value_name = "FROM-TO")]
    pub(crate) window: Option<String>,
    /// The time zone of --window, such as Europe/Berlin; that of this machine by default
    #[arg(long, value_name = "ZONE", requires = "window")]
    pub(crate) timezone: Option<String>,
}
