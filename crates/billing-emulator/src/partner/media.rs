//! The media types of Partner Center, as ASP.NET's own formatters read and write them.

mod accept;
mod form;
mod reader;
mod types;
mod writer;

use hyper::{body::Bytes, header};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    contract::{self, CUSTOMER_BILLING_PROFILE, Schema},
    http::request::Request,
};

/// The media types of requests; those of responses are the same without the last.
pub(super) const MEDIA_TYPES: [&str; 5] = [
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
];

/// Writes a document as JSON, with or without a byte order mark.
pub(super) fn json(document: &Value, schema: &Schema, byte_order_mark: bool) -> Bytes {
    let mark: &[u8] = if byte_order_mark {
        b"\xEF\xBB\xBF"
    } else {
        b""
    };
    [mark, &contract::to_json(document, schema)].concat().into()
}

/// The media type of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MediaType(&'static str);

impl Default for MediaType {
    /// Returns the media type for clients that accept none that is served.
    fn default() -> Self {
        let [json, ..] = MEDIA_TYPES;
        Self(json)
    }
}

impl MediaType {
    /// Returns the media type that the request accepts best.
    pub(super) fn accepted(request: &Request) -> Option<Self> {
        if !request.headers.contains_key(header::ACCEPT) {
            return Some(Self::default());
        }
        let accept = request.headers.get_all(header::ACCEPT).iter();
        // A header that is not text accepts none that is served.
        let accept: Vec<_> = accept.filter_map(|value| value.to_str().ok()).collect();
        let [json, text_json, xml, text_xml, _] = MEDIA_TYPES;
        accept::best(&accept.join(","), &[json, text_json, xml, text_xml]).map(Self)
    }

    pub(super) fn content_type(self) -> &'static str {
        match self.0 {
            "text/json" => "text/json; charset=utf-8",
            "application/xml" => "application/xml; charset=utf-8",
            "text/xml" => "text/xml; charset=utf-8",
            _ => "application/json; charset=utf-8",
        }
    }

    /// Returns JSON instead of XML: the related documents are known in JSON alone.
    pub(super) fn or_json(self) -> Self {
        if self.is_xml() { Self::default() } else { self }
    }

    fn is_xml(self) -> bool {
        self.0.ends_with("xml")
    }

    /// Writes a profile in this media type.
    pub(super) fn profile(self, profile: &Value, byte_order_mark: bool) -> Bytes {
        if self.is_xml() {
            return writer::document(profile, &types::CUSTOMER_BILLING_PROFILE).into();
        }
        // The mark is recorded for JSON; there is no recording of XML.
        json(profile, CUSTOMER_BILLING_PROFILE, byte_order_mark)
    }

    /// Writes an error in this media type.
    pub(super) fn error(self, error: &impl Serialize) -> Bytes {
        // A struct of strings and a number always serializes.
        if self.is_xml() {
            let error = serde_json::to_value(error).unwrap_or_default();
            return writer::document(&error, &types::API_FAULT).into();
        }
        serde_json::to_vec(error).unwrap_or_default().into()
    }
}

/// Why a body could not be read.
pub(super) enum ReadError {
    TooLarge,
    /// Not one of [`MEDIA_TYPES`].
    MediaType(Option<String>),
    Invalid(String),
}

impl From<&str> for ReadError {
    fn from(detail: &str) -> Self {
        Self::Invalid(detail.to_owned())
    }
}

/// Reads the object in the body of a request, under the names of JSON.
///
/// As in ASP.NET Web API, an empty body is no object whatever its media type, and another one
/// without a media type is refused (`HttpContentExtensions.ReadAsAsync`).
pub(super) fn read(request: &Request) -> Result<Map<String, Value>, ReadError> {
    let body = request.body.as_ref().ok_or(ReadError::TooLarge)?;
    if body.is_empty() {
        return Err("the body is empty".into());
    }
    let sent = request.media_type();
    let [json, text_json, xml, text_xml, form] = MEDIA_TYPES;
    let read = match sent.as_deref() {
        Some(name) if name == json || name == text_json => {
            return Ok(request.object(body, "the body is not a JSON object")?);
        }
        Some(name) if name == xml || name == text_xml => {
            reader::document(&request.text(body)?, &types::CUSTOMER_BILLING_PROFILE)
        }
        Some(name) if name == form => {
            form::read(&request.text(body)?, &types::CUSTOMER_BILLING_PROFILE)
        }
        _ => return Err(ReadError::MediaType(sent)),
    };
    read.map_err(ReadError::Invalid)
}
