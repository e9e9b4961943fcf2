//! What is posted to the token endpoint.

use super::Refusal;
use crate::call::{self, Call};

/// How many pairs are read, each of which takes more memory than it has bytes.
const PAIRS_LIMIT: usize = 1_000;

pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Whatever is no form has no members.
    pub(super) fn read(call: &Call) -> Self {
        let is_form = call.media_type().as_deref() == Some("application/x-www-form-urlencoded");
        let body = call.body.as_deref().filter(|_| is_form);
        let text = body.and_then(|body| std::str::from_utf8(body).ok());
        let pairs = text.unwrap_or_default().split('&').take(PAIRS_LIMIT);
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (call::decode_form(name), call::decode_form(value))
        });
        Self(pairs.collect())
    }

    /// A member, if it is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut members = self.0.iter();
        members
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn require(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name)
            .ok_or_else(|| Refusal::parameter_missing(name))
    }
}
