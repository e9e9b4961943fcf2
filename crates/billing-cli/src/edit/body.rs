//! A document from a file or from stdin.

mod distinct;

use std::error::Error as _;
use std::path::Path;

use arm_client::models::BillingProfileUpdate;
use billing_core::{Error, decode};
use billing_models::Json;
use partner_client::models::CustomerBillingProfile;
use serde_json::Value;

use super::{into_type, refuse};
use crate::failure::Failure;
use crate::input::{self, InputError, Limit};
use crate::interrupt::deadly_during;
use crate::shape::{Misfit, Unwritten, Writable};
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

    /// A full document of Partner Center, and the same as it was given.
    ///
    /// # Errors
    /// A usage failure that names line and column, or the member at fault.
    pub(crate) fn partner(&self) -> Result<(CustomerBillingProfile, Value), Failure> {
        let given = self.document()?;
        if given.get("properties").is_some_and(Value::is_object) {
            return Err(self.of_other_service("Azure Resource Manager", "billing arm update"));
        }
        let profile = decode(self.text.as_bytes()).map_err(|error| self.refusal(&error))?;
        Ok((profile, given))
    }

    /// An update of Resource Manager, and what the document has beside it.
    ///
    /// # Errors
    /// Those of [`partner`](Self::partner).
    pub(crate) fn arm(
        &self,
        writable: &Writable,
    ) -> Result<(BillingProfileUpdate, Unwritten), Failure> {
        let refuse = |misfit| refuse(&self.place, misfit);
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
        // The type says only that it does not take a member; the schemas say why.
        writable.check_document(&document).map_err(refuse)?;
        Ok((into_type(&self.place, document)?, unwritten))
    }

    /// The failure of a member that cannot be sent.
    pub(crate) fn refuse(&self, misfit: Misfit) -> Failure {
        refuse(&self.place, misfit)
    }

    /// Where it came from, as in `--body FILE`.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    fn of_other_service(&self, service: &str, verb: &str) -> Failure {
        Failure::usage(
            format!("{}: this is a document of {service}", self.place),
            format!("nothing was sent; `{verb}` takes it"),
        )
    }

    /// The object that it is.
    fn document(&self) -> Result<Value, Failure> {
        let place = &self.place;
        let json = self.text.as_bytes();
        let read = deadly_during(|| match decode::<Value>(json) {
            Ok(value) => Ok((value, false)),
            // This one takes numbers that no value can hold, and no name twice.
            Err(error) => decode::<Json>(json)
                .map(|json| (json.to_value_lossy(), true))
                .map_err(|_| error),
        });
        let (value, is_distinct) = read.map_err(|error| {
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
        // Of two members of one name a JSON value keeps the last, and nobody would know.
        if !is_distinct {
            decode::<Distinct>(json).map_err(|error| self.refusal(&error))?;
        }
        Ok(value)
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
