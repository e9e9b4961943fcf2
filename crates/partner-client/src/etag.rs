//! Which etag of a profile can guard a write.

use billing_core::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::if_match::entity_tag;
use crate::models::CustomerBillingProfile;

/// Returns the profile's own etag, if a write can be guarded by it.
///
/// An empty one, and one that no header can carry, guards nothing; `*` would match whatever is
/// there.
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

/// The response with the etag of its `ETag` header in a body that has no usable one. The service
/// has been seen to send it in the body alone.
pub(crate) fn taken_from_header(
    response: Response<CustomerBillingProfile>,
) -> Response<CustomerBillingProfile> {
    if usable_etag(response.body()).is_some() {
        return response;
    }
    let header = response.header("etag").map(str::trim);
    let Some(etag) = header.map(bare).filter(|etag| is_usable(etag)) else {
        return response;
    };
    let etag = etag.to_owned();
    response.map(|mut profile| {
        profile.attributes.get_or_insert_default().etag = Some(etag);
        profile
    })
}

/// A strong tag without its quotes, as the body has it.
fn bare(tag: &str) -> &str {
    tag.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(tag)
}

/// The same JSON with `null` as its etag, which is something else than a text. Every other byte
/// stays as it came.
pub(crate) fn without_odd_one(body: &[u8]) -> Option<Vec<u8>> {
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
    let odd = attributes.etag.get();
    // It is a part of the text.
    let at = odd.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let (before, rest) = (text.get(..at)?, text.get(at..)?.strip_prefix(odd)?);
    Some([before, "null", rest].concat().into_bytes())
}

/// The etag in a body that could not be read as a profile, so that a write's answer does not lose
/// it.
pub(crate) fn salvaged(body: &[u8]) -> Option<String> {
    let text = str::from_utf8(body).ok()?;
    let etag = match serde_json::from_str::<Salvaged>(text.trim_start_matches('\u{feff}')) {
        Ok(profile) => profile.attributes?.etag?,
        // In XML, whatever the prefix: `<Etag>` stands in `Attributes` alone.
        Err(_) => in_xml(text)?,
    };
    is_usable(&etag).then_some(etag)
}

#[derive(Deserialize)]
struct Salvaged {
    attributes: Option<Attributes>,
}

#[derive(Deserialize)]
struct Attributes {
    etag: Option<String>,
}

/// The text of the first element that is called `Etag`.
fn in_xml(text: &str) -> Option<String> {
    use quick_xml::events::Event;
    let mut xml = quick_xml::Reader::from_str(text);
    let mut is_inside = false;
    loop {
        match xml.read_event().ok()? {
            Event::Start(start) => {
                let name = start.local_name();
                is_inside = name.into_inner().eq_ignore_ascii_case("etag");
            }
            Event::Text(text) if is_inside => return Some(text.xml10_content().trim().to_owned()),
            Event::End(_) => is_inside = false,
            Event::Eof => return None,
            _ => {}
        }
    }
}
