//! Which etag of a profile can guard a write.

use billing_core::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::if_match::entity_tag;
use crate::models::CustomerBillingProfile;

/// Returns the profile's own etag, if it can guard a write.
///
/// An etag that is empty or that no header can carry guards nothing, and neither does `*`, which
/// matches any.
///
/// ```
/// use partner_client::models::{CustomerBillingProfile, ResourceAttributes};
/// use partner_client::usable_etag;
///
/// let mut profile = CustomerBillingProfile::default();
/// assert_eq!(usable_etag(&profile), None);
///
/// let mut attributes = ResourceAttributes::default();
/// attributes.etag = Some("\"17\"".to_owned());
/// profile.attributes = Some(attributes);
/// assert_eq!(usable_etag(&profile), Some("\"17\""));
/// ```
pub fn usable_etag(profile: &CustomerBillingProfile) -> Option<&str> {
    let etag = profile.attributes.as_ref()?.etag.as_deref()?;
    is_usable(etag).then_some(etag)
}

pub(crate) fn is_usable(etag: &str) -> bool {
    etag != "*" && entity_tag(etag).is_ok()
}

/// Adds the etag of the response's `ETag` header to a profile without a usable one. The service has
/// been seen to send it in the body alone.
pub(crate) fn with_header_etag(
    response: Response<CustomerBillingProfile>,
) -> Response<CustomerBillingProfile> {
    if usable_etag(response.body()).is_some() {
        return response;
    }
    let header = response.header("etag").map(str::trim);
    let Some(etag) = header.map(without_quotes).filter(|etag| is_usable(etag)) else {
        return response;
    };
    let etag = etag.to_owned();
    response.map(|mut profile| {
        profile.attributes.get_or_insert_default().etag = Some(etag);
        profile
    })
}

/// Removes the quotes of a strong tag, as the body has it.
fn without_quotes(tag: &str) -> &str {
    tag.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(tag)
}

/// Replaces an etag that is not text by `null` in a JSON body, and leaves every other byte as it
/// is.
pub(crate) fn without_invalid_etag(body: &[u8]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct Profile<'a> {
        #[serde(borrow)]
        attributes: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Attributes<'a> {
        #[serde(borrow)]
        etag: &'a RawValue,
    }
    let text = str::from_utf8(body).ok()?.trim_start_matches('\u{feff}');
    let profile: Profile<'_> = serde_json::from_str(text).ok()?;
    let attributes: Attributes<'_> = serde_json::from_str(profile.attributes.get()).ok()?;
    let invalid = attributes.etag.get();
    // The value borrows from the text, so its address is its position.
    let at = invalid.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let (before, rest) = (text.get(..at)?, text.get(at..)?.strip_prefix(invalid)?);
    Some([before, "null", rest].concat().into_bytes())
}
