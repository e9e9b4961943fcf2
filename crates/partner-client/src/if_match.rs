//! Whether and how the etag goes into a header.

use crate::models::CustomerBillingProfile;

/// What `If-Match` an update carries.
///
/// The how-to "Update a customer's billing profile" requires the header, its reference page does not
/// list it, and its samples do without: the tag is in the body's `attributes.etag` in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// The profile's own etag, if it has one.
    #[default]
    WhenKnown,
    /// No header.
    Never,
    /// This tag; quotes are added where they are missing, and `*` matches any.
    Tag(String),
}

impl IfMatch {
    /// The header's value: an entity tag stands in double quotes (RFC 9110, section 8.8.3).
    pub(crate) fn header(&self, profile: &CustomerBillingProfile) -> Option<String> {
        let tag = match self {
            Self::Never => return None,
            Self::Tag(tag) => tag.as_str(),
            Self::WhenKnown => profile.attributes.as_ref()?.etag.as_deref()?,
        };
        let is_ready = tag == "*" || tag.starts_with('"') || tag.starts_with("W/\"");
        Some(if is_ready {
            tag.to_owned()
        } else {
            format!("\"{tag}\"")
        })
    }
}
