//! Tells whether the profile in the response to an update is its result.

use billing_core::Url;
use billing_core::pipeline::is_about;

use crate::common::{Document as _, Profile as _};
use crate::version::Version;

/// The name of an update in traces.
pub(crate) const OPERATION: &str = "UpdateBillingProfile";

/// Returns whether the profile is the one at `url`, and no member of it could mean that the service
/// is still changing it.
pub(crate) fn is_settled<V: Version>(profile: &V::BillingProfile, url: &Url) -> bool {
    let is_requested = is_about(url, profile.id(), profile.name());
    let is_profile =
        profile.id().is_some() || profile.name().is_some() || profile.resource_type().is_some();
    is_requested && is_profile && !profile.has_state()
}
