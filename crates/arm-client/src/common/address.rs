//! The billing address of a profile.

use std::fmt;

use billing_models::arm::{v2019_10_01_preview, v2020_05_01, v2024_04_01};

/// Defines the view with its members, and takes it from the address of each version.
macro_rules! address {
    ([$($version:ident)*] $members:tt) => {
        address! { @view $members }
        $(address! { @from $version $members })*
    };
    (@view { $($(#[$attribute:meta])* $member:ident)* }) => {
        /// A billing address: what api version 2019-10-01-preview calls `address`, and later ones
        /// call `billTo`.
        ///
        /// It has the members that all versions have; the models have the others. It converts into
        /// the `AddressDetails` of each version. `Debug` shows only the country.
        #[derive(Clone, Copy, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Address<'a> {
            $($(#[$attribute])* pub $member: Option<&'a str>,)*
        }
    };
    (@from $version:ident { $($(#[$attribute:meta])* $member:ident)* }) => {
        impl<'a> From<&'a $version::AddressDetails> for Address<'a> {
            fn from(address: &'a $version::AddressDetails) -> Self {
                Self { $($member: address.$member.as_deref(),)* }
            }
        }

        impl From<Address<'_>> for $version::AddressDetails {
            fn from(address: Address<'_>) -> Self {
                let mut details = Self::default();
                $(details.$member = address.$member.map(str::to_owned);)*
                details
            }
        }
    };
}

address! {
    [v2019_10_01_preview v2020_05_01 v2024_04_01] {
        /// The first line.
        address_line1
        /// The second line.
        address_line2
        /// The third line.
        address_line3
        /// The city.
        city
        /// The name of the company.
        company_name
        /// The country, as two letters (ISO 3166-1).
        country
        /// The first name.
        first_name
        /// The last name.
        last_name
        /// The postal code.
        postal_code
        /// The region, such as a state.
        region
    }
}

// An address is personal.
impl fmt::Debug for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("country", &self.country)
            .finish_non_exhaustive()
    }
}
