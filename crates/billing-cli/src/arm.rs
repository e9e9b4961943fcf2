//! `billing arm`: billing profiles of Azure Resource Manager.

pub(crate) mod context;
mod get;
pub(crate) mod list;
pub(crate) mod resource_id;
mod update;
mod wait;

use crate::args::arm::{ArmUpdate, ArmVerb};
use crate::args::global::Global;
use crate::failure::Result;
use crate::interrupt::Interrupt;

pub(crate) async fn run(verb: ArmVerb, global: &Global, interrupt: &Interrupt) -> Result {
    match verb {
        ArmVerb::Get { account, profile } => {
            let (account, profile) = resource_id::profile(account, profile.unwrap_or_default())?;
            interrupt
                .guard(get::run(&account, &profile, global))
                .await?
        }
        ArmVerb::List { account } => {
            let account = resource_id::account(account)?;
            interrupt.guard(list::run(&account, global)).await?
        }
        ArmVerb::Update(args) => {
            let (account, profile) = resource_id::profile(args.account, args.profile)?;
            let args = ArmUpdate {
                account,
                profile,
                ..args
            };
            update::run(&args, global, interrupt).await
        }
        ArmVerb::Wait { token, wait } => wait::run(&token, wait, global, interrupt).await,
    }
}
