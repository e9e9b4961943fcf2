//! Converts checked documents to the types of the clients.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::{Failure, Result};

/// Reads the text of a checked document as the type that is sent.
///
/// # Errors
/// See [`into_type`].
pub(crate) fn read_type<T: DeserializeOwned>(source: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| refuse_type(source, &error))
}

/// Converts a checked document to the type that is sent.
///
/// # Errors
/// A usage failure for a document that passes the checks and does not match the type.
pub(crate) fn into_type<T: DeserializeOwned>(source: &str, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| refuse_type(source, &error))
}

fn refuse_type(source: &str, error: &serde_json::Error) -> Failure {
    Failure::usage(
        format!("{source}: {error}"),
        "nothing was sent; correct the value and run the command again",
    )
}
