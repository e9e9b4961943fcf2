//! `billing partner list`.

use partner_client::models::Customer;
use partner_client::{CustomerField, CustomerFilter};

use super::open;
use crate::args::global::{Format, Global};
use crate::document::Path;
use crate::failure::Failure;
use crate::hint::Call;
use crate::output::say;
use crate::render::{List, Page, print_preview};

/// As many customers a page has; the service's own default.
const PAGE: u32 = 100;

/// What the list shows of a customer.
const TITLES: [&str; 3] = ["ID", "COMPANY NAME", "DOMAIN"];

pub(super) async fn run(
    filter: Option<String>,
    limit: Option<u32>,
    global: &Global,
) -> Result<(), Failure> {
    let target = open(global).await?;
    let call = Call {
        target: &target,
        doing: "list the customers".to_owned(),
        subject: "the list of customers".to_owned(),
        look: format!("billing partner list{}", target.options()),
        list: None,
        shorten: Path::to_string,
        before: None,
        request_id: None,
    };
    let limit = limit.unwrap_or(u32::MAX);
    let mut pager = target
        .partner()?
        .list_customers()
        .with_size(limit.min(PAGE));
    if let Some(name) = filter {
        let filter = CustomerFilter::starts_with(CustomerField::CompanyName, name);
        pager = pager.with_filter(filter);
    }
    if let Some(id) = global.request_id {
        pager = pager.with_request_id(id);
    }
    if let Some(id) = global.correlation_id {
        pager = pager.with_correlation_id(id);
    }
    let format = global.output.unwrap_or_default();
    if global.dry_run {
        let preview = pager.preview().map_err(|error| call.failed(error))?;
        return print_preview(&preview, format);
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut list = List::new(TITLES, format, Page::stdout());
    while list.count() < limit {
        let page = match pager.next_page().await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(error) => return Err(list.broken_off(call.failed(error))),
        };
        let left = limit.saturating_sub(list.count());
        let customers = page.body();
        list.print(customers.get(..left).unwrap_or(customers), cells)?;
    }
    if list.count() == 0 && format == Format::Table {
        say("there are no customers that fit");
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
