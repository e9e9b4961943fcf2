//! The api versions of the service, and what the client has to know of each.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::common::{Address, Profile, ProfileUpdate, Validation};

/// An api version: its name on the wire and its types.
///
/// The versions are listed in [`ApiVersion`]. A function over any of them names the types as
/// `V::BillingProfile`; [`Profile`] and [`ProfileUpdate`] have what is common to all:
///
/// ```no_run
/// use arm_client::common::{AddressUpdate, Profile, ProfileUpdate};
/// use arm_client::{ArmClient, Error, Version};
///
/// async fn move_to<V: Version>(
///     client: &ArmClient<V>,
///     account: &str,
///     profile: &str,
///     city: &str,
/// ) -> Result<(), Error> {
///     let address = AddressUpdate::default().city(city);
///     let update = ProfileUpdate::default().address(address).into();
///     let updated = client.update_billing_profile(account, profile, &update).await?;
///     println!("{:?} in {}", updated.body().display_name(), V::NAME);
///     Ok(())
/// }
/// ```
pub trait Version: private::Sealed + Copy + Debug + Send + Sync + 'static {
    /// The name on the wire, such as `2024-04-01`.
    const NAME: &'static str;

    /// A billing profile as this version has it.
    type BillingProfile: Profile
        + Serialize
        + DeserializeOwned
        + Clone
        + Debug
        + PartialEq
        + Send
        + Sync
        + 'static;

    /// An update: each writable member is left unchanged, cleared or set.
    type BillingProfileUpdate: From<ProfileUpdate>
        + Serialize
        + DeserializeOwned
        + Clone
        + Debug
        + Default
        + PartialEq
        + Send
        + Sync
        + 'static;
}

/// An api version whose `$expand` adds members to a profile: all before 2024-04-01.
pub trait Expand: Version {}

/// An api version whose addresses can be validated: all before 2024-04-01.
pub trait AddressValidation: Version {
    /// An address to validate; that of a [profile](Profile::address) converts into it.
    type AddressDetails: for<'a> From<Address<'a>>
        + Serialize
        + Clone
        + Debug
        + Default
        + PartialEq
        + Send
        + Sync
        + 'static;

    /// Whether the address can be used, and if not, why.
    type ValidateAddressResponse: Validation
        + DeserializeOwned
        + Clone
        + Debug
        + PartialEq
        + Send
        + Sync
        + 'static;
}

/// An api version that lists what the caller may do with a profile: all before 2024-04-01.
pub trait BillingPermissions: Version {
    /// What the caller may do.
    type BillingPermissionsProperties: DeserializeOwned
        + Clone
        + Debug
        + PartialEq
        + Send
        + Sync
        + 'static;
}

/// The api versions, for [`ArmClient::with_api_version`](crate::ArmClient::with_api_version).
///
/// To choose one at run time, compare its name:
///
/// ```no_run
/// # use arm_client::{ArmClient, Error};
/// use arm_client::{ApiVersion, V2020_05_01, V2024_04_01, Version};
///
/// # async fn show<V: Version>(_: ArmClient<V>) -> Result<(), Error> { Ok(()) }
/// # async fn example(client: ArmClient, name: &str) -> Result<(), Error> {
/// match name {
///     V2020_05_01::NAME => show(client.with_api_version(ApiVersion::V2020_05_01)).await,
///     V2024_04_01::NAME => show(client.with_api_version(ApiVersion::V2024_04_01)).await,
///     _ => show(client).await,
/// }
/// # }
/// ```
#[derive(Debug)]
pub enum ApiVersion {}

/// Defines the marker of each version and its constant.
macro_rules! versions {
    ($($(#[$attribute:meta])* $version:ident, $constant:ident, $name:literal, $models:ident;)*) => {
        $(
            $(#[$attribute])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub struct $version;

            impl private::Sealed for $version {}

            impl Version for $version {
                const NAME: &'static str = $name;
                type BillingProfile = billing_models::arm::$models::BillingProfile;
                type BillingProfileUpdate = billing_models::arm::$models::BillingProfileUpdate;
            }
        )*

        impl ApiVersion {
            /// The names of all versions, the oldest first.
            pub const NAMES: [&'static str; [$($name),*].len()] = [$($name),*];

            $(
                #[doc = concat!("Api version `", $name, "`.")]
                pub const $constant: $version = $version;
            )*
        }
    };
}

versions! {
    /// Api version `2019-10-01-preview`, the default: a PATCH updates a profile in part.
    V2019_10_01Preview, V2019_10_01_PREVIEW, "2019-10-01-preview", v2019_10_01_preview;
    /// Api version `2020-05-01`: a PUT writes the full profile.
    V2020_05_01, V2020_05_01, "2020-05-01", v2020_05_01;
    /// Api version `2024-04-01`: a PUT writes the full profile, and a profile can be deleted.
    V2024_04_01, V2024_04_01, "2024-04-01", v2024_04_01;
}

/// Gives versions what 2024-04-01 does not have.
macro_rules! before_2024_04_01 {
    ($($version:ident, $models:ident;)*) => {
        $(
            impl Expand for $version {}

            impl AddressValidation for $version {
                type AddressDetails = billing_models::arm::$models::AddressDetails;
                type ValidateAddressResponse = billing_models::arm::$models::ValidateAddressResponse;
            }

            impl BillingPermissions for $version {
                type BillingPermissionsProperties =
                    billing_models::arm::$models::BillingPermissionsProperties;
            }
        )*
    };
}

before_2024_04_01! {
    V2019_10_01Preview, v2019_10_01_preview;
    V2020_05_01, v2020_05_01;
}

mod private {
    /// Keeps other crates from adding versions, which this client would not know.
    pub trait Sealed {}
}
