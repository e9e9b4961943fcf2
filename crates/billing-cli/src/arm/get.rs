//! `billing arm get`.

use arm_client::Version;

use crate::args::global::Global;
use crate::arm::context::{open, print_profile, profile_context};
use crate::failure::Result;
use crate::render::print::print_preview;

pub(super) async fn run<V: Version>(
    account: &str,
    profile: &str,
    version: V,
    global: &Global,
) -> Result {
    let connection = open(global).await?;
    let context = profile_context::<V>(&connection, "get", account, profile);
    let client = connection.arm()?.with_api_version(version);
    let mut get = client.get_billing_profile(account, profile);
    if let Some(id) = global.request_id {
        get = get.with_request_id(id);
    }
    if global.dry_run {
        return print_preview(get.preview(), &context, global.format());
    }
    let response = get.send().await.map_err(|error| context.failed(error))?;
    print_profile(&response, global.format())
}
