//! What the client itself asks of a profile.

use billing_models::AdditionalProperties;
use billing_models::arm::{v2019_10_01_preview, v2020_05_01, v2024_04_01};

/// A profile as the client handles it.
pub trait Document: Sized {
    /// Whether an update is a PUT of the full profile.
    const IS_WRITTEN_IN_FULL: bool;

    /// Returns the form in which the profile is written back.
    #[must_use]
    fn writable(self) -> Self {
        self
    }

    /// Returns the resource type.
    fn resource_type(&self) -> Option<&str>;

    /// Returns whether the profile says that it is still being changed, or may say so.
    fn has_state(&self) -> bool;

    /// Returns the etag in the profile itself, which no version documents.
    fn etag(&self) -> Option<String>;

    /// Returns when the profile was last changed (`systemData.lastModifiedAt`).
    fn last_modified_at(&self) -> Option<&str> {
        None
    }

    /// Returns the id that the service gives a profile once, unlike the name
    /// (`properties.systemId`).
    fn system_id(&self) -> Option<&str> {
        None
    }
}

fn etag(unknown: &AdditionalProperties) -> Option<String> {
    let text = |name| Some(unknown.get(name)?.as_str()?.to_owned());
    text("etag").or_else(|| text("eTag"))
}

/// Implements [`Document`] for the profiles of versions: what all have in common, and what `{…}`
/// has for one. The closure tells whether the properties say that the profile is being changed.
macro_rules! documents {
    ($($version:ident, |$properties:ident| $has_state:expr, { $($own:tt)* })*) => {
        $(
            impl Document for $version::BillingProfile {
                $($own)*

                fn resource_type(&self) -> Option<&str> {
                    self.type_.as_deref()
                }

                fn has_state(&self) -> bool {
                    let has_state = |$properties: &$version::BillingProfileProperties| $has_state;
                    self.additional_properties.contains_key("status")
                        || self.properties.as_ref().is_some_and(has_state)
                }

                fn etag(&self) -> Option<String> {
                    etag(&self.additional_properties)
                }
            }
        )*
    };
}

documents! {
    v2019_10_01_preview,
    |properties| properties.additional_properties.contains_key("provisioningState"),
    {
        const IS_WRITTEN_IN_FULL: bool = false;
    }

    v2020_05_01,
    |properties| properties.additional_properties.contains_key("provisioningState"),
    {
        const IS_WRITTEN_IN_FULL: bool = true;

        fn writable(self) -> Self {
            self.without_read_only()
        }

        fn system_id(&self) -> Option<&str> {
            self.properties.as_ref()?.system_id.as_deref()
        }
    }

    v2024_04_01,
    |properties| properties.provisioning_state.is_some(),
    {
        const IS_WRITTEN_IN_FULL: bool = true;

        fn writable(self) -> Self {
            self.without_read_only()
        }

        fn last_modified_at(&self) -> Option<&str> {
            self.system_data.as_ref()?.last_modified_at.as_deref()
        }

        fn system_id(&self) -> Option<&str> {
            self.properties.as_ref()?.system_id.as_deref()
        }
    }
}
