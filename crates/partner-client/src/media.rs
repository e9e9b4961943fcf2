//! Profiles in the media types of Partner Center, both ways.

mod document;
mod form;
#[cfg(test)]
mod tests;
mod types;
mod unknown;
mod xml;

use billing_core::http::header::ACCEPT;
use billing_core::pipeline::Request;
use billing_core::{Error, decode};
use billing_models::xml_schema::XmlType;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use document::Document;
pub use types::{Accept, ContentType, MediaType};

/// What a call sends, and what it asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Media {
    pub(crate) content_type: ContentType,
    pub(crate) accept: Accept,
}

impl Media {
    /// Says which answers are welcome.
    ///
    /// # Errors
    /// None in practice: the header's value is made of our own names.
    pub(crate) fn ask(&self, request: &mut Request) -> Result<(), Error> {
        // JSON alone is what every request asks for.
        if self.accept.is_json() {
            return Ok(());
        }
        request.set_header(ACCEPT, &self.accept.to_string())
    }

    /// Sets the body.
    ///
    /// # Errors
    /// Invalid input for a value that the media type cannot carry; the message names the member.
    pub(crate) fn send(
        &self,
        request: &mut Request,
        document: &Document,
        schema: &XmlType,
    ) -> Result<(), Error> {
        let name = self.content_type.as_str();
        match self.content_type {
            ContentType::Json | ContentType::TextJson => {
                let json = document.json()?;
                // Rare enough that the document is read again only where it may be.
                if may_have_come_as_xml(json) {
                    refuse_xml(&document.texts()?, name)?;
                }
                request.set_body(name, json.to_vec());
            }
            ContentType::Form => {
                let value = document.texts()?;
                refuse_xml(&value, name)?;
                let body =
                    form::write(value).map_err(|(path, fault)| unspeakable(name, &path, fault))?;
                request.set_body(name, body);
            }
            ContentType::Xml | ContentType::TextXml => {
                let body = xml::write(&document.texts()?, schema)
                    .map_err(|fault| unspeakable(name, &fault.path, &fault.to_string()))?;
                request.set_body(name, body);
            }
        }
        Ok(())
    }
}

/// Reads a body as its `Content-Type` says; without one, and with one that says neither, it is
/// taken for JSON.
///
/// # Errors
/// A decode error that names the member, and repeats no value.
pub(crate) fn read<T: DeserializeOwned>(
    content_type: Option<&str>,
    body: &[u8],
    schema: &XmlType,
) -> Result<T, Error> {
    // RFC 9110, section 8.3.1: there may be space around each `;`, and nothing behind it.
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let charset = parts
        .find_map(|parameter| parameter.strip_prefix("charset="))
        .map(|charset| charset.trim_matches('"'));
    // ASCII is a part of it.
    if charset.is_some_and(|charset| !["utf-8", "utf8", "us-ascii"].contains(&charset)) {
        return Err(Error::unreadable("text: its charset is not UTF-8", None));
    }
    if !media_type.ends_with("/xml") && !media_type.ends_with("+xml") {
        return decode(body);
    }
    let value = xml::read(body, schema).map_err(|fault| {
        let path = Some(fault.path.clone()).filter(|path| !path.is_empty());
        Error::unreadable("XML", path).with_source(fault)
    })?;
    // The schema has seen to it that each member holds what the model wants.
    serde_json::from_value(value).map_err(|_| Error::unreadable("XML", None))
}

fn refuse_xml(value: &Value, media_type: &str) -> Result<(), Error> {
    match xml::only_xml_can_say(value) {
        Some(path) => Err(unspeakable(
            media_type,
            &path,
            "it came as XML, and only XML can carry it; send the profile as XML",
        )),
        None => Ok(()),
    }
}

fn unspeakable(media_type: &str, path: &str, fault: &str) -> Error {
    Error::invalid_input(format!(
        "the body cannot be written as {media_type} at `{path}`: {fault}"
    ))
}

/// A name as messages show it: of one that is no word nobody can say whether it names a person, so
/// it is `…`, as it is where JSON is read.
fn shown(name: &str) -> &str {
    let may_be_in_it = |byte: u8| byte.is_ascii_alphanumeric() || b"_-$".contains(&byte);
    let is_word = (1..=64).contains(&name.len()) && name.bytes().all(may_be_in_it);
    if is_word { name } else { "…" }
}

/// The path of what is at `rest` inside of `name`: `self.headers[0]`.
fn join(name: &str, rest: &str) -> String {
    let dot = if rest.starts_with('[') { "" } else { "." };
    format!("{name}{dot}{rest}")
}

/// Whether a text in the document begins as what only XML can say does: `$xml`, or a name with its
/// namespace. In JSON, no quote that ends a text stands before either.
fn may_have_come_as_xml(body: &[u8]) -> bool {
    str::from_utf8(body).is_ok_and(|body| body.contains("\"{") || body.contains("\"$xml"))
}
