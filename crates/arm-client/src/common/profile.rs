//! Reads a billing profile of any api version.

use std::borrow::Cow;

use billing_models::AdditionalProperties;
use billing_models::arm::{v2019_10_01_preview, v2020_05_01, v2024_04_01};

use crate::common::address::Address;
use crate::common::profile::document::Document;

/// The members that a billing profile has in every api version.
pub trait Profile: Document {
    /// Returns the resource id.
    fn id(&self) -> Option<&str>;

    /// Returns the name in the resource id.
    fn name(&self) -> Option<&str>;

    /// Returns the name for people.
    fn display_name(&self) -> Option<&str>;

    /// Returns the purchase order number on the invoices.
    fn po_number(&self) -> Option<&str>;

    /// Returns whether invoices are sent by e-mail.
    fn invoice_email_opt_in(&self) -> Option<bool>;

    /// Returns the currency of the charges, such as `USD`.
    fn currency(&self) -> Option<&str>;

    /// Returns the day of the month of the invoice.
    fn invoice_day(&self) -> Option<i64>;

    /// Returns the status, such as `Active`.
    fn status(&self) -> Option<&str>;

    /// Returns the reason for the status.
    fn status_reason_code(&self) -> Option<&str>;

    /// Returns the spending limit: `On` or `Off`.
    fn spending_limit(&self) -> Option<&str>;

    /// Returns which services and purchases the profile pays, such as `Direct`.
    fn billing_relationship_type(&self) -> Option<&str>;

    /// Returns the billing address: `address` in 2019-10-01-preview, else `billTo`.
    fn address(&self) -> Option<Address<'_>>;

    /// Returns the SKU ids of the enabled Azure plans.
    fn azure_plan_sku_ids(&self) -> Vec<&str>;
}

pub(crate) mod document {
    //! What the client itself asks of a profile.

    use std::borrow::Cow;

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
        fn last_modified_at(&self) -> Option<Cow<'_, str>>;

        /// Returns the id that the service gives a profile once, unlike the name
        /// (`properties.systemId`).
        fn system_id(&self) -> Option<&str>;
    }
}

/// Returns a text among unknown members.
fn text(unknown: &AdditionalProperties, name: &str) -> Option<String> {
    Some(unknown.get(name)?.as_str()?.to_owned())
}

/// Implements [`Profile`] and [`Document`] for the profile of a version.
macro_rules! profile {
    (
        $version:ident {
            address: $address:ident;
            is_written_in_full: $in_full:literal;
            writable: $writable:expr;
            provisioning_state: $state:expr;
            last_modified_at: $modified:expr;
            system_id: $system_id:expr;
        }
    ) => {
        impl Profile for $version::BillingProfile {
            fn id(&self) -> Option<&str> {
                self.id.as_deref()
            }

            fn name(&self) -> Option<&str> {
                self.name.as_deref()
            }

            fn display_name(&self) -> Option<&str> {
                self.properties.as_ref()?.display_name.as_deref()
            }

            fn po_number(&self) -> Option<&str> {
                self.properties.as_ref()?.po_number.as_deref()
            }

            fn invoice_email_opt_in(&self) -> Option<bool> {
                self.properties.as_ref()?.invoice_email_opt_in
            }

            fn currency(&self) -> Option<&str> {
                self.properties.as_ref()?.currency.as_deref()
            }

            fn invoice_day(&self) -> Option<i64> {
                self.properties.as_ref()?.invoice_day
            }

            fn status(&self) -> Option<&str> {
                Some(self.properties.as_ref()?.status.as_ref()?.as_str())
            }

            fn status_reason_code(&self) -> Option<&str> {
                let properties = self.properties.as_ref()?;
                Some(properties.status_reason_code.as_ref()?.as_str())
            }

            fn spending_limit(&self) -> Option<&str> {
                Some(self.properties.as_ref()?.spending_limit.as_ref()?.as_str())
            }

            fn billing_relationship_type(&self) -> Option<&str> {
                let properties = self.properties.as_ref()?;
                Some(properties.billing_relationship_type.as_ref()?.as_str())
            }

            fn address(&self) -> Option<Address<'_>> {
                self.properties
                    .as_ref()?
                    .$address
                    .as_ref()
                    .map(Address::from)
            }

            fn azure_plan_sku_ids(&self) -> Vec<&str> {
                let properties = self.properties.as_ref();
                let plans = properties.and_then(|all| all.enabled_azure_plans.as_ref());
                let plans = plans.into_iter().flatten().flatten();
                plans.filter_map(|plan| plan.sku_id.as_deref()).collect()
            }
        }

        impl Document for $version::BillingProfile {
            const IS_WRITTEN_IN_FULL: bool = $in_full;

            fn writable(self) -> Self {
                let writable: fn(Self) -> Self = $writable;
                writable(self)
            }

            fn resource_type(&self) -> Option<&str> {
                self.type_.as_deref()
            }

            fn has_state(&self) -> bool {
                let has_state: fn(&$version::BillingProfileProperties) -> bool = $state;
                self.additional_properties.contains_key("status")
                    || self.properties.as_ref().is_some_and(has_state)
            }

            fn etag(&self) -> Option<String> {
                let unknown = &self.additional_properties;
                ["etag", "eTag"].iter().find_map(|name| text(unknown, name))
            }

            fn last_modified_at(&self) -> Option<Cow<'_, str>> {
                let modified: fn(&Self) -> Option<Cow<'_, str>> = $modified;
                modified(self)
            }

            fn system_id(&self) -> Option<&str> {
                let id: fn(&$version::BillingProfileProperties) -> Option<&str> = $system_id;
                self.properties.as_ref().and_then(id)
            }
        }
    };
}

profile! {
    v2019_10_01_preview {
        address: address;
        is_written_in_full: false;
        writable: |profile| profile;
        provisioning_state: |all| all.additional_properties.contains_key("provisioningState");
        last_modified_at: |_| None;
        system_id: |_| None;
    }
}

profile! {
    v2020_05_01 {
        address: bill_to;
        is_written_in_full: true;
        writable: v2020_05_01::BillingProfile::without_read_only;
        provisioning_state: |all| all.additional_properties.contains_key("provisioningState");
        last_modified_at: |_| None;
        system_id: |all| all.system_id.as_deref();
    }
}

profile! {
    v2024_04_01 {
        address: bill_to;
        is_written_in_full: true;
        writable: v2024_04_01::BillingProfile::without_read_only;
        provisioning_state: |all| all.provisioning_state.is_some();
        last_modified_at: |profile| {
            let data = profile.system_data.as_ref()?;
            Some(Cow::Borrowed(data.last_modified_at.as_deref()?))
        };
        system_id: |all| all.system_id.as_deref();
    }
}
