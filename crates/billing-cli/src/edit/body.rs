//! A document from a file or from stdin.

mod distinct;

use std::error::Error as _;
use std::path::Path;

use billing_core::{Error, decode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{into_type, refuse};
use crate::failure::Failure;
use crate::input::{self, InputError, Limit};
use crate::shape::Writable;
use distinct::Distinct;

/// The text of `--body`, and where it came from.
pub(crate) struct Body {
    place: String,
    text: String,
}

impl Body {
    /// Reads a file, or stdin for `-`.
    ///
    /// # Errors
    /// A usage failure for a file that cannot be read, is too large, is no text or has nothing in it.
    pub(crate) async fn read(file: &Path) -> Result<Self, Failure> {
        let is_stdin = file.as_os_str() == "-";
        let place = if is_stdin {
            "--body -".to_owned()
        } else {
            format!("--body {}", file.display())
        };
        let read = if is_stdin {
            input::stdin(Limit::DOCUMENT).await
        } else {
            input::file(file, Limit::DOCUMENT).await
        };
        match read {
            Ok(text) if text.trim().is_empty() => Err(InputError::Empty.refuse(
                &place,
                "give a JSON document, for example one that `get --output json` printed",
            )),
            Ok(text) => Ok(Self { place, text }),
            Err(error) => Err(error.refuse(
                &place,
                "check the name and that you may read it; `--body -` reads stdin",
            )),
        }
    }

    /// The body as the type that is sent. `checked` names what may be written where unknown members
    /// are refused; without it they are kept.
    ///
    /// # Errors
    /// A usage failure that names line and column, or the member at fault.
    pub(crate) fn parse<T: DeserializeOwned>(
        &self,
        checked: Option<&Writable>,
    ) -> Result<T, Failure> {
        let error = match decode::<T>(self.text.as_bytes()) {
            Ok(parsed) => return Ok(parsed),
            Err(error) => error,
        };
        let place = &self.place;
        let value: Value = decode(self.text.as_bytes()).map_err(|error| {
            Failure::usage(
                format!("{place}: this is not JSON: {}", cause(&error)),
                "nothing was sent; put that place right and run it again",
            )
        })?;
        if !value.is_object() {
            return Err(Failure::usage(
                format!("{place}: this is not a JSON object"),
                "give one object in braces, for example what `get --output json` prints",
            ));
        }
        if let Some(writable) = checked {
            // Of two members of one name a JSON value keeps the last, and nobody would know.
            decode::<Distinct>(self.text.as_bytes()).map_err(|error| self.refusal(&error))?;
            let refuse = |misfit| refuse(place, misfit);
            let value = writable.in_camel_case(value).map_err(refuse)?;
            // The type says only that it does not take a member; the schemas say why.
            writable.check_document(&value).map_err(refuse)?;
            return into_type(place, value);
        }
        Err(self.refusal(&error))
    }

    /// The failure of a document that is JSON, and not the one that is wanted.
    fn refusal(&self, error: &Error) -> Failure {
        let member = match error.json_path() {
            Some(path) => format!(" `{path}` cannot be sent:"),
            None => String::new(),
        };
        Failure::usage(
            format!("{}:{member} {}", self.place, cause(error)),
            "nothing was sent; put that place right and run it again",
        )
    }
}

/// What the parser said, with line and column; what is above it speaks of answers.
fn cause(error: &Error) -> String {
    match error.source() {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}
