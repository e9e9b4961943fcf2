//! One setting: its value, and where it was found.

use std::fmt;

use billing_core::Endpoint;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::settings::key::Key;

/// The precedence of a source, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Default,
    Context,
    Environment,
    Option,
}

/// The value of a setting and its source.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(super) key: Key,
    pub(crate) text: String,
    pub(super) layer: Layer,
    /// For example `--cloud`, `BILLING_CLOUD` or `/home/ada/.config/billing/config.toml:3`.
    pub(crate) source: String,
}

impl Setting {
    /// Creates the failure for a value that cannot be used. The value is not repeated: it may be a
    /// secret that was set in the wrong place.
    pub(crate) fn refuse(&self, why: impl fmt::Display, hint: impl Into<String>) -> Failure {
        let (source, name) = (&self.source, self.key.name());
        if source.ends_with(name) {
            return Failure::usage(format!("{source} {why}"), hint);
        }
        Failure::usage(format!("{source}: {name} {why}"), hint)
    }

    /// Creates a usage failure for a value that is not one of the known ones.
    pub(super) fn unknown(&self, hint: impl Into<String>) -> Failure {
        Failure::usage(
            format!("{}: unknown {}", self.source, self.key.name()),
            hint,
        )
    }

    /// Returns the value as an address.
    ///
    /// # Errors
    /// A usage failure for a value that is not an address, or not one to send a token to.
    pub(super) fn endpoint(&self) -> Result<Endpoint> {
        self.text.parse::<Endpoint>().map_err(|error| {
            Failure::new(Exit::Usage, error)
                // Not the address itself: it may contain a password.
                .during(self.source.clone())
                .hint(match self.key {
                    Key::Authority => {
                        "give the address of Microsoft Entra ID, such as https://login.microsoftonline.com"
                    }
                    _ => {
                        "give the address of the service, such as https://management.azure.com, or that \
                         of an emulator, such as http://127.0.0.1:8080"
                    }
                })
        })
    }
}
