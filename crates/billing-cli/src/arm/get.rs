//! `billing arm get`.

use super::{call, open, print_profile};
use crate::args::global::Global;
use crate::failure::Failure;
use crate::render::print_preview;

pub(super) async fn run(account: &str, profile: &str, global: &Global) -> Result<(), Failure> {
    let target = open(global).await?;
    let call = call(&target, "get", account, profile);
    let mut get = target.arm()?.get_billing_profile(account, profile);
    if let Some(id) = global.request_id {
        get = get.with_request_id(id);
    }
    let format = global.output.unwrap_or_default();
    if global.dry_run {
        let preview = get.preview().map_err(|error| call.failed(error))?;
        return print_preview(&preview, format);
    }
    let response = get.send().await.map_err(|error| call.failed(error))?;
    print_profile(&response, format)
}
