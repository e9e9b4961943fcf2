//! Profiles in the media types of Partner Center: encoding of requests, decoding of responses.

mod document;
mod form;
mod member_path;
#[cfg(test)]
mod tests;
mod types;
mod unknown;
#[cfg(feature = "xml")]
mod xml;
#[cfg(not(feature = "xml"))]
#[path = "media/without_xml.rs"]
mod xml;

use billing_core::http::header::ACCEPT;
use billing_core::pipeline::{Request, unreadable};
use billing_core::{Error, decode};
use billing_models::xml_schema::XmlType;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::etag;
pub(crate) use document::Document;
use member_path::Unrepresentable;
pub use types::{Accept, ContentType, MediaType};

/// The media types of a request and its response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Media {
    pub(crate) content_type: ContentType,
    pub(crate) accept: Accept,
}

impl Media {
    /// Sets the `Accept` header.
    ///
    /// # Errors
    /// None in practice: the header's value consists of our own names.
    pub(crate) fn set_accept(&self, request: &mut Request) -> Result<(), Error> {
        // Every request accepts JSON alone by default.
        if self.accept.is_json() {
            return Ok(());
        }
        request.set_header(ACCEPT, &self.accept.to_string())
    }

    /// Encodes the document as the body.
    ///
    /// # Errors
    /// Invalid input for a value that the media type cannot carry; the message has the path of the
    /// member. Nothing was sent.
    pub(crate) fn set_body(
        &self,
        request: &mut Request,
        document: &Document,
        schema: &XmlType,
    ) -> Result<(), Error> {
        let name = self.content_type.as_str();
        let body = match self.content_type {
            ContentType::Json | ContentType::TextJson => {
                let json = document.json()?;
                let checked = if unknown::may_have_xml_only(json) {
                    refuse_xml_only(&document.exact_value()?)
                } else {
                    Ok(())
                };
                checked.map(|()| json.to_vec())
            }
            ContentType::Form => {
                let value = document.exact_value()?;
                refuse_xml_only(&value).and_then(|()| form::write(value).map(String::into_bytes))
            }
            ContentType::Xml | ContentType::TextXml => {
                xml::write(&document.exact_value()?, schema).map(String::into_bytes)
            }
        };
        request.set_body(name, body.map_err(|error| error.into_error(name))?);
        Ok(())
    }
}

/// Setter of the media types of the response, for the `impl` of a builder with the field `media`.
macro_rules! accept_option {
    () => {
        /// Accepts these media types instead of the client's.
        ///
        /// ```no_run
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
        /// use partner_client::MediaType;
        ///
        /// let request = client.get_customer_billing_profile(customer_id);
        /// let profile = request.with_accept([MediaType::Xml, MediaType::Json]).await?;
        /// # drop(profile);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_accept(mut self, accept: impl Into<crate::media::Accept>) -> Self {
            self.media.accept = accept.into();
            self
        }
    };
}

/// Setters of the media types of the body and the response, for the `impl` of a builder with the
/// field `media`.
macro_rules! media_options {
    () => {
        /// Sends the profile in this media type instead of the client's.
        ///
        /// ```no_run
        /// # use partner_client::models::CustomerBillingProfile;
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(
        /// #     client: PartnerClient,
        /// #     customer_id: &str,
        /// #     profile: CustomerBillingProfile,
        /// # ) -> Result<(), Error> {
        /// use partner_client::ContentType;
        ///
        /// let request = client.update_customer_billing_profile(customer_id, &profile);
        /// let updated = request.with_content_type(ContentType::Form).await?;
        /// # drop(updated);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_content_type(
            mut self,
            content_type: impl Into<crate::media::ContentType>,
        ) -> Self {
            self.media.content_type = content_type.into();
            self
        }

        crate::media::accept_option!();
    };
}

pub(crate) use {accept_option, media_options};

/// Reads a body as its `Content-Type` says; a body without one, or with an unknown one, is read as
/// JSON.
///
/// # Errors
/// A decode error that has the path of the member, and no value. A write may have taken effect.
pub(crate) fn read<T: DeserializeOwned>(
    content_type: Option<&str>,
    body: &[u8],
    schema: &XmlType,
) -> Result<T, Error> {
    // RFC 9110, section 8.3.1: there may be spaces around each `;`, and nothing behind it.
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let charset = parts
        .find_map(|parameter| parameter.strip_prefix("charset="))
        .map(|charset| charset.trim_matches('"'));
    // ASCII is a subset of UTF-8.
    if charset.is_some_and(|charset| !["utf-8", "utf8", "us-ascii"].contains(&charset)) {
        return Err(unreadable("text: its charset is not UTF-8", None));
    }
    if !media_type.ends_with("/xml") && !media_type.ends_with("+xml") {
        return decode(body);
    }
    // The reader has checked that each member has the type that the model wants.
    serde_json::from_value(xml::read(body, schema)?).map_err(|_| unreadable("XML", None))
}

/// Finds the etag in a body that could not be read as a profile, so that the response to a write
/// does not lose it.
pub(crate) fn find_etag(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Profile {
        attributes: Option<Attributes>,
    }
    #[derive(Deserialize)]
    struct Attributes {
        etag: Option<String>,
    }
    let text = str::from_utf8(body).ok()?;
    let etag = match serde_json::from_str::<Profile>(text.trim_start_matches('\u{feff}')) {
        Ok(profile) => profile.attributes?.etag?,
        Err(_) => xml::find_etag(text)?,
    };
    etag::is_usable(&etag).then_some(etag)
}

/// Refuses a member that came as XML and that no other media type can carry.
fn refuse_xml_only(value: &Value) -> Result<(), Unrepresentable> {
    match unknown::find_xml_only(value) {
        Some(path) => Err(Unrepresentable::new(
            path,
            "it came as XML, and only XML can carry it; send the profile as XML",
        )),
        None => Ok(()),
    }
}
