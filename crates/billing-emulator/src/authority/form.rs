//! The parameters that a client posts as a form.

use super::error_response::{ErrorResponse, Result};
use crate::http::request::Request;

/// How many pairs are read. Each takes more memory than it has bytes.
const PAIRS_LIMIT: usize = 1_000;

pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a request; a body that is not a form has no parameters.
    pub(super) fn read(http: &Request) -> Self {
        let is_form = http.media_type().as_deref() == Some("application/x-www-form-urlencoded");
        let body = http.body.as_deref().filter(|_| is_form);
        let text = body.and_then(|body| std::str::from_utf8(body).ok());
        let pairs = form_urlencoded::parse(text.unwrap_or_default().as_bytes());
        Self(pairs.into_owned().take(PAIRS_LIMIT).collect())
    }

    /// Returns the first parameter of this name that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        pairs
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn require(&self, name: &'static str) -> Result<&str> {
        self.get(name).ok_or(ErrorResponse::ParameterMissing(name))
    }
}
