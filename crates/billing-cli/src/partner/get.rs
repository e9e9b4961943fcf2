//! `billing partner get`.

use partner_client::Accept;

use super::{call, open, print_profile};
use crate::args::global::Global;
use crate::failure::Failure;
use crate::render::print_preview;

pub(super) async fn run(customer_id: &str, accept: Accept, global: &Global) -> Result<(), Failure> {
    let target = open(global).await?;
    let call = call(&target, "get", customer_id);
    let mut get = target
        .partner()?
        .get_customer_billing_profile(customer_id)
        .with_accept(accept);
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
    let response = get.send().await.map_err(|error| call.failed(error))?;
    print_profile(&response, format)
}
