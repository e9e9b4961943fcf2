//! `billing partner customer`.

use super::{call, open};
use crate::args::global::{Format, Global};
use crate::document::{self, Path};
use crate::failure::Failure;
use crate::output::{print, show};
use crate::render::{self, Page, print_preview};

pub(super) async fn run(customer_id: &str, global: &Global) -> Result<(), Failure> {
    let target = open(global).await?;
    let mut call = call(&target, "get", customer_id);
    call.doing = format!("get {}", call.subject);
    let mut get = target.partner()?.get_customer(customer_id);
    if let Some(id) = global.request_id {
        get = get.with_request_id(id);
    }
    if let Some(id) = global.correlation_id {
        get = get.with_correlation_id(id);
    }
    let format = global.output.unwrap_or_default();
    if global.dry_run {
        let preview = get.preview().map_err(|error| call.failed(error))?;
        return print_preview(&preview, format);
    }
    let customer = get.send().await.map_err(|error| call.failed(error))?;
    match format {
        Format::Json => print(&render::json(customer.body())?),
        Format::Table => {
            let document = document::value(customer.body())?;
            show(render::members(&document, Path::to_string, Page::stdout()))
        }
    }
}
