//! `billing partner list`.

use partner_client::models::Customer;
use partner_client::{CustomerField, CustomerFilter};

use crate::args::global::{Global, Output};
use crate::failure::Result;
use crate::operation::context::OperationContext;
use crate::output::page::Page;
use crate::output::stderr::say;
use crate::partner::context::{open, with_ids};
use crate::render::list::{Column, List};
use crate::render::print::print_preview;

/// The number of customers on a page; the default of the service.
const PAGE: u32 = 100;

/// The columns of the list.
const COLUMNS: [Column; 3] = [
    ("ID", "id"),
    ("COMPANY NAME", "companyProfile.companyName"),
    ("DOMAIN", "companyProfile.domain"),
];

pub(super) async fn run(filter: Option<String>, limit: Option<u32>, global: &Global) -> Result {
    let connection = open(global).await?;
    let context = OperationContext::new(
        &connection,
        "list the customers",
        "the list of customers",
        format!("billing partner list{}", connection.options),
    );
    let limit = limit.unwrap_or(u32::MAX);
    let mut pager = connection
        .partner()?
        .list_customers()
        .with_size(limit.min(PAGE));
    if let Some(name) = filter {
        let filter = CustomerFilter::starts_with(CustomerField::CompanyName, name);
        pager = pager.with_filter(filter);
    }
    let mut pager = with_ids!(pager, global);
    if global.dry_run {
        return print_preview(pager.preview(), &context, global.format());
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let output = global.output.unwrap_or(Output::Table);
    let mut list = List::new(COLUMNS, output, Page::stdout());
    while list.count < limit {
        let page = match pager.next_page().await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(error) => return Err(list.fail(context.failed(error))),
        };
        let left = limit.saturating_sub(list.count);
        let customers = page.body();
        list.print(customers.get(..left).unwrap_or(customers), cells)?;
    }
    if list.count == 0 && output == Output::Table {
        say("no customers match");
    }
    list.end()
}

fn cells(customer: &Customer) -> [Option<&str>; 3] {
    let company = customer.company_profile.as_ref();
    [
        customer.id.as_deref(),
        company.and_then(|all| all.company_name.as_deref()),
        company.and_then(|all| all.domain.as_deref()),
    ]
}
