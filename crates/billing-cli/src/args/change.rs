//! The arguments that change a profile: `--set`, `--clear` and `--body`.

use std::path::PathBuf;

use clap::Args;

/// The change of a profile.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// Set a member; repeatable
    ///
    /// Text is taken literally, other values as JSON; a list replaces the whole list:
    /// address.city=Redmond, invoiceEmailOptIn=true, 'enabledAzurePlans=[{"skuId":"0001"}]'
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Clear a member; repeatable
    #[arg(long, value_name = "PATH")]
    pub(crate) clear: Vec<String>,
    /// Send this JSON document, in camelCase or PascalCase; - reads stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["set", "clear"])]
    pub(crate) body: Option<PathBuf>,
}
