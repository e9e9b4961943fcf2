//! `billing arm`: billing profiles of Azure Resource Manager.

mod get;
pub(crate) mod list;
mod resource_id;
mod update;
mod wait;

use arm_client::models::BillingProfile;
use billing_core::Response;

use crate::args::arm::{ArmUpdate, ArmVerb};
use crate::args::global::{Format, Global};
use crate::document::{self, Path, Segment};
use crate::failure::Failure;
use crate::hint::{Call, command_line};
use crate::interrupt::Interrupt;
use crate::output::{one_line, print, show};
use crate::render::{self, Page};
use crate::target::{Service, Target};

pub(crate) async fn run(
    verb: ArmVerb,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
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

async fn open(global: &Global) -> Result<Target, Failure> {
    Target::open(Service::Arm, global).await
}

fn call<'a>(target: &'a Target, verb: &str, account: &str, profile: &str) -> Call<'a> {
    let options = target.options();
    let (shown_account, shown_profile) = (one_line(account), one_line(profile));
    Call {
        target,
        doing: format!("{verb} the billing profile {shown_profile}"),
        subject: format!("billing profile {shown_profile} in billing account {shown_account}"),
        look: command_line("arm get", &[account, profile], options),
        list: Some(command_line("arm list", &[account], options)),
        shorten: short,
        before: None,
        request_id: None,
    }
}

/// The path of a member as `--set` takes it. What stands beside `properties` and is not always there is told from
/// what is in it by `$.`.
pub(crate) fn short(path: &Path) -> String {
    const BESIDE: [&str; 4] = ["id", "name", "properties", "type"];
    if let Some(inner) = path.below("properties") {
        return inner.to_string();
    }
    match path.segments().first() {
        Some(Segment::Member(name)) if !BESIDE.contains(&name.as_str()) => format!("$.{path}"),
        _ => path.to_string(),
    }
}

fn print_profile(response: &Response<BillingProfile>, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => print(&render::json(response.body())?),
        Format::Table => {
            let document = document::value(response.body())?;
            show(render::members(&document, short, Page::stdout()))
        }
    }
}
