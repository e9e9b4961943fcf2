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

/// Returns whether the profile after an update is another one than that which was read, which had
/// been deleted in between: by the ids that the service gives a profile once, unlike its name, else
/// as the response says. A PUT cannot tell the two apart, except by an etag.
pub(crate) fn is_recreated(read: Option<&str>, now: Option<&str>, is_created: bool) -> bool {
    match (read, now) {
        (Some(read), Some(now)) => read != now,
        _ => is_created,
    }
}

/// Refuses the result of an update that has [created](is_recreated) a profile; the one that was
/// read has this `properties.systemId`.
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
        let now = response.body().system_id();
        if is_recreated(system_id.as_deref(), now, is_created) {
            return Err(response.recreated());
        }
        Ok(())
    })
}
