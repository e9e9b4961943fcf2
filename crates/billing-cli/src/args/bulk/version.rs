//! `--api-version` of the verbs of `billing bulk` that use Azure Resource Manager.

use clap::Args;

use crate::args::arm::ArmVersion;

/// The api version that a new plan or an export is in.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct NewVersionArgs {
    /// Api version of Azure Resource Manager; columns and paths are the members of this version.
    /// 2019-10-01-preview by default
    #[arg(long, value_name = "VERSION", conflicts_with = "all_customers")]
    pub(crate) api_version: Option<ArmVersion>,
}

/// The api version of a plan or a run.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct BoundVersionArgs {
    /// Api version of Azure Resource Manager, always that of the plan; another one is refused
    #[arg(long, value_name = "VERSION", hide_possible_values = true)]
    pub(crate) api_version: Option<ArmVersion>,
}
