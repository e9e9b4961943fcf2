//! Reads the error bodies of both services, in all the shapes they were seen in.

use std::fmt;

use http::StatusCode;
use serde_json::{Map, Value};

/// What the service said about its refusal.
///
/// Read from any of these bodies, in this order, member names in either letter case:
///
/// - `{"error": {"code", "message", "target", "details"}}` (Resource Manager, "Common API details");
/// - `{"code", "description" or "message", "data", "source"}`, where `code` is a string or a number
///   (Partner Center, "Error codes"), which is also Resource Manager's unwrapped `{"code", "message"}`;
/// - `{"statusCode", "message"}` (the gateway's 429, "API throttling guidance");
/// - `{"title", "status", "errors", "traceId"}` (ASP.NET problem details).
///
/// Anything else is kept as [`raw`](Self::raw) text; for an empty body the message is the status's
/// reason phrase.
#[derive(Clone, PartialEq)]
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

impl ServiceError {
    /// Reads the body of an answer with an error status; never fails.
    pub fn read(status: StatusCode, body: &[u8]) -> Self {
        let body = crate::decode::strip_bom(body);
        let mut error = serde_json::from_slice::<Value>(body)
            .ok()
            .and_then(|value| from_json(&value))
            .unwrap_or_else(Self::empty);
        if body.trim_ascii().is_empty() {
            error.message = status.canonical_reason().map(str::to_owned);
        }
        let kept = body.get(..RAW_LIMIT).unwrap_or(body);
        error.raw = String::from_utf8_lossy(kept).into_owned();
        error
    }

    fn empty() -> Self {
        Self {
            code: None,
            message: None,
            target: None,
            details: Vec::new(),
            raw: String::new(),
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

    /// The single findings: `details`, `data`, or the problem details' `errors`.
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

fn from_json(body: &Value) -> Option<ServiceError> {
    let body = body.as_object()?;
    if let Some(Value::Object(inner)) = member(body, "error") {
        return Some(plain(inner));
    }
    if member(body, "code").is_some() {
        return Some(plain(body));
    }
    if let Some(code) = text(body, "statusCode") {
        return Some(ServiceError {
            code: Some(code),
            ..plain(body)
        });
    }
    text(body, "title").map(|title| ServiceError {
        message: Some(text(body, "detail").unwrap_or(title)),
        details: problems(member(body, "errors")),
        ..ServiceError::empty()
    })
}

fn plain(body: &Map<String, Value>) -> ServiceError {
    ServiceError {
        code: text(body, "code"),
        message: text(body, "description").or_else(|| text(body, "message")),
        target: text(body, "target"),
        details: member(body, "details")
            .or_else(|| member(body, "data"))
            .map_or_else(Vec::new, findings),
        raw: String::new(),
    }
}

fn findings(list: &Value) -> Vec<ServiceErrorDetail> {
    let Some(list) = list.as_array() else {
        return Vec::new();
    };
    list.iter()
        .map(|item| match item {
            Value::Object(item) => ServiceErrorDetail {
                code: text(item, "code"),
                message: text(item, "message"),
                target: text(item, "target"),
            },
            other => ServiceErrorDetail {
                code: None,
                message: Some(as_text(other)),
                target: None,
            },
        })
        .collect()
}

/// Problem details name the member and list its messages: `{"errors": {"city": ["is missing"]}}`.
fn problems(errors: Option<&Value>) -> Vec<ServiceErrorDetail> {
    let Some(Value::Object(errors)) = errors else {
        return Vec::new();
    };
    let detail = |target: &String, message: &Value| ServiceErrorDetail {
        code: None,
        message: Some(as_text(message)),
        target: Some(target.clone()),
    };
    errors
        .iter()
        .flat_map(|(target, messages)| match messages {
            Value::Array(messages) => messages.iter().map(|one| detail(target, one)).collect(),
            one => vec![detail(target, one)],
        })
        .collect()
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
    match member(object, name)? {
        Value::Null => None,
        value => Some(as_text(value)),
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(one), None) | (None, Some(one)) => f.write_str(one),
            (None, None) => f.write_str("no error that this client can read"),
        }
    }
}

// The details and the raw text may repeat what was sent; only their size is shown.
impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("target", &self.target)
            .field("details", &format_args!("[{} hidden]", self.details.len()))
            .field("raw", &format_args!("[{} bytes hidden]", self.raw.len()))
            .finish()
    }
}

impl fmt::Debug for ServiceErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceErrorDetail")
            .field("code", &self.code)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}
