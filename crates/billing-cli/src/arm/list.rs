//! `billing arm list`.

use arm_client::models::BillingProfile;

use super::{open, short};
use crate::args::global::{Format, Global};
use crate::failure::Failure;
use crate::hint::{Call, command_line};
use crate::output::{one_line, say};
use crate::render::{List, Page, print_preview};

/// What the list shows of a profile.
pub(crate) const TITLES: [&str; 5] = ["NAME", "DISPLAY NAME", "PO NUMBER", "CURRENCY", "STATUS"];

pub(super) async fn run(account: &str, global: &Global) -> Result<(), Failure> {
    let target = open(global).await?;
    let subject = format!("billing account {}", one_line(account));
    let call = Call {
        target: &target,
        doing: format!("list the billing profiles of {subject}"),
        look: command_line("arm list", &[account], target.options()),
        subject,
        list: None,
        shorten: short,
        before: None,
        request_id: None,
    };
    let mut pager = target.arm()?.list_billing_profiles(account);
    if let Some(id) = global.request_id {
        pager = pager.with_request_id(id);
    }
    let format = global.output.unwrap_or_default();
    if global.dry_run {
        let preview = pager.preview().map_err(|error| call.failed(error))?;
        return print_preview(&preview, format);
    }
    let mut list = List::new(TITLES, format, Page::stdout());
    loop {
        match pager.next_page().await {
            Ok(Some(page)) => list.print(page.body(), cells)?,
            Ok(None) => break,
            Err(error) => return Err(list.broken_off(call.failed(error))),
        }
    }
    if list.count() == 0 && format == Format::Table {
        say(format!("there are no billing profiles in {}", call.subject));
    }
    list.end()
}

/// The columns of a profile.
pub(crate) fn cells(profile: &BillingProfile) -> [Option<&str>; 5] {
    let properties = profile.properties.as_ref();
    let status = properties.and_then(|all| all.status.as_ref());
    [
        profile.name.as_deref(),
        properties.and_then(|all| all.display_name.as_deref()),
        properties.and_then(|all| all.po_number.as_deref()),
        properties.and_then(|all| all.currency.as_deref()),
        status.map(|status| status.as_str()),
    ]
}
