//! `billing arm`: billing profiles of Azure Resource Manager.

pub(crate) mod context;
mod get;
pub(crate) mod list;
pub(crate) mod resource_id;
mod update;
pub(crate) mod version;
mod wait;

use crate::args::arm::{ArmUpdate, ArmVerb};
use crate::args::global::Global;
use crate::arm::version::with_version;
use crate::failure::Result;
use crate::interrupt::Interrupt;

pub(crate) async fn run(verb: ArmVerb, global: &Global, interrupt: &Interrupt) -> Result {
    match verb {
        ArmVerb::Get {
            account,
            profile,
            version,
        } => {
            let (account, profile) = resource_id::profile(account, profile.unwrap_or_default())?;
            let version = version::choose(version.api_version, global).await?;
            with_version!(version, |version| {
                let get = get::run(&account, &profile, version, global);
                interrupt.guard(get).await?
            })
        }
        ArmVerb::List { account, version } => {
            let account = resource_id::account(account)?;
            let version = version::choose(version.api_version, global).await?;
            with_version!(version, |version| {
                let list = list::run(&account, version, global);
                interrupt.guard(list).await?
            })
        }
        ArmVerb::Update(args) => {
            let (account, profile) = resource_id::profile(args.account, args.profile)?;
            let args = ArmUpdate {
                account,
                profile,
                ..args
            };
            let version = version::choose(args.version.api_version, global).await?;
            with_version!(version, |version| {
                update::run(&args, version, global, interrupt).await
            })
        }
        ArmVerb::Wait { token, wait } => wait::run(&token, wait, global, interrupt).await,
    }
}
