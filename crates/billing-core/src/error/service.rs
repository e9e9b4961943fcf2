//! Reads the error bodies of both services, in all formats in which they were seen.

#[cfg(feature = "__xml")]
mod xml;

use std::time::Duration;
use std::{fmt, slice};

use serde_json::{Map, Value};

use crate::retry_after::retry_after_in_text;
use crate::text::strip_bom;

/// The service's own error: code, message and details.
///
/// It is read from an object in any of these formats, member names in either letter case. Members
/// that are `null` count as absent, and values that are neither text nor a number are only in
/// [`raw`](Self::raw):
///
/// - `{"error": {"code", "message", "target", "details"}}` (Resource Manager, "Common API
///   details");
/// - `{"code", "description" or "message", "data"}`, where `code` is a string or a number (Partner
///   Center, "Error codes"), which is also Resource Manager's unwrapped `{"code", "message"}`;
/// - `{"statusCode", "message"}` (the gateway's 429, "API throttling guidance");
/// - `{"title", "detail", "errors"}` (problem details, RFC 9457, as ASP.NET writes them), or
///   ASP.NET's older `{"Message"}`;
/// - `{"error", "error_description"}` (OAuth 2.0, RFC 6749, section 5.2);
/// - any of these except the first as XML, an element for each member, with any name of the root
///   and any namespace: no page says how Partner Center writes an error for a client that accepts
///   only XML.
///
/// ```
/// use billing_core::ServiceError;
///
/// let error = ServiceError::read(br#"{"code":2055,"description":"Etag is no longer valid"}"#);
/// assert_eq!(error.code(), Some("2055"));
/// assert_eq!(error.message(), Some("Etag is no longer valid"));
/// ```
///
/// The service's message may repeat what was sent. That is why neither the `Display` of
/// [`Error`](crate::Error) nor any `Debug` shows it; the `Display` of this type does, in one line.
#[derive(Clone, Default, PartialEq)]
pub struct ServiceError {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
    details: Vec<ServiceErrorDetail>,
    raw: String,
}

/// One of several findings inside a [`ServiceError`].
#[derive(Clone, PartialEq)]
pub struct ServiceErrorDetail {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
}

/// The most bytes of a body that are kept: enough for every documented body, not for a gateway's
/// page.
const RAW_LIMIT: usize = 16 * 1024;

/// The most findings that are kept.
const DETAILS_LIMIT: usize = 100;

impl ServiceError {
    /// Reads the body of an error response; never fails.
    pub fn read(body: &[u8]) -> Self {
        let body = strip_bom(body);
        let kept = body.get(..RAW_LIMIT).unwrap_or(body);
        let raw = String::from_utf8_lossy(kept).into_owned();
        let mut error = match serde_json::from_slice(body) {
            Ok(Value::Object(body)) => from_object(&body),
            Ok(_) => Self::default(),
            #[cfg(feature = "__xml")]
            Err(_) => xml::members(&raw).map_or_else(Self::default, |members| plain(&members)),
            #[cfg(not(feature = "__xml"))]
            Err(_) => Self::default(),
        };
        error.raw = raw;
        error
    }

    /// Creates an error without a body.
    #[cfg(any(feature = "oauth", feature = "azure-identity"))]
    pub(crate) fn from_text(code: Option<String>, message: String) -> Self {
        Self {
            code,
            message: Some(message),
            ..Self::default()
        }
    }

    /// Returns the service's code, as text even if it sends a number: `"2055"`, `"NotFound"`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the service's message for people. It may repeat what was sent.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the member or resource that the error is about, if the service names it.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// Returns whether the service asks for a JSON Patch, in any member.
    pub(crate) fn is_about_json_patch(&self) -> bool {
        let text = self.raw.to_ascii_lowercase();
        text.contains("json patch document")
    }

    /// Returns whether the server asks for TLS at a port that received plain HTTP: nginx and Go's
    /// `net/http` do.
    pub(crate) fn wants_tls(&self) -> bool {
        let text = self.raw.to_ascii_lowercase();
        let words = [
            "request was sent to https port",
            "request to an https server",
        ];
        words.iter().any(|words| text.contains(words))
    }

    /// Returns whether a 429 is a lock on one resource rather than a rate limit: another operation
    /// on the resource is running (recorded responses of Resource Manager).
    pub(crate) fn is_lock(&self) -> bool {
        const LOCK: &str = "RetryableErrorDueToAnotherOperation";
        let details = self.details.iter().map(ServiceErrorDetail::code);
        let mut codes = details.chain([self.code()]).flatten();
        codes.any(|code| code.eq_ignore_ascii_case(LOCK))
    }

