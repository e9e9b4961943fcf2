//! The arguments of `billing arm`.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::args::change::ChangeArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum ArmVerb {
    /// Print a billing profile
    Get {
        /// The billing account's name, or the whole resource id of the profile
        account: String,
        /// The billing profile's name; leave it out after a resource id
        profile: Option<String>,
    },
    /// Print all billing profiles of a billing account
    ///
    /// The Azure portal shows the names of billing accounts under Cost Management + Billing, Properties, as billing
    /// account id; `az billing account list` prints them. Prints each page as it comes.
    List {
        /// The billing account's name, such as 7f3d1c52-…:5a8f3c1e-…_2019-05-31, or its whole resource id
        account: String,
    },
    /// Change a billing profile, and wait until the change is done
    ///
    /// Only what --set, --clear or --body name is sent; the rest stays as it is.
    Update(ArmUpdate),
    /// Go on waiting for an update that was accepted earlier
    Wait {
        /// The resume token, one word; - reads stdin, where each line is one
        token: String,
        #[command(flatten)]
        wait: WaitArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ArmUpdate {
    /// The billing account's name, or the whole resource id of the profile
    pub(crate) account: String,
    /// The billing profile's name; leave it out after a resource id
    #[arg(default_value = "", hide_default_value = true)]
    pub(crate) profile: String,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    /// Send the update even if it changes nothing; an earlier one may still be running
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not wait: print a resume token for `billing arm wait` as soon as the update is accepted
    #[arg(long, conflicts_with = "timeout")]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WaitArgs {
    /// Give up waiting after this time, such as 90s or 5m, and print a resume token
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Read the profile back for this time if the outcome is unknown or not seen yet; 2m by default, 0s for not at all
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) read_back: Option<Duration>,
}
