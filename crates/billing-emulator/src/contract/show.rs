//! Shows a stored document as a version has it: only its members, under its names.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::contract::{schema::Schema, version::ApiVersion};

/// Returns a document as a version shows it. Members that no version knows are in all of them.
pub(crate) fn show<'a>(
    document: &'a Value,
    schema: &Schema,
    version: ApiVersion,
) -> Cow<'a, Value> {
    if is_shown_as_stored(document, schema, version) {
        Cow::Borrowed(document)
    } else {
        Cow::Owned(shown(document, schema, version))
    }
}

fn is_shown_as_stored(value: &Value, schema: &Schema, version: ApiVersion) -> bool {
    match value {
        Value::Object(object) => schema.iter().all(|member| {
            let Some(value) = object.get(member.name) else {
                return true;
            };
            member.is_in(Some(version))
                && member.name_in(Some(version)) == member.name
                && is_shown_as_stored(value, member.kind.schema(), version)
        }),
        Value::Array(items) => items
            .iter()
            .all(|item| is_shown_as_stored(item, schema, version)),
        _ => true,
    }
}

fn shown(value: &Value, schema: &Schema, version: ApiVersion) -> Value {
    match value {
        Value::Object(object) => {
            let mut shown_members = Map::new();
            for (name, value) in object {
                match schema.iter().find(|member| member.name == name) {
                    None => {
                        shown_members.insert(name.clone(), value.clone());
                    }
                    Some(member) if member.is_in(Some(version)) => {
                        let name = member.name_in(Some(version)).to_owned();
                        shown_members.insert(name, shown(value, member.kind.schema(), version));
                    }
                    Some(_) => {}
                }
            }
            shown_members.into()
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| shown(item, schema, version));
            items.collect()
        }
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::tables::ARM_BILLING_PROFILE;

    #[test]
    fn each_version_shows_its_members_under_its_names() {
        let document = json!({ "id": "1", "tags": { "a": "b" }, "unknown": { "address": 1 }, "properties": {
            "address": { "city": "Leeds", "email": "a@example.com", "isValidAddress": true },
            "shipTo": { "city": "York" }, "tags": { "c": "d" }, "systemId": "s",
            "enabledAzurePlans": [{ "skuId": "0001" }], "other": [{ "address": 1 }],
        } });
        let show = |version| show(&document, ARM_BILLING_PROFILE, version).into_owned();
        let oldest = json!({ "id": "1", "unknown": { "address": 1 }, "properties": {
            "address": { "city": "Leeds" },
            "enabledAzurePlans": [{ "skuId": "0001" }], "other": [{ "address": 1 }],
        } });
        assert_eq!(show(ApiVersion::V2019), oldest);
        let middle = json!({ "id": "1", "unknown": { "address": 1 }, "properties": {
            "billTo": { "city": "Leeds", "email": "a@example.com" },
            "tags": { "c": "d" }, "systemId": "s",
            "enabledAzurePlans": [{ "skuId": "0001" }], "other": [{ "address": 1 }],
        } });
        assert_eq!(show(ApiVersion::V2020), middle);
        let newest = json!({ "id": "1", "tags": { "a": "b" }, "unknown": { "address": 1 }, "properties": {
            "billTo": { "city": "Leeds", "email": "a@example.com", "isValidAddress": true },
            "shipTo": { "city": "York" }, "tags": { "c": "d" }, "systemId": "s",
            "enabledAzurePlans": [{ "skuId": "0001" }], "other": [{ "address": 1 }],
        } });
        assert_eq!(show(ApiVersion::V2024), newest);
        let stored = super::show(&oldest, ARM_BILLING_PROFILE, ApiVersion::V2019);
        assert!(matches!(stored, Cow::Borrowed(_)), "nothing is copied");
    }
}
