//! What a read leaves out unless it is asked for.

use serde_json::Value;

use crate::{
    call::Call,
    state::{Context, Resource},
};

pub(super) const PARAMETER: &str = "$expand";

/// Absent from recorded answers without `$expand`.
const EXPANDED: [&str; 2] = ["enabledAzurePlans", "invoiceSections"];

/// The profile as a read answers it.
pub(super) fn read(context: &Context, call: &Call, profile: &Resource) -> Value {
    let mut document = profile.document.clone();
    if !context.options.expands_on_request {
        return document;
    }
    let asked: Vec<_> = call
        .query(PARAMETER)
        .unwrap_or_default()
        .split(',')
        .map(|member| member.trim().to_ascii_lowercase())
        .collect();
    if let Some(Value::Object(properties)) = document.get_mut("properties") {
        for member in EXPANDED {
            if !asked.contains(&member.to_ascii_lowercase()) {
                properties.remove(member);
            }
        }
    }
    document
}
