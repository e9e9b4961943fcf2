//! Paths of members in error messages, such as `links.self.headers[0].key`.

use std::borrow::Cow;

use billing_core::Error;

/// A member that a media type cannot carry.
#[derive(Debug)]
pub(super) struct Unrepresentable {
    pub(super) path: String,
    pub(super) reason: Cow<'static, str>,
}

impl Unrepresentable {
    pub(super) fn new(path: impl Into<String>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            path: path.into(),
            reason: reason.into(),
        }
    }

    /// Returns the same error inside the member `name`.
    pub(super) fn inside(self, name: &str) -> Self {
        Self::new(join(name, &self.path), self.reason)
    }

    /// Returns the invalid input of a request in this media type.
    pub(super) fn into_error(self, media_type: &str) -> Error {
        let Self { path, reason } = self;
        Error::invalid_input(format!(
            "the body cannot be written as {media_type} at `{path}`: {reason}"
        ))
    }
}

/// Returns the name for messages: a name that is not a plain word may be personal data, so it is
/// `…`, as in errors of JSON.
pub(super) fn printable(name: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-$".contains(&byte);
    let is_word = (1..=64).contains(&name.len()) && name.bytes().all(is_plain);
    if is_word { name } else { "…" }
}

/// Returns the path of `rest` inside the member `name`: `self.headers[0]`.
pub(super) fn join(name: &str, rest: &str) -> String {
    let dot = if rest.starts_with('[') { "" } else { "." };
    format!("{name}{dot}{rest}")
}

/// The path from the root of a document to a member.
#[cfg(feature = "xml")]
#[derive(Debug, Default)]
pub(super) struct MemberPath(Vec<String>);

#[cfg(feature = "xml")]
impl MemberPath {
    pub(super) fn enter(&mut self, member: &str) {
        self.0.push(printable(member).to_owned());
    }

    pub(super) fn enter_item(&mut self, index: usize) {
        self.0.push(format!("[{index}]"));
    }

    pub(super) fn leave(&mut self) {
        self.0.pop();
    }
}

#[cfg(feature = "xml")]
impl std::fmt::Display for MemberPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            if index > 0 && !step.starts_with('[') {
                f.write_str(".")?;
            }
            f.write_str(step)?;
        }
        Ok(())
    }
}
