//! What is wrong with a document, and where.

use std::fmt;

use quick_xml::Error;
use quick_xml::errors::IllFormedError;

use crate::media::shown;

/// What is wrong, in words that repeat no value, and the place.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The path of the member, as JSON would have it: `links.self.headers[0].key`. Empty for the document as a whole.
    pub(crate) path: String,
    what: String,
    /// The byte of a document that is read.
    at: Option<u64>,
}

impl Fault {
    pub(super) fn new(path: &Path, what: impl Into<String>) -> Self {
        Self {
            path: path.to_string(),
            what: what.into(),
            at: None,
        }
    }

    pub(super) fn at(mut self, byte: u64) -> Self {
        self.at = Some(byte);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.at {
            Some(byte) => write!(f, " (byte {byte})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// What the parser says, less what it quotes.
pub(super) fn told(error: &Error) -> String {
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

/// The way from the root to a member.
#[derive(Debug, Default)]
pub(super) struct Path(Vec<Step>);

#[derive(Debug)]
enum Step {
    Member(String),
    Item(usize),
}

impl Path {
    pub(super) fn enter(&mut self, member: &str) {
        self.0.push(Step::Member(shown(member).to_owned()));
    }

    pub(super) fn enter_item(&mut self, index: usize) {
        self.0.push(Step::Item(index));
    }

    pub(super) fn leave(&mut self) {
        self.0.pop();
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Member(name) if place > 0 => write!(f, ".{name}")?,
                Step::Member(name) => f.write_str(name)?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
