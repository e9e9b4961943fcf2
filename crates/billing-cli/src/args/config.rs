//! The verbs of `billing config`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Write a config file that explains every setting; an existing file is not overwritten
    Init,
    /// Print what is in force, and where each setting was found
    Show,
    /// Print where the file is
    Path,
    /// Keep the refresh token on stdin where refresh-token-store says
    RefreshToken,
}
