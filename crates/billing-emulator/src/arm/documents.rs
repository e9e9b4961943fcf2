//! The billing profiles of Azure Resource Manager as the emulator stores them.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::{
    clock,
    contract::{self, ARM_BILLING_PROFILE, Reading},
    error::Error,
    ids::IdGenerator,
    service::Service,
    store::{
        resource::{ProfileKey, Resource},
        state::State,
    },
};

const RESOURCE_TYPE: &str = "Microsoft.Billing/billingAccounts/billingProfiles";

/// Adds a billing profile, or replaces the existing one.
pub(crate) fn add(
    state: &mut State,
    account: &str,
    profile: &str,
    resource: Value,
) -> Result<(), Error> {
    let place = format!("billing profile {account}/{profile}");
    if account.is_empty() || profile.is_empty() {
        return Err(Error::invalid(&place, "neither name may be empty"));
    }
    let Value::Object(object) = resource else {
        return Err(Error::invalid(&place, "the resource must be an object"));
    };
    if let Some(name) = contract::misplaced(&object, ARM_BILLING_PROFILE, "properties") {
        let place = format!("{place}, {name}");
        return Err(Error::invalid(place, "must be in the member `properties`"));
    }
    let mut document =
        contract::read(object, ARM_BILLING_PROFILE, Reading::STORED).map_err(|mismatch| {
            Error::invalid(format!("{place}, {}", mismatch.path), mismatch.reason)
        })?;
    document.entry("properties").or_insert_with(|| json!({}));
    let resource = named(account, profile, document);
    state
        .profiles
        .insert(ProfileKey::new(account, profile), resource);
    Ok(())
}

/// Gives a document its id, its name and its type.
fn named(account: &str, profile: &str, mut document: Map<String, Value>) -> Resource {
    let id =
        format!("/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles/{profile}");
    document.insert("id".to_owned(), id.as_str().into());
    document.insert("name".to_owned(), profile.into());
    document.insert("type".to_owned(), RESOURCE_TYPE.into());
    Resource::new(Service::Arm, id, document)
}

/// What a new profile is made of.
pub(super) struct NewProfile<'a> {
    pub(super) account: &'a str,
    pub(super) name: &'a str,
    /// The members of the request, under their stored names.
    pub(super) sent: Map<String, Value>,
    /// Another profile of the account.
    pub(super) sibling: &'a Value,
    pub(super) now: SystemTime,
}

/// Creates a profile with the members that the service writes itself: those of the recorded
/// response to a creation (azure-sdk-for-net, `CreateBillingProfileTest`), with the values of the
/// account's other profiles. It has one invoice section, with the display name of the profile.
pub(super) fn create(ids: &IdGenerator, new: NewProfile<'_>) -> Resource {
    let NewProfile {
        account,
        name,
        sent: mut document,
        sibling,
        now,
    } = new;
    let [system_id, section] = [("profile", "BG7"), ("section", "PJA")].map(|(purpose, kind)| {
        let id = ids
            .guid(&format!("{purpose} {account}/{name}"), 0)
            .simple()
            .to_string();
        let id = id.to_uppercase();
        let (first, rest) = id.split_at(4);
        format!("{first}-{}-{kind}-PGB", rest.get(..4).unwrap_or_default())
    });
    if let Some(Value::Object(properties)) = document.get_mut("properties") {
        let display_name = properties
            .get("displayName")
            .cloned()
            .unwrap_or(name.into());
        let section = json!({
            "id": format!(
                "/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles/{name}/invoiceSections/{section}"
            ),
            "name": section,
            "type": "Microsoft.Billing/billingAccounts/billingProfiles/invoiceSections",
            "properties": { "displayName": display_name, "state": "Active" },
        });
        let of_sibling = |member: &str, otherwise: Value| {
            let found = sibling.pointer(&format!("/properties/{member}"));
            found.cloned().unwrap_or(otherwise)
        };
        for (member, value) in [
            (
                "billingRelationshipType",
                of_sibling("billingRelationshipType", "Direct".into()),
            ),
            ("currency", of_sibling("currency", "USD".into())),
            ("displayName", display_name.clone()),
            ("hasReadAccess", true.into()),
            ("invoiceDay", of_sibling("invoiceDay", 5.into())),
            ("invoiceEmailOptIn", false.into()),
            ("invoiceSections", json!([section])),
            ("spendingLimit", "Off".into()),
            ("status", "Active".into()),
            ("systemId", system_id.into()),
            ("targetClouds", json!([])),
        ] {
            properties.entry(member).or_insert(value);
        }
    }
    let now = clock::milliseconds(now);
    let system_data = json!({ "createdAt": now, "lastModifiedAt": now });
    document.entry("systemData").or_insert(system_data);
    named(account, name, document)
}

/// Adds the descriptions of plans that were not enabled before, as recorded.
pub(super) fn describe_plans(members: &mut Map<String, Value>, stored: Option<&Value>) {
    let is_known = |sku: &Value| {
        let plans = stored.and_then(|stored| stored.pointer("/properties/enabledAzurePlans"));
        let plans = plans.and_then(Value::as_array).into_iter().flatten();
        plans.into_iter().any(|plan| plan.get("skuId") == Some(sku))
    };
    let properties = members.get_mut("properties");
    let plans = properties.and_then(|all| all.get_mut("enabledAzurePlans")?.as_array_mut());
    for plan in plans.into_iter().flatten().filter_map(Value::as_object_mut) {
        let Some(sku) = plan.get("skuId").filter(|sku| !is_known(sku)) else {
            continue;
        };
        let description = match sku.as_str() {
            Some("0001") => "Microsoft Azure Plan",
            Some("0002") => "Microsoft Azure Plan for DevTest",
            _ => continue,
        };
        plan.entry("skuDescription").or_insert(description.into());
    }
}
