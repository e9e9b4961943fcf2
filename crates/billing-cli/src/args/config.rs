//! The verbs of `billing config`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Write a config file that explains every setting; never overwrites a file
    Init,
    /// Print each setting with its source
    Show,
    /// Print the path of the config file
    Path,
    /// Store the refresh token from stdin in the refresh-token-store
    RefreshToken,
}
