//! `billing partner`: customers' billing profiles.

mod body;
mod check;
mod customer;
mod get;
mod list;
mod update;

use billing_core::Response;
use partner_client::models::CustomerBillingProfile;

use crate::args::global::{Format, Global};
use crate::args::partner::PartnerVerb;
use crate::document::{self, Path};
use crate::failure::Failure;
use crate::hint::{Call, command_line};
use crate::interrupt::Interrupt;
use crate::output::{one_line, print, show};
use crate::render::{self, Page};
use crate::target::{Service, Target};

/// Members that the service keeps, renews or makes itself, whatever is sent.
const BOOKKEEPING: [&str; 3] = ["attributes", "id", "links"];

pub(crate) async fn run(
    verb: PartnerVerb,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    match verb {
        PartnerVerb::List { filter, limit } => {
            interrupt.guard(list::run(filter, limit, global)).await?
        }
        PartnerVerb::Customer { customer_id } => {
            interrupt.guard(customer::run(&customer_id, global)).await?
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

async fn open(global: &Global) -> Result<Target, Failure> {
    Target::open(Service::Partner, global).await
}

fn call<'a>(target: &'a Target, verb: &str, customer_id: &str) -> Call<'a> {
    let shown = one_line(customer_id);
    Call {
        target,
        doing: format!("{verb} the billing profile of customer {shown}"),
        subject: format!("customer {shown}"),
        look: command_line("partner get", &[customer_id], target.options()),
        list: Some(format!("billing partner list{}", target.options())),
        shorten: Path::to_string,
        before: None,
        request_id: None,
    }
}

fn print_profile(
    response: &Response<CustomerBillingProfile>,
    format: Format,
) -> Result<(), Failure> {
    match format {
        Format::Json => print(&render::json(response.body())?),
        Format::Table => {
            let document = document::value(response.body())?;
            show(render::members(&document, Path::to_string, Page::stdout()))
        }
    }
}
