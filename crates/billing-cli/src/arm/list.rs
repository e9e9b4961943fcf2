//! `billing arm list`.

use arm_client::Version;
use arm_client::common::Profile;

use crate::args::global::{Global, Output};
use crate::arm::context::open;
use crate::arm::version;
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

pub(super) async fn run<V: Version>(account: &str, version: V, global: &Global) -> Result {
    let connection = open(global).await?;
    let subject = format!("billing account {}", name(account));
    let context = OperationContext::new(
        &connection,
        format!("list the billing profiles of {subject}"),
        subject,
        command_line(
            "arm list",
            &[account],
            &[
                connection.options.as_str(),
                &version::option::<V>(&connection),
            ]
            .concat(),
        ),
    );
    let mut pager = connection
        .arm()?
        .with_api_version(version)
        .list_billing_profiles(account);
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
pub(crate) fn cells(profile: &impl Profile) -> [Option<&str>; 5] {
    [
        profile.name(),
        profile.display_name(),
        profile.po_number(),
        profile.currency(),
        profile.status(),
    ]
}
