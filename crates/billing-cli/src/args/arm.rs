//! The arguments of `billing arm`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::change::ChangeArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum ArmVerb {
    /// Print a billing profile
    Get {
        /// The billing account's name, or the full resource id of the profile
        account: String,
        /// The billing profile's name; omit it after a resource id
        profile: Option<String>,
        #[command(flatten)]
        version: VersionArgs,
    },
    /// Print all billing profiles of a billing account
    ///
    /// `az billing account list` prints the names of billing accounts; the Azure portal shows them
    /// as billing account id under Cost Management + Billing, Properties. Prints each page when it
    /// arrives. The header of CSV has the names of the members in the JSON: name,
    /// properties.displayName, properties.poNumber, properties.currency and properties.status.
    List {
        /// The billing account's name, such as 7f3d1c52-…:5a8f3c1e-…_2019-05-31, or its full
        /// resource id
        account: String,
        #[command(flatten)]
        version: VersionArgs,
    },
    /// Update a billing profile and wait for the result
    ///
    /// Sends only the members that --set, --clear or --body name; the others stay unchanged.
    Update(ArmUpdate),
    /// Wait for an update that was accepted earlier
    Wait {
        /// The resume token; - reads one token from each line of stdin
        token: String,
        #[command(flatten)]
        wait: WaitArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ArmUpdate {
    /// The billing account's name, or the full resource id of the profile
    pub(crate) account: String,
    /// The billing profile's name; omit it after a resource id
    #[arg(default_value = "", hide_default_value = true)]
    pub(crate) profile: String,
    #[command(flatten)]
    pub(crate) version: VersionArgs,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    /// Send the update even if it changes nothing, for example while another is running
    #[arg(long)]
    pub(crate) force: bool,
    /// Print a resume token for `billing arm wait` once the update is accepted, and do not wait
    #[arg(long, conflicts_with = "timeout")]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
}

/// The api version of a request.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct VersionArgs {
    /// Api version of the service; the members of a profile have the names of this version.
    /// 2019-10-01-preview by default
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<ArmVersion>,
}

/// An api version of Resource Manager's billing profiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ArmVersion {
    /// A PATCH updates a profile in part
    #[default]
    #[value(name = "2019-10-01-preview")]
    V2019_10_01Preview,
    /// A PUT writes the full profile
    #[value(name = "2020-05-01")]
    V2020_05_01,
    /// A PUT writes the full profile
    #[value(name = "2024-04-01")]
    V2024_04_01,
}

/// How long to wait for an update.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WaitArgs {
    /// Stop waiting after this time, such as 90s or 5m, and print a resume token
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Read the profile back for this time if the outcome is unknown or not visible yet; 2m by
    /// default, 0s for never
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) read_back: Option<Duration>,
}
