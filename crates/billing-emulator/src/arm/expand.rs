//! The members that a read leaves out unless the request names them.

use std::borrow::Cow;

use serde_json::Value;

use crate::{context::Context, http::request::Request, store::resource::Resource};

pub(super) const PARAMETER: &str = "$expand";

/// Absent from recorded responses without `$expand`.
const EXPANDED: [&str; 2] = ["enabledAzurePlans", "invoiceSections"];

/// Returns the profile as a read shows it.
pub(super) fn read<'a>(
    context: &Context,
    request: &Request,
    profile: &'a Resource,
) -> Cow<'a, Value> {
    if !context.options.expand_on_request {
        return Cow::Borrowed(&profile.document);
    }
    let mut document = Value::clone(&profile.document);
    let expanded: Vec<_> = request
        .query(PARAMETER)
        .unwrap_or_default()
        .split(',')
        .map(|member| member.trim().to_ascii_lowercase())
        .collect();
    if let Some(Value::Object(properties)) = document.get_mut("properties") {
        for member in EXPANDED {
            if !expanded.contains(&member.to_ascii_lowercase()) {
                properties.remove(member);
            }
        }
    }
    Cow::Owned(document)
}
