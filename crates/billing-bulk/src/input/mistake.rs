//! What is wrong with an input.

use std::fmt;
use std::io;

use crate::input::limits;
use crate::input::location::Location;

/// An input that cannot be used. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The input could not be read.
    #[error("{name}: could not read it")]
    Read {
        /// The name of the input.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// The input has mistakes.
    #[error(transparent)]
    Invalid(#[from] Mistakes),
    /// The input is not the one that was checked before.
    #[error("{name}: it changed after it was checked")]
    Changed {
        /// The name of the input.
        name: String,
    },
}

/// The mistakes of an input: the first 100, and how many there are.
///
/// The text lists one mistake per line, with the location and the next step. It has names of
/// columns, but no contents of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes {
    name: String,
    listed: Vec<Mistake>,
    count: u64,
}

impl Mistakes {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            listed: Vec::new(),
            count: 0,
        }
    }

    /// Returns the first mistakes, in the order of the input.
    pub fn listed(&self) -> &[Mistake] {
        &self.listed
    }

    /// Returns how many mistakes there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn add(&mut self, mistake: Mistake) {
        self.count = self.count.saturating_add(1);
        if self.listed.len() < limits::MISTAKES {
            self.listed.push(mistake);
        }
    }

    /// Adds mistakes that were found after all others, at their places in the list.
    pub(super) fn merge(&mut self, late: Vec<Mistake>, count: u64) {
        self.count = self.count.saturating_add(count);
        self.listed.extend(late);
        // Stable: mistakes of one line keep the order of their columns.
        self.listed
            .sort_by_key(|mistake| mistake.location.as_ref().map_or(0, Location::line));
        self.listed.truncate(limits::MISTAKES);
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = one_line(&self.name);
        match self.count {
            1 => write!(f, "{name} has a mistake")?,
            count => write!(f, "{name} has {count} mistakes")?,
        }
        let mut mistakes = self.listed.iter().peekable();
        while let Some(mistake) = mistakes.next() {
            write!(f, "\n{name}")?;
            match &mistake.location {
                Some(Location::Line(line)) => write!(f, ":{line}")?,
                Some(cell) => write!(f, ": {}", one_line(&cell.to_string()))?,
                None => {}
            }
            if let Some(column) = &mistake.column {
                write!(f, ": {}", one_line(column))?;
            }
            write!(f, ": {}", one_line(&mistake.problem))?;
            // The same step for many rows is shown once, after the last of them.
            let next = mistakes.peek().and_then(|next| next.hint.as_ref());
            if let Some(hint) = &mistake.hint
                && next != Some(hint)
            {
                write!(f, "\n  hint: {}", one_line(hint))?;
            }
        }
        let listed = u64::try_from(self.listed.len()).unwrap_or(u64::MAX);
        match self.count.saturating_sub(listed) {
            0 => Ok(()),
            1 => f.write_str("\nand 1 more mistake"),
            more => write!(f, "\nand {more} more mistakes"),
        }
    }
}

impl std::error::Error for Mistakes {}

/// A mistake in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// Where it is; `None` if it is about the whole input.
    pub location: Option<Location>,
    /// The name of the column, if it is about one.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Mistake {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self {
            location: None,
            column: None,
            problem: problem.into(),
            hint: None,
        }
    }

    pub(super) fn at(mut self, location: &Location) -> Self {
        self.location = Some(location.clone());
        self
    }

    pub(super) fn column(mut self, name: &str) -> Self {
        self.column = Some(name.to_owned());
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Why the reading of an input ends before the input does.
#[derive(Debug)]
pub(super) enum Stop {
    /// It cannot be read.
    Io(io::Error),
    /// What follows cannot be understood.
    Mistake(Mistake),
    /// It has these mistakes, and the rest is not read.
    Mistakes(Vec<Mistake>),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Mistake> for Stop {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(mistake)
    }
}

/// Returns a text of limited length on one line, without characters that steer a terminal.
fn one_line(text: &str) -> String {
    const MOST: usize = 400;
    let mut line = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == MOST {
            line.push('…');
            break;
        }
        if matches!(character, '"' | '\'' | '\\') {
            line.push(character);
        } else {
            line.extend(character.escape_debug());
        }
    }
    line
}
