//! The option of how long a profile is read back.

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
        long = "read-back",
        value_name = "DUR",
        default_value = READ_BACK,
        value_parser = humantime::parse_duration
    )]
    pub(crate) time: Duration,
}
