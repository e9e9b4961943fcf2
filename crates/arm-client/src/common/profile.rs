//! Reads a billing profile of any api version.

use billing_models::arm::{v2019_10_01_preview, v2020_05_01, v2024_04_01};

use crate::common::address::Address;
use crate::common::document::Document;

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

/// Implements [`Profile`] for the profiles of versions, whose address has this name.
macro_rules! profiles {
    ($($version:ident $address:ident;)*) => {
        $(
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
        )*
    };
}

profiles! {
    v2019_10_01_preview address;
    v2020_05_01 bill_to;
    v2024_04_01 bill_to;
}
