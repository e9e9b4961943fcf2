//! The media types of Partner Center, and which of them to send and to accept.

use std::fmt;
use std::str::FromStr;

use billing_core::Error;

/// A media type that Partner Center both accepts and returns for a profile (reference page "Update
/// customer billing profile").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaType {
    /// `application/json`, which the how-to pages and all known clients use.
    #[default]
    Json,
    /// `text/json`, an older name of `application/json`.
    TextJson,
    /// `application/xml`; needs the feature `xml`.
    Xml,
    /// `text/xml`, an older name of `application/xml`; needs the feature `xml`.
    TextXml,
}

/// The media type of a request's body: one of [`MediaType`], or a form, which responses never have.
///
/// ```
/// use partner_client::{ContentType, MediaType};
///
/// assert_eq!(ContentType::from(MediaType::Xml), ContentType::Xml);
/// assert_eq!(ContentType::Form.to_string(), "application/x-www-form-urlencoded");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContentType {
    /// `application/json`.
    #[default]
    Json,
    /// `text/json`.
    TextJson,
    /// `application/xml`; needs the feature `xml`.
    Xml,
    /// `text/xml`; needs the feature `xml`.
    TextXml,
    /// `application/x-www-form-urlencoded`: `defaultAddress[city]=Redmond`. It cannot express an
    /// empty list or object; they are left out, and the service forgets them as any absent member.
    Form,
}

/// The media types that a response may have, in order of preference.
///
/// ```
/// use partner_client::{Accept, MediaType};
///
/// assert_eq!(Accept::default().to_string(), "application/json");
/// let either = Accept::from([MediaType::Xml, MediaType::Json]);
/// assert_eq!(either.to_string(), "application/xml, application/json;q=0.9");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept(Vec<MediaType>);

impl Accept {
    pub(super) fn is_json(&self) -> bool {
        matches!(*self.0, [MediaType::Json])
    }
}

impl MediaType {
    /// Returns the name as in a header: `application/json`.
    pub fn as_str(self) -> &'static str {
        ContentType::from(self).as_str()
    }
}

impl ContentType {
    /// Returns the name as in a header: `application/json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::TextJson => "text/json",
            Self::Xml => "application/xml",
            Self::TextXml => "text/xml",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

impl From<MediaType> for ContentType {
    fn from(media_type: MediaType) -> Self {
        match media_type {
            MediaType::Json => Self::Json,
            MediaType::TextJson => Self::TextJson,
            MediaType::Xml => Self::Xml,
            MediaType::TextXml => Self::TextXml,
        }
    }
}

impl From<MediaType> for Accept {
    fn from(media_type: MediaType) -> Self {
        Self(vec![media_type])
    }
}

impl<const N: usize> From<[MediaType; N]> for Accept {
    fn from(media_types: [MediaType; N]) -> Self {
        Self::from_iter(media_types)
    }
}

impl FromIterator<MediaType> for Accept {
    /// Collects the media types; a repeated one keeps its first position, and none means JSON.
    fn from_iter<I: IntoIterator<Item = MediaType>>(media_types: I) -> Self {
        let mut accepted = Vec::new();
        for media_type in media_types {
            if !accepted.contains(&media_type) {
                accepted.push(media_type);
            }
        }
        if accepted.is_empty() {
            return Self::default();
        }
        Self(accepted)
    }
}

impl Default for Accept {
    fn default() -> Self {
        Self::from(MediaType::default())
    }
}

/// Writes the header's value, in which each media type has less weight than the one before it (RFC
/// 9110, section 12.4.2).
impl fmt::Display for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, media_type) in self.0.iter().enumerate() {
            if index > 0 {
                // There are four media types, so the lowest weight is 0.7.
                write!(f, ", {media_type};q=0.{}", 10_usize.saturating_sub(index))?;
            } else {
                write!(f, "{media_type}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MediaType {
    type Err = Error;

    /// Reads a name such as `application/xml`, in any letter case.
    ///
    /// # Errors
    /// Invalid input for any other name; the message lists the known ones.
    fn from_str(name: &str) -> Result<Self, Error> {
        let all = [Self::Json, Self::TextJson, Self::Xml, Self::TextXml];
        find(name, all)
    }
}

impl FromStr for ContentType {
    type Err = Error;

    /// Reads a name such as `application/xml`, in any letter case.
    ///
    /// # Errors
    /// Invalid input for any other name; the message lists the known ones.
    fn from_str(name: &str) -> Result<Self, Error> {
        use MediaType::{Json, TextJson, TextXml, Xml};
        let all = [Json, TextJson, Xml, TextXml].map(Self::from);
        find(name, all.into_iter().chain([Self::Form]))
    }
}

/// Finds a media type by its name, in any letter case.
///
/// # Errors
/// Invalid input for any other name; the message lists the known ones.
fn find<T: fmt::Display>(name: &str, all: impl IntoIterator<Item = T>) -> Result<T, Error> {
    let mut names = Vec::new();
    for media_type in all {
        let known = media_type.to_string();
        if known.eq_ignore_ascii_case(name) {
            return Ok(media_type);
        }
        names.push(known);
    }
    Err(Error::invalid_input(format!(
        "the media type is unknown to Partner Center: use one of {}",
        names.join(", ")
    )))
}
