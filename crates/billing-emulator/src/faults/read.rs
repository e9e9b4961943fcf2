//! Reads fault plans from text, and locates the errors in it.

use std::{collections::BTreeMap, str::FromStr};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;
use toml::Spanned;

use crate::{
    error::Error,
    faults::{check::InvalidFault, plan::FaultPlan},
};

/// The location of an error that concerns the whole plan.
const WHOLE: &str = "the plan";

impl FaultPlan {
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        let mut value: Value = serde_json::from_str(text)
            .map_err(|error| Error::invalid(WHOLE, format!("must be JSON: {error}")))?;
        // Serde would read an array as an empty plan.
        if value.is_array() {
            return Err(Error::invalid(WHOLE, "must be an object"));
        }
        forget_counts(&mut value);
        let plan: Self = serde_path_to_error::deserialize(value).map_err(|error| {
            let path = path(&error).unwrap_or_else(|| WHOLE.to_owned());
            Error::invalid(path, error.inner().to_string())
        })?;
        plan.checked(|plan, invalid| invalid.place(plan))
    }

    pub(crate) fn from_toml(text: &str) -> Result<Self, Error> {
        let refuse = |error: &toml::de::Error, path: Option<String>| {
            let line = line(text, error.span().map_or(0, |span| span.start));
            let path = path.map_or(String::new(), |path| format!(", {path}"));
            Error::invalid(line + &path, error.message())
        };
        let toml = toml::Deserializer::parse(text).map_err(|error| refuse(&error, None))?;
        let plan: Self = serde_path_to_error::deserialize(toml)
            .map_err(|error| refuse(error.inner(), path(&error)))?;
        plan.checked(|plan, invalid| {
            let start = start_of(text, invalid).unwrap_or(0);
            format!("{}, {}", line(text, start), invalid.place(plan))
        })
    }

    /// Returns the plan if each fault is valid; `locate` names the invalid one in an error.
    fn checked(self, locate: impl FnOnce(&Self, &InvalidFault) -> String) -> Result<Self, Error> {
        match self.check() {
            Ok(_) => Ok(self),
            Err(invalid) => Err(Error::invalid(locate(&self, &invalid), invalid.reason)),
        }
    }
}

impl FromStr for FaultPlan {
    type Err = Error;

    /// Reads TOML, or JSON if the text begins with `{`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: an unknown key, an invalid value, or keys that contradict each
    /// other. The message has the line, or the path in JSON, and what is valid.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.trim_start().starts_with('{') {
            Self::from_json(text)
        } else {
            Self::from_toml(text)
        }
    }
}

/// Removes what `GET /api/faults` adds to each fault, so that its response can be sent back.
fn forget_counts(plan: &mut Value) {
    let faults = plan.get_mut("faults").and_then(Value::as_array_mut);
    for fault in faults
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        for count in ["fitted", "hit"] {
            fault.remove(count);
        }
    }
}

/// Returns the offset of a fault's member in a valid text, or of the fault itself.
fn start_of(text: &str, invalid: &InvalidFault) -> Option<usize> {
    #[derive(Deserialize)]
    struct Places {
        #[serde(default, alias = "fault")]
        faults: Vec<Spanned<BTreeMap<Spanned<String>, IgnoredAny>>>,
    }

    let places: Places = toml::from_str(text).ok()?;
    let fault = places.faults.get(invalid.index)?;
    let mut members = fault.get_ref().keys();
    let member = members.find(|name| Some(name.get_ref().as_str()) == invalid.member);
    Some(member.map_or(fault.span().start, |name| name.span().start))
}

/// Returns the path of the member that is invalid, such as `fault[0].garbage`.
fn path<E>(error: &serde_path_to_error::Error<E>) -> Option<String> {
    Some(error.path().to_string()).filter(|path| path != ".")
}

fn line(text: &str, start: usize) -> String {
    let before = text.get(..start).unwrap_or_default();
    format!("line {}", before.matches('\n').count() + 1)
}
