//! Why a document cannot be read: a place, a reason and the next step.

use std::fmt;
use std::path::Path;

use crate::spec::api::Place;

/// Something in a document that cannot be read, or that is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentError {
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub reason: String,
    /// What to do next, where that is not obvious.
    pub hint: Option<String>,
}

impl DocumentError {
    /// Creates an error.
    pub fn new(place: Place, reason: impl Into<String>) -> Self {
        Self {
            place,
            reason: reason.into(),
            hint: None,
        }
    }

    /// Returns the error with the path of the file from where the document was named.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        if folder != Path::new(".") && !self.place.file.is_empty() {
            let path = folder.join(&self.place.file);
            self.place.file = path.to_string_lossy().replace('\\', "/");
        }
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            file,
            line,
            pointer,
        } = &self.place;
        f.write_str(file)?;
        if *line > 0 {
            write!(f, ":{line}")?;
        }
        if !pointer.is_empty() {
            write!(f, ": {pointer}")?;
        }
        write!(f, ": {}", self.reason)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DocumentError {}

/// Everything in a document that cannot be read.
#[derive(Debug)]
pub struct DocumentErrors(pub Vec<DocumentError>);

impl fmt::Display for DocumentErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DocumentErrors {}
