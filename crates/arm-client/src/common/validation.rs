//! Reads the result of an address validation of any api version.

use billing_models::arm::{v2019_10_01_preview, v2020_05_01};

/// The members that the result of an address validation has in every api version that has it.
pub trait Validation {
    /// Returns whether the address can be used: `Valid` or `Invalid`.
    fn status(&self) -> Option<&str>;

    /// Returns what is wrong with the address.
    fn message(&self) -> Option<&str>;
}

/// Implements [`Validation`] for the results of versions.
macro_rules! validations {
    ($($version:ident)*) => {
        $(
            impl Validation for $version::ValidateAddressResponse {
                fn status(&self) -> Option<&str> {
                    Some(self.status.as_ref()?.as_str())
                }

                fn message(&self) -> Option<&str> {
                    self.validation_message.as_deref()
                }
            }
        )*
    };
}

validations!(v2019_10_01_preview v2020_05_01);
