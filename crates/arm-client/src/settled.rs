//! Tells whether the profile in the response to an update is its result.

use billing_core::http::StatusCode;
use billing_core::pipeline::is_about;
use billing_core::{Error, Poller, Url};
use serde::de::DeserializeOwned;

use crate::common::{Document, Profile as _};
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

/// Refuses the result of an update that has created a profile: the one that was read, with this
/// `properties.systemId`, had been deleted in between. A PUT cannot tell the two apart, except by
/// an etag.
///
/// # Errors
/// That the profile [was recreated](Error::is_recreated), here or at the end of the operation.
pub(crate) fn require_same<T>(
    poller: Poller<T>,
    system_id: Option<String>,
) -> Result<Poller<T>, Error>
where
    T: Document + DeserializeOwned,
{
    poller.with_check(move |response| {
        let is_created = response.status() == StatusCode::CREATED;
        let is_same = match (&system_id, response.body().system_id()) {
            (Some(read), Some(now)) => read == now,
            _ => !is_created,
        };
        if is_same {
            return Ok(());
        }
        Err(response.recreated())
    })
}
