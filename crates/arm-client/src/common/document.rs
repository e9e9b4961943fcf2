//! What the client itself asks of a profile.

use billing_models::AdditionalProperties;
use billing_models::arm::{v2019_10_01_preview, v2020_05_01, v2024_04_01};

/// A profile as the client handles it.
pub trait Document: Sized {
    /// Whether an update is a PUT of the full profile.
    const IS_WRITTEN_IN_FULL: bool;

    /// Returns the form in which the profile is written back.
    #[must_use]
    fn writable(self) -> Self;

    /// Returns the resource type.
    fn resource_type(&self) -> Option<&str>;

    /// Returns whether the profile says that it is still being changed, or may say so.
    fn has_state(&self) -> bool;

    /// Returns the etag in the profile itself, which no version documents.
    fn etag(&self) -> Option<String>;

    /// Returns when the profile was last changed (`systemData.lastModifiedAt`).
    fn last_modified_at(&self) -> Option<&str>;

    /// Returns the id that the service gives a profile once, unlike the name
    /// (`properties.systemId`).
    fn system_id(&self) -> Option<&str>;
}

fn etag(unknown: &AdditionalProperties) -> Option<String> {
    let text = |name| Some(unknown.get(name)?.as_str()?.to_owned());
    text("etag").or_else(|| text("eTag"))
}

impl Document for v2019_10_01_preview::BillingProfile {
    const IS_WRITTEN_IN_FULL: bool = false;

    fn writable(self) -> Self {
        self
    }

    fn resource_type(&self) -> Option<&str> {
        self.type_.as_deref()
    }

    fn has_state(&self) -> bool {
        let has_state = |all: &v2019_10_01_preview::BillingProfileProperties| {
            all.additional_properties.contains_key("provisioningState")
        };
        self.additional_properties.contains_key("status")
            || self.properties.as_ref().is_some_and(has_state)
    }

    fn etag(&self) -> Option<String> {
        etag(&self.additional_properties)
    }

    fn last_modified_at(&self) -> Option<&str> {
        None
    }

    fn system_id(&self) -> Option<&str> {
        None
    }
}

impl Document for v2020_05_01::BillingProfile {
    const IS_WRITTEN_IN_FULL: bool = true;

    fn writable(self) -> Self {
        self.without_read_only()
    }

    fn resource_type(&self) -> Option<&str> {
        self.type_.as_deref()
    }

    fn has_state(&self) -> bool {
        let has_state = |all: &v2020_05_01::BillingProfileProperties| {
            all.additional_properties.contains_key("provisioningState")
        };
        self.additional_properties.contains_key("status")
            || self.properties.as_ref().is_some_and(has_state)
    }

    fn etag(&self) -> Option<String> {
        etag(&self.additional_properties)
    }

    fn last_modified_at(&self) -> Option<&str> {
        None
    }

    fn system_id(&self) -> Option<&str> {
        self.properties.as_ref()?.system_id.as_deref()
    }
}

impl Document for v2024_04_01::BillingProfile {
    const IS_WRITTEN_IN_FULL: bool = true;

    fn writable(self) -> Self {
        self.without_read_only()
    }

    fn resource_type(&self) -> Option<&str> {
        self.type_.as_deref()
    }

    fn has_state(&self) -> bool {
        let has_state =
            |all: &v2024_04_01::BillingProfileProperties| all.provisioning_state.is_some();
        self.additional_properties.contains_key("status")
            || self.properties.as_ref().is_some_and(has_state)
    }

    fn etag(&self) -> Option<String> {
        etag(&self.additional_properties)
    }

    fn last_modified_at(&self) -> Option<&str> {
        self.system_data.as_ref()?.last_modified_at.as_deref()
    }

    fn system_id(&self) -> Option<&str> {
        self.properties.as_ref()?.system_id.as_deref()
    }
}
