//! `billing arm`: billing profiles of Azure Resource Manager.

mod get;
mod list;
mod update;
mod wait;

use arm_client::models::BillingProfile;
use billing_core::Response;

use crate::args::{ArmVerb, Format, Global};
use crate::document;
use crate::failure::Failure;
use crate::hint::{Call, shell_word};
use crate::interrupt::Interrupt;
use crate::output::{print, show};
use crate::render::{self, Page};
use crate::target::{Service, Target};

pub(crate) async fn run(
    verb: ArmVerb,
    global: &Global,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    match verb {
        ArmVerb::Get { account, profile } => {
            interrupt
                .guard(get::run(&account, &profile, global))
                .await?
        }
        ArmVerb::List { account } => interrupt.guard(list::run(&account, global)).await?,
        ArmVerb::Update(args) => update::run(&args, global, interrupt).await,
        ArmVerb::Wait { token, patience } => wait::run(&token, patience, global, interrupt).await,
    }
}

async fn open(global: &Global) -> Result<Target, Failure> {
    Target::open(Service::Arm, global).await
}

fn call<'a>(target: &'a Target, verb: &str, account: &str, profile: &str) -> Call<'a> {
    let options = target.options();
    let (account_word, profile_word) = (shell_word(account), shell_word(profile));
    Call {
        target,
        doing: format!("{verb} the billing profile {profile}"),
        subject: format!("billing profile {profile} in billing account {account}"),
        look: format!("billing arm get {account_word} {profile_word}{options}"),
        list: Some(format!("billing arm list {account_word}{options}")),
    }
}

/// The path of a member as `--set` takes it.
pub(crate) fn short(path: &str) -> String {
    path.strip_prefix("properties.").unwrap_or(path).to_owned()
}

fn print_profile(response: &Response<BillingProfile>, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => print(&render::json(response.body())?),
        Format::Table => {
            let document = document::value(response.body())?;
            show(&render::members(&document, short, Page::stdout()))
        }
    }
}
