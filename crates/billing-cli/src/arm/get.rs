//! `billing arm get`.

use crate::args::global::Global;
use crate::arm::context::{open, print_profile, profile_context};
use crate::failure::Result;
use crate::render::print::print_preview;

pub(super) async fn run(account: &str, profile: &str, global: &Global) -> Result {
    let connection = open(global).await?;
    let context = profile_context(&connection, "get", account, profile);
    let mut get = connection.arm()?.get_billing_profile(account, profile);
    if let Some(id) = global.request_id {
        get = get.with_request_id(id);
    }
    if global.dry_run {
        return print_preview(get.preview(), &context, global.format());
    }
    let response = get.send().await.map_err(|error| context.failed(error))?;
    print_profile(&response, global.format())
}
