//! The options of how long a run finds out what became of a write.

use std::time::Duration;

use clap::Args;

/// The default of `--settle`.
pub(crate) const SETTLE: &str = "15m";

/// The default of `--read-back`.
pub(crate) const READ_BACK: &str = "2m";

/// How long a profile is read back.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ReadBackArgs {
    /// Read a profile back for this time after a write whose outcome is unknown; 0s reads once
    #[arg(
        id = "read_back",
        long = "read-back",
        value_name = "DUR",
        default_value = READ_BACK,
        value_parser = humantime::parse_duration
    )]
    pub(crate) time: Duration,
}

/// When a write is taken for lost.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SettleArgs {
    /// Take a write of unknown outcome for lost only when it is this old
    ///
    /// Then `billing bulk reconcile` sends it once more, and a plan that continues the run may
    /// replace its row.
    #[arg(
        id = "settle",
        long,
        value_name = "DUR",
        default_value = SETTLE,
        value_parser = humantime::parse_duration
    )]
    pub(crate) time: Duration,
}
