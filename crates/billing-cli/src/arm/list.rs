//! `billing arm list`.

use arm_client::models::BillingProfile;

use crate::args::global::{Global, Output};
use crate::arm::context::open;
use crate::failure::Result;
use crate::operation::context::OperationContext;
use crate::output::escape::name;
use crate::output::page::Page;
use crate::output::stderr::say;
use crate::render::list::{Column, List};
use crate::render::print::print_preview;
use crate::shell::command_line;

/// The columns of the list.
pub(crate) const COLUMNS: [Column; 5] = [
    ("NAME", "name"),
    ("DISPLAY NAME", "properties.displayName"),
    ("PO NUMBER", "properties.poNumber"),
    ("CURRENCY", "properties.currency"),
    ("STATUS", "properties.status"),
];

pub(super) async fn run(account: &str, global: &Global) -> Result {
    let connection = open(global).await?;
    let subject = format!("billing account {}", name(account));
    let context = OperationContext::new(
        &connection,
        format!("list the billing profiles of {subject}"),
        subject,
        command_line("arm list", &[account], &connection.options),
    );
    let mut pager = connection.arm()?.list_billing_profiles(account);
    if let Some(id) = global.request_id {
        pager = pager.with_request_id(id);
    }
    if global.dry_run {
        return print_preview(pager.preview(), &context, global.format());
    }
    let output = global.output.unwrap_or(Output::Table);
    let mut list = List::new(COLUMNS, output, Page::stdout());
    loop {
        match pager.next_page().await {
            Ok(Some(page)) => list.print(page.body(), cells)?,
            Ok(None) => break,
            Err(error) => return Err(list.fail(context.failed(error))),
        }
    }
    if list.count == 0 && output == Output::Table {
        say(format!(
            "there are no billing profiles in {}",
            context.subject
        ));
    }
    list.end()
}

/// Returns the columns of a profile.
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
