//! `billing partner`: customers' billing profiles.

mod body;
mod check;
mod context;
mod get;
mod list;
mod update;

use crate::args::global::Global;
use crate::args::partner::PartnerVerb;
use crate::failure::Result;
use crate::interrupt::Interrupt;

pub(crate) async fn run(verb: PartnerVerb, global: &Global, interrupt: &Interrupt) -> Result {
    match verb {
        PartnerVerb::List { filter, limit } => {
            interrupt.guard(list::run(filter, limit, global)).await?
        }
        PartnerVerb::Customer { customer_id } => {
            interrupt
                .guard(get::run_customer(&customer_id, global))
                .await?
        }
        PartnerVerb::Get {
            customer_id,
            accept,
        } => {
            let get = get::run(&customer_id, accept.accept(), global);
            interrupt.guard(get).await?
        }
        PartnerVerb::Check { customer_id, mfa } => {
            let check = check::run(&customer_id, mfa, global);
            interrupt.guard(check).await?
        }
        PartnerVerb::Update(args) => update::run(&args, global, interrupt).await,
    }
}
