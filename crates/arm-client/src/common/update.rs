//! An update of a billing profile of any api version.

use std::fmt;

use billing_models::arm::{v2019_10_01_preview, v2020_05_01, v2024_04_01};

/// A member of an update: left unchanged, cleared, or set.
type Change<T> = Option<Option<T>>;

/// Implements the setters of members, three for each, as those of the models.
macro_rules! setters {
    ($update:ident { $($member:ident, $maybe:ident, $clear:ident: $value:ty;)* }) => {
        impl $update {
            $(
                #[doc = concat!("Sets the ", stringify!($member), ".")]
                #[must_use]
                pub fn $member(mut self, value: impl Into<$value>) -> Self {
                    self.$member = Some(Some(value.into()));
                    self
                }

                /// Sets the member if there is a value, and leaves it unchanged otherwise.
                #[must_use]
                pub fn $maybe(self, value: Option<impl Into<$value>>) -> Self {
                    match value {
                        Some(value) => self.$member(value),
                        None => self,
                    }
                }

                /// Clears the member: sends `null`.
                #[must_use]
                pub fn $clear(mut self) -> Self {
                    self.$member = Some(None);
                    self
                }
            )*
        }
    };
}

/// Defines the update of an address, and turns it into that of each version.
macro_rules! address_update {
    ([$($version:ident)*] $members:tt) => {
        address_update! { @type $members }
        $(address_update! { @from $version $members })*
    };
    (@type { $($member:ident, $maybe:ident, $clear:ident;)* }) => {
        /// An update of the billing address: members that no setter names stay as they are.
        ///
        /// ```
        /// use arm_client::common::{AddressUpdate, ProfileUpdate};
        ///
        /// let address = AddressUpdate::default().city("Tacoma").clear_address_line2();
        /// let update = ProfileUpdate::default().address(address);
        /// # drop(update);
        /// ```
        ///
        /// `Debug` shows no value.
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct AddressUpdate {
            $($member: Change<String>,)*
        }

        setters! { AddressUpdate { $($member, $maybe, $clear: String;)* } }
    };
    (@from $version:ident { $($member:ident, $maybe:ident, $clear:ident;)* }) => {
        impl From<AddressUpdate> for $version::AddressDetailsUpdate {
            fn from(update: AddressUpdate) -> Self {
                let mut address = Self::default();
                $(address.$member = update.$member;)*
                address
            }
        }
    };
}

address_update! {
    [v2019_10_01_preview v2020_05_01 v2024_04_01] {
        address_line1, maybe_address_line1, clear_address_line1;
        address_line2, maybe_address_line2, clear_address_line2;
        address_line3, maybe_address_line3, clear_address_line3;
        city, maybe_city, clear_city;
        company_name, maybe_company_name, clear_company_name;
        country, maybe_country, clear_country;
        first_name, maybe_first_name, clear_first_name;
        last_name, maybe_last_name, clear_last_name;
        postal_code, maybe_postal_code, clear_postal_code;
        region, maybe_region, clear_region;
    }
}

/// An update of the members that every api version lets one write: those that no setter names stay
/// as they are. It converts into the update of each version.
///
/// ```
/// use arm_client::common::ProfileUpdate;
/// use arm_client::models::v2020_05_01::BillingProfileUpdate;
///
/// let update = ProfileUpdate::default().po_number("PO-2041").clear_display_name();
/// assert_eq!(
///     serde_json::to_string(&BillingProfileUpdate::from(update))?,
///     r#"{"properties":{"displayName":null,"poNumber":"PO-2041"}}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// `Debug` shows no value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProfileUpdate {
    display_name: Change<String>,
    po_number: Change<String>,
    invoice_email_opt_in: Change<bool>,
    address: Change<AddressUpdate>,
    azure_plan_sku_ids: Change<Vec<String>>,
}

setters! {
    ProfileUpdate {
        display_name, maybe_display_name, clear_display_name: String;
        po_number, maybe_po_number, clear_po_number: String;
        invoice_email_opt_in, maybe_invoice_email_opt_in, clear_invoice_email_opt_in: bool;
        address, maybe_address, clear_address: AddressUpdate;
    }
}

impl ProfileUpdate {
    /// Sets the list of enabled Azure plans to those of these SKU ids.
    #[must_use]
    pub fn azure_plan_sku_ids(
        mut self,
        sku_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.azure_plan_sku_ids = Some(Some(sku_ids.into_iter().map(Into::into).collect()));
        self
    }

    /// Clears the list of enabled Azure plans: sends `null`.
    #[must_use]
    pub fn clear_azure_plan_sku_ids(mut self) -> Self {
        self.azure_plan_sku_ids = Some(None);
        self
    }
}

/// Turns the common update into that of each version, whose address has this name.
macro_rules! profile_update {
    ($($version:ident $address:ident;)*) => {
        $(
            impl From<ProfileUpdate> for $version::BillingProfileUpdate {
                fn from(update: ProfileUpdate) -> Self {
                    let mut properties = $version::BillingProfilePropertiesUpdate::default();
                    properties.display_name = update.display_name;
                    properties.po_number = update.po_number;
                    properties.invoice_email_opt_in = update.invoice_email_opt_in;
                    properties.$address = update.address.map(|address| address.map(Into::into));
                    let plan = |id: String| Some($version::AzurePlanUpdate::default().sku_id(id));
                    let plans = |ids: Vec<String>| ids.into_iter().map(plan).collect();
                    properties.enabled_azure_plans =
                        update.azure_plan_sku_ids.map(|ids| ids.map(plans));
                    Self::default().maybe_properties(
                        Some(properties).filter(|properties| *properties != Default::default()),
                    )
                }
            }
        )*
    };
}

profile_update! {
    v2019_10_01_preview address;
    v2020_05_01 bill_to;
    v2024_04_01 bill_to;
}

// The values are personal.
impl fmt::Debug for AddressUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressUpdate").finish_non_exhaustive()
    }
}

// The values are personal.
impl fmt::Debug for ProfileUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileUpdate").finish_non_exhaustive()
    }
}
