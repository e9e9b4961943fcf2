//! The api versions that Azure Resource Manager serves.

/// The version of the profiles, and of an operation under its absolute address.
pub(super) const PROFILES: &str = "2019-10-01-preview";

/// The version in the relative form of a `Location`.
pub(super) const OPERATIONS: &str = "2018-05-31-preview";
