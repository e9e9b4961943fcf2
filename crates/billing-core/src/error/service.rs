//! Reads the error bodies of both services, in all the shapes they were seen in.

#[cfg(feature = "__xml")]
mod xml;

use std::time::Duration;
use std::{fmt, slice};

use serde_json::{Map, Value};

use crate::retry_after::retry_after_in_text;
use crate::text::strip_bom;

/// What the service said about its refusal.
///
/// Read from an object in any of these shapes, member names in either letter case; members that are
/// `null` count as absent, and what is neither text nor a number is left to [`raw`](Self::raw):
///
/// - `{"error": {"code", "message", "target", "details"}}` (Resource Manager, "Common API details");
/// - `{"code", "description" or "message", "data"}`, where `code` is a string or a number
///   (Partner Center, "Error codes"), which is also Resource Manager's unwrapped `{"code", "message"}`;
/// - `{"statusCode", "message"}` (the gateway's 429, "API throttling guidance");
/// - `{"title", "detail", "errors"}` (problem details, RFC 9457, as ASP.NET writes them), or ASP.NET's
///   older `{"Message"}`;
/// - `{"error", "error_description"}` (OAuth 2.0, RFC 6749, section 5.2);
/// - any of these but the first as XML, an element for each member, whatever the root and the namespaces are called: no
///   page says how Partner Center writes an error for a caller who accepts XML only.
///
/// The service's words may repeat what was sent. That is why neither the `Display` of
/// [`Error`](crate::Error) nor any `Debug` shows them; the `Display` of this type does, in one line.
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

/// Enough for every documented body; a gateway's page of HTML is cut here.
const RAW_LIMIT: usize = 16 * 1024;

/// More findings than anybody reads.
const DETAILS_LIMIT: usize = 100;

impl ServiceError {
    /// Reads the body of an answer with an error status; never fails.
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

    /// What was read elsewhere, without the body.
    #[cfg(any(feature = "oauth", feature = "azure-identity"))]
    pub(crate) fn from_text(code: Option<String>, message: String) -> Self {
        Self {
            code,
            message: Some(message),
            ..Self::default()
        }
    }

    /// The service's code, as text even where it sends a number: `"2055"`, `"NotFound"`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The service's message for people. It may repeat what was sent.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What the error is about, where the service names it.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// Whether the service says that it wanted a JSON Patch, in whichever shape and member.
    pub(crate) fn is_about_json_patch(&self) -> bool {
        let said = self.raw.to_ascii_lowercase();
        said.contains("json patch document")
    }

    /// Whether a server says that it wants TLS at the port where plain HTTP came: nginx and Go's
    /// `net/http` do.
    pub(crate) fn wants_tls(&self) -> bool {
        let said = self.raw.to_ascii_lowercase();
        let words = [
            "request was sent to https port",
            "request to an https server",
        ];
        words.iter().any(|words| said.contains(words))
    }

    /// Whether it is a lock on one resource rather than a rate limit, although the status is 429:
    /// another operation on the resource is running (recorded of Resource Manager).
    pub(crate) fn is_lock(&self) -> bool {
        const LOCK: &str = "RetryableErrorDueToAnotherOperation";
        let details = self.details.iter().map(ServiceErrorDetail::code);
        let mut codes = details.chain([self.code()]).flatten();
        codes.any(|code| code.eq_ignore_ascii_case(LOCK))
    }

    /// How long the message of a 429 asks to wait.
    pub(crate) fn retry_after_in_text(&self) -> Option<Duration> {
        let details = self.details.iter().map(ServiceErrorDetail::message);
        let mut messages = [self.message()].into_iter().chain(details).flatten();
        messages
            .find_map(retry_after_in_text)
            // A body that is no error we know may be the gateway's plain words.
            .or_else(|| retry_after_in_text(&self.raw).filter(|_| self.message.is_none()))
    }

    /// The single findings, 100 at most: `details`, `data`, or the problem details' `errors`.
    pub fn details(&self) -> &[ServiceErrorDetail] {
        &self.details
    }

    /// The body as it came, up to 16 KiB. It may repeat what was sent: not for logs.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl ServiceErrorDetail {
    /// The finding's code.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The finding's message. It may repeat what was sent.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The member or resource that the finding is about.
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

/// An object in the place of a text may be a copy of what was sent: only `raw` has it.
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
            (None, None) => f.write_str("no error that this client can read"),
        }
    }
}

impl ServiceError {
    /// The code if it is a name or a number, as it is wherever it is documented. A text in its place may
    /// be about a person.
    pub(crate) fn shown_code(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| is_name(code))
    }
}

fn is_name(code: &str) -> bool {
    let may_be_in_it = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    (1..=100).contains(&code.len()) && code.bytes().all(may_be_in_it)
}

/// The start of a text from outside, which can neither steer a terminal nor fill a log.
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

// What the service says may repeat what was sent: only its size is shown.
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