    /// Returns how long the message of a 429 asks to wait.
    pub(crate) fn retry_after_in_text(&self) -> Option<Duration> {
        let details = self.details.iter().map(ServiceErrorDetail::message);
        let mut messages = [self.message()].into_iter().chain(details).flatten();
        messages
            .find_map(retry_after_in_text)
            // A body in an unknown format may be the gateway's plain text.
            .or_else(|| retry_after_in_text(&self.raw).filter(|_| self.message.is_none()))
    }

    /// Returns the single findings, 100 at most: `details`, `data`, or the problem details'
    /// `errors`.
    pub fn details(&self) -> &[ServiceErrorDetail] {
        &self.details
    }

    /// Returns the body unchanged, up to 16 KiB. It may repeat what was sent: do not log it.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl ServiceErrorDetail {
    /// Returns the finding's code.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the finding's message. It may repeat what was sent.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the member or resource that the finding is about.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }
}

fn from_object(body: &Map<String, Value>) -> ServiceError {
    match member(body, "error") {
        Some(Value::Object(inner)) => plain(inner),
        Some(Value::String(code)) => ServiceError {
            code: Some(code.clone()),
            message: text(body, "error_description"),
            ..ServiceError::default()
        },
        _ => plain(body),
    }
}

fn plain(body: &Map<String, Value>) -> ServiceError {
    let first = |names: &[&str]| names.iter().find_map(|name| text(body, name));
    ServiceError {
        code: first(&["code", "statusCode"]),
        message: first(&["description", "message", "detail", "title"]),
        target: text(body, "target"),
        details: ["details", "data", "errors"]
            .iter()
            .find_map(|name| findings(member(body, name)?))
            .unwrap_or_default(),
        raw: String::new(),
    }
}

fn findings(value: &Value) -> Option<Vec<ServiceErrorDetail>> {
    match value {
        Value::Array(list) => {
            let findings = list.iter().filter_map(finding);
            Some(findings.take(DETAILS_LIMIT).collect())
        }
        // Problem details name the member and list its messages: `{"city": ["is missing"]}`.
        Value::Object(members) => Some(
            members
                .iter()
                .flat_map(|(target, messages)| {
                    let messages = messages
                        .as_array()
                        .map_or(slice::from_ref(messages), Vec::as_slice);
                    messages.iter().filter_map(move |message| {
                        Some(ServiceErrorDetail {
                            code: None,
                            message: Some(as_text(message)?),
                            target: Some(target.clone()),
                        })
                    })
                })
                .take(DETAILS_LIMIT)
                .collect(),
        ),
        _ => None,
    }
}

fn finding(item: &Value) -> Option<ServiceErrorDetail> {
    let [code, message, target] = match item {
        Value::Object(item) => ["code", "message", "target"].map(|name| text(item, name)),
        item => [None, as_text(item), None],
    };
    if code.is_none() && message.is_none() {
        return None;
    }
    Some(ServiceErrorDetail {
        code,
        message,
        target,
    })
}

fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    as_text(member(object, name)?)
}

/// Returns a text or a number as text. An object in its place may be a copy of what was sent: only
/// `raw` has it.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.as_deref().map(|text| one_line(text, 1024));
        let code = self.code.as_deref().map(|text| one_line(text, 100));
        match (code, message) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(one), None) | (None, Some(one)) => f.write_str(&one),
            (None, None) => f.write_str("an error in an unknown format"),
        }
    }
}

impl ServiceError {
    /// Returns the code if it is a name or a number, as every documented code is. Any other text
    /// may be about a person.
    pub(crate) fn shown_code(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| is_name(code))
    }
}

fn is_name(code: &str) -> bool {
    let may_be_in_it = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    (1..=100).contains(&code.len()) && code.bytes().all(may_be_in_it)
}

/// Returns the start of a text from outside as one line that cannot control a terminal or fill a
/// log.
fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == limit {
            line.push('…');
            break;
        }
        match character {
            '\n' | '\r' | '\t' => line.push(' '),
            character if character.is_control() => line.extend(character.escape_unicode()),
            character => line.push(character),
        }
    }
    line
}

// The service's text may repeat what was sent: only its size is shown.
impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.as_deref().unwrap_or_default();
        f.debug_struct("ServiceError")
            .field("code", &self.shown_code())
            .field("message", &format_args!("[{} bytes hidden]", message.len()))
            .field("details", &format_args!("[{} hidden]", self.details.len()))
            .field("raw", &format_args!("[{} bytes hidden]", self.raw.len()))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ServiceErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.as_deref().filter(|code| is_name(code));
        f.debug_struct("ServiceErrorDetail")
            .field("code", &code)
            .finish_non_exhaustive()
    }
}
