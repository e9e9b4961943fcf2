//! Whether and how the etag goes into a header.

use billing_core::Error;

/// What `If-Match` an update carries.
///
/// The how-to "Update a customer's billing profile" requires the header, its reference page does
/// not list it, and its samples do without: the tag is in the body's `attributes.etag` in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// The profile's own etag, if it has one; `*` is refused.
    #[default]
    WhenKnown,
    /// No header.
    Never,
    /// This tag; quotes are added where there are none, and `*` matches any.
    Tag(String),
}

impl IfMatch {
    /// The header's value, if there is to be one; `known` is the profile's own etag.
    ///
    /// # Errors
    /// Invalid input for a tag that is none. Nothing was sent.
    pub(crate) fn header(&self, known: Option<&str>) -> Result<Option<String>, Error> {
        let tag = match self {
            Self::Never => None,
            Self::Tag(tag) => Some(tag.as_str()),
            // The caller may say it; of a profile that was read it would guard nothing.
            Self::WhenKnown if known == Some("*") => {
                return Err(Error::invalid_input(
                    "the profile's etag is `*`, which would overwrite whatever is there: give the etag that was \
                     read, or choose IfMatch::Never",
                ));
            }
            Self::WhenKnown => known,
        };
        tag.map(entity_tag).transpose()
    }
}

/// An entity tag stands in double quotes, may be weak, and holds neither quotes nor spaces (RFC
/// 9110, section 8.8.3).
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
            "the etag cannot be sent as If-Match: a tag has neither spaces nor quotes inside nor \
             characters beyond ASCII, and is not empty",
        ));
    }
    Ok([weak, "\"", bare, "\""].concat())
}
