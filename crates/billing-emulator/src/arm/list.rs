//! `GET` of the billing profiles of an account, in pages.

use serde_json::{Map, Value};

use crate::{
    arm::{
        error_response::{ErrorResponse, Result},
        response,
        selection::Selection,
        text::encode,
        view,
    },
    context::Context,
    contract::ApiVersion,
    http::request::Request,
    store::state::of_account,
};

pub(super) fn respond(
    context: &Context,
    request: &Request,
    account: &str,
    version: ApiVersion,
) -> Result {
    let selection = Selection::read(request, version)?;
    let state = context.state();
    let mut profiles = of_account(&state.profiles, account).peekable();
    let deleted = of_account(&state.deleted_profiles, account);
    let mut deleted = deleted.filter(|_| selection.include_deleted).peekable();
    if profiles.peek().is_none() && deleted.peek().is_none() {
        return Err(ErrorResponse::NotFound);
    }
    let selected = profiles
        .chain(deleted)
        .filter(|profile| selection.has(profile));
    let top = selection.top.unwrap_or(usize::MAX);
    let mut selected = selected.skip(selection.skip).take(top).peekable();
    let page_size = match context.options.page_size {
        0 => usize::MAX,
        size => size,
    };
    let page = selected
        .by_ref()
        .take(page_size)
        .map(|profile| view::read(context, request, version, profile).into_owned())
        .collect();
    let mut body = Map::new();
    body.insert("value".to_owned(), Value::Array(page));
    if selected.peek().is_some() {
        let expand = request
            .query(view::EXPAND)
            .map_or_else(String::new, |members| {
                format!("&{}={}", view::EXPAND, encode(members))
            });
        let next = format!(
            "{}/providers/Microsoft.Billing/billingAccounts/{}/billingProfiles?api-version={}{expand}{}",
            request.origin(&context.addresses.arm),
            encode(account),
            version.name(),
            selection.after(page_size),
        );
        body.insert("nextLink".to_owned(), next.into());
    }
    Ok(response::page(&Value::Object(body), version))
}
