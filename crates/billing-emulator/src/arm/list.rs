//! `GET` of the billing profiles of an account, in pages.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::{
    arm::{
        error_response::{ErrorResponse, Result},
        response, view,
    },
    context::Context,
    contract::ApiVersion,
    http::request::Request,
    store::resource::ProfileKey,
};

/// The parameter of the next page: the number of profiles on the pages before it.
const SKIP_TOKEN: &str = "$skiptoken";

/// The characters that are not encoded in a path segment: the unreserved ones, and the colon, which
/// the service leaves raw in account names.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

pub(super) fn respond(
    context: &Context,
    request: &Request,
    account: &str,
    version: ApiVersion,
) -> Result {
    let skip = match request.parameter(SKIP_TOKEN) {
        Some(token) => read(token).ok_or(ErrorResponse::SkipTokenInvalid)?,
        None => 0,
    };
    let first = ProfileKey::new(account, "");
    let state = context.state();
    let mut profiles = state
        .profiles
        .range(&first..)
        .take_while(|(found, _)| found.account == first.account)
        .map(|(_, profile)| profile)
        .peekable();
    if profiles.peek().is_none() {
        return Err(ErrorResponse::NotFound);
    }
    let mut profiles = profiles.skip(skip).peekable();
    let page_size = match context.options.page_size {
        0 => usize::MAX,
        size => size,
    };
    let page = profiles
        .by_ref()
        .take(page_size)
        .map(|profile| view::read(context, request, version, profile).into_owned())
        .collect();
    let mut body = Map::new();
    body.insert("value".to_owned(), Value::Array(page));
    if profiles.peek().is_some() {
        let expand = request
            .query(view::EXPAND)
            .map_or_else(String::new, |members| {
                format!("&{}={}", view::EXPAND, encode(members))
            });
        let next = format!(
            "{}/providers/Microsoft.Billing/billingAccounts/{}/billingProfiles?api-version={}{expand}&{SKIP_TOKEN}={}",
            request.origin(&context.addresses.arm),
            encode(account),
            version.name(),
            skip.saturating_add(page_size),
        );
        body.insert("nextLink".to_owned(), next.into());
    }
    Ok(response::page(&Value::Object(body), version))
}

fn read(token: &str) -> Option<usize> {
    let is_one = token.len() < 10 && token.bytes().all(|digit| digit.is_ascii_digit());
    is_one.then(|| token.parse().ok())?
}

pub(super) fn encode(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}
