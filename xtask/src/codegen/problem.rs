//! Problems with the input of the generator: a location, a description and a hint.

use std::fmt;

/// A problem with an input file.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The file, relative to the root of the repository.
    pub file: String,
    /// A JSON pointer into the file (`#/definitions/…`), a line and column, or empty for the whole
    /// file.
    pub location: String,
    /// What is wrong.
    pub what: String,
    /// What to do next.
    pub hint: String,
}

impl Problem {
    /// Creates a problem.
    pub fn new(
        file: impl Into<String>,
        location: impl Into<String>,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            location: location.into(),
            what: what.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}: {}\n  hint: {}",
            self.file, self.location, self.what, self.hint
        )
    }
}

/// Every problem found. Nothing is written if there is any.
#[derive(Debug)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems: Vec<_> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&problems.join("\n"))
    }
}

impl std::error::Error for Problems {}
