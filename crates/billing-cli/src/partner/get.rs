//! `billing partner get` and `billing partner customer`.

use billing_edit::Path;
use partner_client::Accept;

use crate::args::global::Global;
use crate::failure::Result;
use crate::partner::context::{open, profile_context, with_ids};
use crate::render::print::{print_document, print_preview};

pub(super) async fn run(customer_id: &str, accept: Accept, global: &Global) -> Result {
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

pub(super) async fn run_customer(customer_id: &str, global: &Global) -> Result {
    let connection = open(global).await?;
    let mut context = profile_context(&connection, "get", customer_id);
    context.action = format!("get {}", context.subject);
    let get = with_ids!(connection.partner()?.get_customer(customer_id), global);
    if global.dry_run {
        return print_preview(get.preview(), &context, global.format());
    }
    let customer = get.send().await.map_err(|error| context.failed(error))?;
    print_document(customer.body(), Path::to_string, global.format())
}
