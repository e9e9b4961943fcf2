//! The media types of Partner Center, as ASP.NET's own formatters read and write them.

mod accept;
mod form;
mod reader;
mod types;
mod writer;

use axum::{body::Bytes, http::header};
use serde_json::{Map, Value};

use super::fault::{Body, Fault};
use crate::{
    call::Call,
    contract::{self, CUSTOMER_BILLING_PROFILE, Shape},
};

/// The media types of requests; those of answers are the same less the last.
pub(super) const MEDIA_TYPES: [&str; 5] = [
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
];

/// A document as JSON, behind a byte order mark if there is to be one.
pub(super) fn json(document: &Value, shape: &Shape, byte_order_mark: bool) -> Bytes {
    // As long as a billing profile, so that it is not moved again and again while it grows.
    let mut json = Vec::with_capacity(1024);
    if byte_order_mark {
        json.extend_from_slice(b"\xEF\xBB\xBF");
    }
    contract::write(&mut json, document, shape);
    json.into()
}

/// A media type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MediaType(&'static str);

impl Default for MediaType {
    /// The one for those who accept nothing that there is.
    fn default() -> Self {
        let [json, ..] = MEDIA_TYPES;
        Self(json)
    }
}

impl MediaType {
    /// The one that the request accepts best.
    pub(super) fn accepted(call: &Call) -> Option<Self> {
        if !call.headers.contains_key(header::ACCEPT) {
            return Some(Self::default());
        }
        let accept = call.headers.get_all(header::ACCEPT).iter();
        // A header that is no text accepts nothing of ours.
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

    /// The same, or JSON for XML: what is around a billing profile is known in JSON alone.
    pub(super) fn or_json(self) -> Self {
        if self.is_xml() { Self::default() } else { self }
    }

    fn is_xml(self) -> bool {
        self.0.ends_with("xml")
    }

    /// A profile in this media type.
    pub(super) fn profile(self, profile: &Value, byte_order_mark: bool) -> Bytes {
        if self.is_xml() {
            return writer::document(profile, &types::CUSTOMER_BILLING_PROFILE).into();
        }
        // Recorded for JSON; nobody has recorded XML.
        json(profile, CUSTOMER_BILLING_PROFILE, byte_order_mark)
    }

    /// An error in this media type.
    pub(super) fn fault(self, fault: &Body) -> Bytes {
        // A struct of strings and a number always serializes.
        if self.is_xml() {
            let fault = serde_json::to_value(fault).unwrap_or_default();
            return writer::document(&fault, &types::API_FAULT).into();
        }
        serde_json::to_vec(fault).unwrap_or_default().into()
    }
}

/// The object in the body of a request, under the names of JSON.
///
/// As in ASP.NET Web API, an empty body is no object whatever its media type, and another one
/// without a media type is refused (`HttpContentExtensions.ReadAsAsync`).
pub(super) fn read(call: &Call) -> Result<Map<String, Value>, Fault> {
    let body = call.body.as_ref().ok_or_else(Fault::body_too_large)?;
    if body.is_empty() {
        return Err(Fault::invalid_input("the body is empty"));
    }
    let sent = call.media_type();
    let text = || call.text(body).map_err(Fault::invalid_input);
    let [json, text_json, xml, text_xml, form] = MEDIA_TYPES;
    let read = match sent.as_deref() {
        Some(name) if name == json || name == text_json => {
            let expected = "the body is not a JSON object";
            return call.object(body, expected).map_err(Fault::invalid_input);
        }
        Some(name) if name == xml || name == text_xml => {
            reader::document(&text()?, &types::CUSTOMER_BILLING_PROFILE)
        }
        Some(name) if name == form => form::read(&text()?, &types::CUSTOMER_BILLING_PROFILE),
        _ => return Err(Fault::media_type_not_served(sent.as_deref())),
    };
    read.map_err(|detail| Fault::invalid_input(&detail))
}
