//! The media types that Partner Center knows, and which of them to send and to ask for.

use std::fmt;
use std::str::FromStr;

use billing_core::Error;

/// A media type in which Partner Center both takes and gives a profile (its reference page "Update customer billing
/// profile").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `application/json`, which its how-to pages and all known clients use.
    #[default]
    Json,
    /// `text/json`: the same under an older name.
    TextJson,
    /// `application/xml`.
    Xml,
    /// `text/xml`: the same under an older name.
    TextXml,
}

/// The media type of a request's body: one of [`MediaType`], or a form, which no answer can be.
///
/// ```
/// use partner_client::{ContentType, MediaType};
///
/// assert_eq!(ContentType::from(MediaType::Xml), ContentType::Xml);
/// assert_eq!(ContentType::Form.to_string(), "application/x-www-form-urlencoded");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// `application/json`.
    #[default]
    Json,
    /// `text/json`.
    TextJson,
    /// `application/xml`.
    Xml,
    /// `text/xml`.
    TextXml,
    /// `application/x-www-form-urlencoded`: `defaultAddress[city]=Redmond`. It has no words for an empty list or object;
    /// they are left out, and the service forgets them as it does what is absent.
    Form,
}

/// The media types that an answer may have, the one liked best first.
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
    /// As it stands in a header: `application/json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::TextJson => "text/json",
            Self::Xml => "application/xml",
            Self::TextXml => "text/xml",
        }
    }
}

impl ContentType {
    /// As it stands in a header: `application/json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => MediaType::Json.as_str(),
            Self::TextJson => MediaType::TextJson.as_str(),
            Self::Xml => MediaType::Xml.as_str(),
            Self::TextXml => MediaType::TextXml.as_str(),
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

const ALL: [MediaType; 4] = [
    MediaType::Json,
    MediaType::TextJson,
    MediaType::Xml,
    MediaType::TextXml,
];

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
    /// Of a media type that comes twice, the first place counts; none at all means JSON.
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

/// The header's value: each media type after the first with less weight than the one before it (RFC 9110, section
/// 12.4.2).
impl fmt::Display for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, media_type) in self.0.iter().enumerate() {
            if index > 0 {
                // There are four, so the weights end at 0.7.
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
    /// Invalid input for any other; the message lists those that there are.
    fn from_str(name: &str) -> Result<Self, Error> {
        let mut all = ALL.into_iter();
        all.find(|one| one.as_str().eq_ignore_ascii_case(name))
            .ok_or_else(|| unknown(&ALL.map(Self::as_str)))
    }
}

impl FromStr for ContentType {
    type Err = Error;

    /// Reads a name such as `application/xml`, in any letter case.
    ///
    /// # Errors
    /// Invalid input for any other; the message lists those that there are.
    fn from_str(name: &str) -> Result<Self, Error> {
        let mut all = ALL.into_iter().map(Self::from).chain([Self::Form]);
        all.find(|one| one.as_str().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                let names = ALL.into_iter().map(MediaType::as_str);
                let names: Vec<_> = names.chain([Self::Form.as_str()]).collect();
                unknown(&names)
            })
    }
}

fn unknown(known: &[&str]) -> Error {
    Error::invalid_input(format!(
        "the media type is none of Partner Center's: use one of {}",
        known.join(", ")
    ))
}
