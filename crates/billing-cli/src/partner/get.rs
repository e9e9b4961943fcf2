//! `billing partner get`.

use partner_client::Accept;

use crate::args::global::Global;
use crate::document::Path;
use crate::failure::Failure;
use crate::partner::context::{open, profile_context, with_ids};
use crate::render::print::{print_document, print_preview};

pub(super) async fn run(customer_id: &str, accept: Accept, global: &Global) -> Result<(), Failure> {
    let connection = open(global).await?;
    let context = profile_context(&connection, "get", customer_id);
    let get = connection
        .partner()?
        .get_customer_billing_profile(customer_id)
        .with_accept(accept);
    let get = with_ids!(get, global);
    if global.dry_run {
        return print_preview(get.preview(), &context, global.format());
    }
    let profile = get.send().await.map_err(|error| context.failed(error))?;
    print_document(profile.body(), Path::to_string, global.format())
}
