//! Secrets in environment variables.

use billing_core::Secret;

use crate::failure::{Failure, Result};
use crate::input::{self, InputError};

/// Returns the secret in an environment variable, without spaces and line ends around it.
///
/// # Errors
/// A variable that holds anything but one word.
pub(super) fn secret(name: &str) -> Result<Option<Secret>, InputError> {
    let text = input::variable(name)?;
    let word = text.as_deref().map(input::word_of).transpose()?;
    Ok(word.map(Secret::new))
}

/// Returns a secret that a credential needs, if it is set.
///
/// # Errors
/// A secret that cannot be used.
pub(super) fn needed_secret(name: &str) -> Result<Option<Secret>> {
    secret(name).map_err(|error| {
        let message = format!("the environment variable {name} {error}");
        Failure::usage(message, "set it to the secret alone")
    })
}
