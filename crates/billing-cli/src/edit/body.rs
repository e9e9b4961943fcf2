//! `--body`: a document from a file or from stdin.

use std::error::Error as _;
use std::path::Path;

use billing_core::{Error, decode};
use billing_edit::{EditError, Members, Unwritten};
use billing_models::Json;
use partner_client::models::CustomerBillingProfile;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::edit::convert::into_type;
use crate::edit::refuse::refuse;
use crate::edit::unique_names::UniqueNames;
use crate::failure::{Failure, Result};
use crate::input::{self, InputError, Limit};
use crate::interrupt::interruptible;

/// The text of `--body`, and its source.
pub(crate) struct Body {
    /// For example `--body FILE`.
    pub(crate) source: String,
    text: String,
}

impl Body {
    /// Reads a file, or stdin for `-`.
    ///
    /// # Errors
    /// A usage failure for a file that cannot be read, is too large, is not text, or is empty.
    pub(crate) async fn read(file: &Path) -> Result<Self> {
        let is_stdin = file.as_os_str() == "-";
        let source = if is_stdin {
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
                &source,
                "give a JSON document, for example one that `get --output json` printed",
            )),
            Ok(text) => Ok(Self { source, text }),
            Err(error) => Err(error.refuse(
                &source,
                "check the name and the permission to read it; `--body -` reads stdin",
            )),
        }
    }

    /// Returns a full document of Partner Center, and the same as it was given.
    ///
    /// # Errors
    /// A usage failure that names line and column, or the invalid member.
    pub(crate) fn partner(&self) -> Result<(CustomerBillingProfile, Value)> {
        let given = self.document()?;
        if given.get("properties").is_some_and(Value::is_object) {
            return Err(self.of_other_service("Azure Resource Manager", "billing arm update"));
        }
        let profile = decode(self.text.as_bytes()).map_err(|error| self.invalid(&error))?;
        Ok((profile, given))
    }

    /// Returns an update of Resource Manager, and the members of the document that cannot be
    /// written.
    ///
    /// # Errors
    /// See [`partner`](Self::partner).
    pub(crate) fn arm<U: DeserializeOwned>(&self, writable: &Members) -> Result<(U, Unwritten)> {
        let refuse = |error| refuse(&self.source, error);
        let mut document = writable.in_camel_case(self.document()?).map_err(refuse)?;
        let is_partner = |name| document.get(name).is_some();
        let is_arm = document.get("properties").is_some();
        if !is_arm
            && ["companyName", "defaultAddress", "CompanyName"]
                .map(is_partner)
                .contains(&true)
        {
            return Err(self.of_other_service("Partner Center", "billing partner update"));
        }
        let unwritten = writable.take_unwritten(&mut document);
        // The type can tell only that a member is refused; the schemas tell why.
        writable.check_document(&document).map_err(refuse)?;
        Ok((into_type(&self.source, document)?, unwritten))
    }

    /// Returns the failure of a member that cannot be sent.
    pub(crate) fn refuse(&self, error: EditError) -> Failure {
        refuse(&self.source, error)
    }

    fn of_other_service(&self, service: &str, verb: &str) -> Failure {
        Failure::usage(
            format!("{}: this is a document of {service}", self.source),
            format!("nothing was sent; use `{verb}`"),
        )
    }

    /// Parses the document.
    fn document(&self) -> Result<Value> {
        let source = &self.source;
        let json = self.text.as_bytes();
        let read = interruptible(|| match decode::<Value>(json) {
            Ok(value) => Ok((value, false)),
            // `Json` accepts numbers that a value cannot hold, and no name twice.
            Err(error) => decode::<Json>(json)
                .map(|json| (json.to_value_lossy(), true))
                .map_err(|_| error),
        });
        let (value, has_unique_names) = read.map_err(|error| {
            Failure::usage(
                format!("{source}: this is not JSON: {}", cause(&error)),
                "nothing was sent; correct that position and run the command again",
            )
        })?;
        if !value.is_object() {
            return Err(Failure::usage(
                format!("{source}: this is not a JSON object"),
                "give one object in braces, for example what `get --output json` prints",
            ));
        }
        // Of two members of the same name, a JSON value silently keeps the last.
        if !has_unique_names {
            decode::<UniqueNames>(json).map_err(|error| self.invalid(&error))?;
        }
        Ok(value)
    }

    /// Returns the failure of a document that is JSON of another type.
    fn invalid(&self, error: &Error) -> Failure {
        let member = match error.json_path() {
            Some(path) => format!(" `{path}` cannot be sent:"),
            None => String::new(),
        };
        Failure::usage(
            format!("{}:{member} {}", self.source, cause(error)),
            "nothing was sent; correct that position and run the command again",
        )
    }
}

/// Returns the parser's message with line and column. The errors above it are about responses.
fn cause(error: &Error) -> String {
    match error.source() {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}
