//! The billing profiles of Azure Resource Manager as the emulator stores them.

use serde_json::{Value, json};

use crate::{
    contract::{self, ARM_BILLING_PROFILE, Nulls, ReadOnly},
    error::Error,
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
    let mut document = contract::read(object, ARM_BILLING_PROFILE, Nulls::Drop, ReadOnly::Keep)
        .map_err(|mismatch| {
            Error::invalid(format!("{place}, {}", mismatch.path), mismatch.reason)
        })?;
    let id =
        format!("/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles/{profile}");
    document.insert("id".to_owned(), id.as_str().into());
    document.insert("name".to_owned(), profile.into());
    document.insert("type".to_owned(), RESOURCE_TYPE.into());
    document.entry("properties").or_insert_with(|| json!({}));
    state.profiles.insert(
        ProfileKey::new(account, profile),
        Resource::new(Service::Arm, id, document),
    );
    Ok(())
}
