//! The settings that a credential is created from.

use billing_core::{Cloud, SendOptions};
use billing_edit::Service;

use crate::args::global::CredentialKind;
use crate::args::value;
use crate::failure::{Failure, Result};
use crate::settings::key::Key;
use crate::settings::load::Settings;

/// A request for the credential of a service.
pub(super) struct CredentialRequest<'a> {
    pub(super) kind: CredentialKind,
    pub(super) settings: &'a Settings,
    pub(super) service: Service,
    pub(super) cloud: &'a Cloud,
    /// The options for requests to the authority.
    pub(super) options: SendOptions,
}

/// Returns the failure for an invalid setting, which the message names.
pub(super) fn invalid_setting(message: impl Into<String>) -> Failure {
    Failure::usage(
        message,
        "correct the setting; `billing config show` shows where it comes from",
    )
}

impl CredentialRequest<'_> {
    /// Returns the scope of the tokens.
    #[cfg(feature = "azure-identity")]
    pub(super) fn scope(&self) -> String {
        scope(self.service, self.cloud)
    }

    /// Returns the values of these settings.
    ///
    /// # Errors
    /// A usage failure that names all missing settings and variables, `more` included.
    pub(super) fn require<const N: usize>(
        &self,
        keys: [Key; N],
        more: &[Option<&str>],
    ) -> Result<[String; N]> {
        let found = keys.map(|key| self.settings.text(key));
        let absent = keys.iter().zip(&found).filter(|(_, text)| text.is_none());
        let mut names: Vec<_> = absent.filter_map(|(key, _)| key.variable()).collect();
        let has_settings = !names.is_empty();
        names.extend(more.iter().copied().flatten());
        if names.is_empty() {
            return Ok(found.map(|text| text.unwrap_or_default().to_owned()));
        }
        let mut hint = "set the missing variables".to_owned();
        for name in &names {
            hint.push_str(&format!("\n  export {name}=…"));
        }
        if has_settings {
            hint.push_str(
                "\na context can have the ids instead, as tenant-id and client-id: see `billing \
                 config init`",
            );
        }
        let kind = value::name(self.kind);
        let message = format!("the credential {kind} needs {}", and(&names));
        Err(Failure::usage(message, hint))
    }
}

/// Returns the scope of tokens for a service.
pub(super) fn scope(service: Service, cloud: &Cloud) -> String {
    match service {
        Service::Partner => cloud.partner_scope(),
        Service::Arm => cloud.arm_scope(),
    }
}

/// Joins names as in `A, B and C`.
fn and(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}
