//! The api versions that Azure Resource Manager serves, as text.

use crate::contract::ApiVersion;

/// The versions of the profiles, as `api-supported-versions` lists them.
pub(super) const SUPPORTED: &str = "2019-10-01-preview, 2020-05-01, 2024-04-01";

/// The version in the relative form of a `Location`.
pub(super) const OPERATIONS: &str = "2018-05-31-preview";

/// Lists versions as the front door's errors do.
pub(super) fn list(versions: impl Iterator<Item = ApiVersion>) -> String {
    let names: Vec<_> = versions.map(ApiVersion::name).collect();
    names.join(",")
}
