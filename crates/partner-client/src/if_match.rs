//! The `If-Match` header of an update.

use billing_core::Error;

/// The `If-Match` header that an update carries.
///
/// The how-to "Update a customer's billing profile" requires the header, its reference page does
/// not list it, and its samples do without. The etag is in the body's `attributes.etag` in any
/// case, and Microsoft's SDKs send it only there. Without the header, an update with a stale etag
/// in its body may be refused as well ([`Error::is_stale_etag`]); to overwrite any change of
/// someone else, send a profile without `attributes`:
///
/// ```
/// # use partner_client::{IfMatch, PartnerClient, models::CustomerBillingProfile};
/// # fn example(client: PartnerClient, customer_id: &str, mut profile: CustomerBillingProfile) {
/// profile.attributes = None;
/// let update = client.update_customer_billing_profile(customer_id, &profile);
/// let update = update.with_if_match(IfMatch::Never);
/// # drop(update);
/// # }
/// ```
///
/// An update of one version of the profile, whatever its body says:
///
/// ```no_run
/// # use partner_client::{Error, PartnerClient, models::CustomerBillingProfile};
/// use partner_client::IfMatch;
///
/// # async fn example(
/// #     client: PartnerClient,
/// #     customer_id: &str,
/// #     profile: CustomerBillingProfile,
/// # ) -> Result<(), Error> {
/// let update = client.update_customer_billing_profile(customer_id, &profile);
/// update.with_if_match(IfMatch::Tag("17".to_owned())).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IfMatch {
    /// The profile's own etag, if it has one; `*` is refused.
    #[default]
    WhenKnown,
    /// No header; the etag in the body stays.
    Never,
    /// This tag; missing quotes are added, and `*` matches any etag.
    Tag(String),
}

impl IfMatch {
    /// Returns the header's value, if there is one; `known` is the profile's own etag.
    ///
    /// # Errors
    /// Invalid input for a malformed tag. Nothing was sent.
    pub(crate) fn header(&self, known: Option<&str>) -> Result<Option<String>, Error> {
        let tag = match self {
            Self::Never => None,
            Self::Tag(tag) => Some(tag.as_str()),
            // The caller may choose `*`, but as the etag of a profile it would guard nothing.
            Self::WhenKnown if known == Some("*") => {
                return Err(Error::invalid_input(
                    "the profile's etag is `*`, which would overwrite any change: use the etag that was read, \
                     or choose IfMatch::Never",
                ));
            }
            Self::WhenKnown => known,
        };
        tag.map(entity_tag).transpose()
    }
}

/// Returns the tag in the form of a header: in double quotes, perhaps weak, with neither quotes nor
/// spaces inside (RFC 9110, section 8.8.3).
///
/// # Errors
/// Invalid input for a malformed tag. Nothing was sent.
pub(crate) fn entity_tag(tag: &str) -> Result<String, Error> {
    if tag == "*" {
        return Ok(tag.to_owned());
    }
    let (weak, opaque) = match tag.strip_prefix("W/") {
        Some(opaque) if opaque.starts_with('"') => ("W/", opaque),
        _ => ("", tag),
    };
    let bare = opaque
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(opaque);
    if bare.is_empty()
        || !bare
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"')
    {
        return Err(Error::invalid_input(
            "the etag cannot be sent as If-Match: a tag is not empty and has no spaces, no quotes inside, and \
             only ASCII characters",
        ));
    }
    Ok([weak, "\"", bare, "\""].concat())
}
