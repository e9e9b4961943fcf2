//! What a read of a version shows of a stored profile.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::{
    context::Context,
    contract::{self, ARM_BILLING_PROFILE, ApiVersion},
    http::request::Request,
    store::resource::Resource,
};

pub(super) const EXPAND: &str = "$expand";

/// The members that recorded responses of 2019-10-01-preview have only with `$expand`.
const EXPANDED: [&str; 2] = ["enabledAzurePlans", "invoiceSections"];

const SECTIONS: &str = "invoiceSections";

/// Returns the profile as a read shows it, with the members that `$expand` names.
pub(super) fn read<'a>(
    context: &Context,
    request: &Request,
    version: ApiVersion,
    profile: &'a Resource,
) -> Cow<'a, Value> {
    let mut document = whole(version, profile);
    let left_out: &[&str] = match version {
        ApiVersion::V2019 if context.options.expand_on_request => &EXPANDED,
        // The examples of 2020-05-01 have plans in every response, and sections with `$expand`
        // only.
        ApiVersion::V2020 => &[SECTIONS],
        ApiVersion::V2019 | ApiVersion::V2024 => &[],
    };
    let mut left_out = left_out
        .iter()
        .filter(|member| !is_expanded(request, member))
        .peekable();
    if left_out.peek().is_some()
        && let Some(Value::Object(properties)) = document.to_mut().get_mut("properties")
    {
        for member in left_out {
            properties.remove(*member);
        }
    }
    document
}

/// Returns the profile with every member that the version has, as recorded after a write.
pub(super) fn whole(version: ApiVersion, profile: &Resource) -> Cow<'_, Value> {
    let mut document = contract::show(&profile.document, ARM_BILLING_PROFILE, version);
    if version > ApiVersion::V2019 {
        complete(version, document.to_mut());
    }
    document
}

/// Adds the ids that the later versions have: recorded ones are the names that the service gave.
fn complete(version: ApiVersion, document: &mut Value) {
    add_system_id(document);
    let sections = document.pointer_mut("/properties/invoiceSections");
    if let (Some(sections), ApiVersion::V2020) = (sections, version) {
        sections
            .as_array_mut()
            .into_iter()
            .flatten()
            .for_each(add_system_id);
        *sections = json!({ "hasMoreResults": false, "value": sections.take() });
    }
}

fn add_system_id(resource: &mut Value) {
    let name = resource.get("name").cloned();
    let properties = resource
        .get_mut("properties")
        .and_then(Value::as_object_mut);
    if let (Some(name), Some(properties)) = (name, properties) {
        properties.entry("systemId").or_insert(name);
    }
}

fn is_expanded(request: &Request, member: &str) -> bool {
    let expanded = request.query(EXPAND).unwrap_or_default().split(',');
    expanded
        .map(str::trim)
        .any(|expanded| expanded.eq_ignore_ascii_case(member))
}
