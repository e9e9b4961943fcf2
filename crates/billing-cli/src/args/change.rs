//! The arguments that describe a change of a profile.

use std::path::PathBuf;

use clap::Args;

/// What to change.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// Set a member; repeatable. Text is taken as it is, other values as JSON, and a list always as a
    /// whole: address.city=Redmond,
    /// invoiceEmailOptIn=true, 'enabledAzurePlans=[{"skuId":"0001"}]'
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Clear a member; repeatable
    #[arg(long, value_name = "PATH")]
    pub(crate) clear: Vec<String>,
    /// Send this JSON document, in camelCase or PascalCase; - for stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["set", "clear"])]
    pub(crate) body: Option<PathBuf>,
}
