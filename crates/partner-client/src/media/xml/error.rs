//! Errors of reading and writing XML.

use std::fmt;

use quick_xml::Error;
use quick_xml::errors::IllFormedError;

use crate::media::member_path::MemberPath;

/// What is wrong with a document, and where; the text has no values of members.
#[derive(Debug)]
pub(crate) struct XmlError {
    /// The path of the member in JSON: `links.self.headers[0].key`. Empty for the whole document.
    pub(crate) path: String,
    message: String,
    /// The position in a document that is read.
    byte: Option<u64>,
}

impl XmlError {
    pub(super) fn new(path: &MemberPath, message: impl Into<String>) -> Self {
        Self {
            path: path.to_string(),
            message: message.into(),
            byte: None,
        }
    }

    pub(super) fn at(mut self, byte: u64) -> Self {
        self.byte = Some(byte);
        self
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.byte {
            Some(byte) => write!(f, " (byte {byte})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for XmlError {}

/// Returns the parser's message without the text that it quotes.
pub(super) fn parser_message(error: &Error) -> String {
    match error {
        Error::Syntax(error) => error.to_string(),
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
            "a comment has a `--`".to_owned()
        }
        Error::IllFormed(_) => "a tag does not match, or an `&` begins nothing".to_owned(),
        Error::InvalidAttr(_) => "an attribute is malformed".to_owned(),
        Error::Escape(_) => "a reference names no character".to_owned(),
        Error::Namespace(_) => "the namespaces are too many, too deep or misused".to_owned(),
        Error::Io(_) | Error::Encoding(_) => "the text is not UTF-8".to_owned(),
    }
}
