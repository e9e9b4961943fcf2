//! The credential for a service.

#[cfg(feature = "bulk")]
use std::time::SystemTime;

use billing_core::{
    AccessToken, BoxFuture, Credential, Endpoint, Error, RetryPolicy, StaticToken, TokenCredential,
};
use billing_edit::Service;

use crate::args::global::CredentialKind;
use crate::credential::app;
use crate::credential::request::{CredentialRequest, scope};
use crate::credential::secret::secret;
use crate::failure::{Failure, Result};
use crate::input::InputError;
use crate::network::send_options;
use crate::settings::key::{Key, TOKEN_VARIABLE};
use crate::settings::load::{ServiceEndpoint, Settings};
use crate::settings::refresh_token_store::{REFRESH_TOKEN_VARIABLE, RefreshTokenLocation};

/// The credential for a service, and what its hints need to know.
pub(crate) struct SignIn {
    pub(super) kind: Option<CredentialKind>,
    credential: Credential,
    /// The hint about what has to be configured before there is a token.
    pub(super) missing: Option<String>,
    /// Why there is no token before that.
    #[cfg_attr(not(feature = "bulk"), allow(dead_code, reason = "for bulk runs only"))]
    why_missing: Option<String>,
    pub(super) service: Service,
    /// The origin of the service.
    pub(super) origin: String,
    /// Empty for an emulator.
    pub(super) settings: Settings,
    pub(super) authority: String,
    pub(super) scope: String,
}

impl SignIn {
    /// Creates the credential that the settings choose. Tokens are requested, and missing settings
    /// are reported, at the first request to the service, so that a dry run needs no credential.
    /// Requests for tokens are retried as those to the service.
    ///
    /// # Errors
    /// A usage failure for settings that cannot be used.
    pub(crate) fn open(
        settings: &Settings,
        service: Service,
        ServiceEndpoint { cloud, endpoint }: &ServiceEndpoint,
        retry: &RetryPolicy,
    ) -> Result<Self> {
        let kind = settings.credential_kind()?;
        let created = match kind {
            // The hint depends on the service.
            None => Err(Failure::usage(
                format!("{TOKEN_VARIABLE} is not set, and no credential is chosen"),
                "",
            )),
            Some(CredentialKind::Token) => token(settings),
            Some(kind) => {
                let options = send_options(&settings.authority()?)?;
                create(&CredentialRequest {
                    kind,
                    settings,
                    service,
                    cloud,
                    options: options.with_retry(retry.clone()),
                })
            }
        };
        let (credential, missing, why_missing) = match created {
            Ok(credential) => (credential, None, None),
            Err(failure) => {
                let why = failure.message();
                (Missing(why.clone()).into(), failure.0.hint, Some(why))
            }
        };
        Ok(Self {
            kind,
            credential,
            missing,
            why_missing,
            service,
            origin: endpoint.origin(),
            settings: settings.clone(),
            authority: cloud.authority().to_owned(),
            scope: scope(service, cloud),
        })
    }

    /// Creates the credential for an emulator.
    pub(crate) fn with_token(token: &str, service: Service, endpoint: &Endpoint) -> Self {
        Self {
            kind: Some(CredentialKind::Token),
            credential: StaticToken::new(token).into(),
            missing: None,
            why_missing: None,
            service,
            origin: endpoint.origin(),
            settings: Settings::default(),
            authority: String::new(),
            scope: String::new(),
        }
    }

    /// The name of the variable with the token.
    pub(super) fn token_variable(&self) -> &str {
        self.settings.text(Key::TokenEnv).unwrap_or(TOKEN_VARIABLE)
    }

    pub(crate) fn credential(&self) -> Credential {
        self.credential.clone()
    }

    /// Returns the error of every request if something has to be configured first.
    #[cfg(feature = "bulk")]
    pub(crate) fn missing(&self) -> Option<Error> {
        self.why_missing.clone().map(Error::credential)
    }

    /// Returns the tenant of the tokens, if the settings name it.
    #[cfg(feature = "bulk")]
    pub(crate) fn tenant(&self) -> Option<&str> {
        let is_named = matches!(
            self.kind,
            Some(
                CredentialKind::ClientSecret
                    | CredentialKind::AppUser
                    | CredentialKind::WorkloadIdentity
            )
        );
        self.settings.text(Key::TenantId).filter(|_| is_named)
    }

    /// Whether the token is one that the user gave, which is not renewed.
    #[cfg(feature = "bulk")]
    pub(crate) fn has_fixed_token(&self) -> bool {
        self.kind == Some(CredentialKind::Token)
    }

    /// Returns when the token that the user gave expires, as far as it says so itself; `None` for a
    /// credential that renews its tokens.
    #[cfg(feature = "bulk")]
    pub(crate) async fn token_expiry(&self) -> Option<SystemTime> {
        if !self.has_fixed_token() {
            return None;
        }
        let token = self.credential.get_token().await;
        token.ok()?.claimed_expiry()
    }

    /// Whether something has to be configured first, so that no token was requested.
    pub(crate) fn is_misconfigured(&self) -> bool {
        self.missing.is_some()
    }
}

fn create(request: &CredentialRequest<'_>) -> Result<Credential> {
    match request.kind {
        CredentialKind::ClientSecret => app::app(request),
        CredentialKind::AppUser => app::app_user(request),
        #[cfg(feature = "azure-identity")]
        _ => crate::credential::azure::azure(request),
        #[cfg(not(feature = "azure-identity"))]
        kind => {
            let part = format!("credential {}", crate::args::value::name(kind));
            Err(crate::features::left_out(&part, "azure-identity"))
        }
    }
}

/// Creates the credential of the token in an environment variable.
fn token(settings: &Settings) -> Result<Credential> {
    let name = settings.text(Key::TokenEnv).unwrap_or(TOKEN_VARIABLE);
    let refuse = |why: &str| Failure::usage(format!("the environment variable {name} {why}"), "");
    if std::env::var_os(name).is_none() {
        return Err(refuse("is not set"));
    }
    match secret(name) {
        Ok(Some(token)) => Ok(StaticToken::new(token.expose()).into()),
        Ok(None) => Err(refuse("is empty")),
        Err(InputError::SeveralWords) => Err(refuse(
            "contains more than one word: set it to the token alone",
        )),
        Err(error) => Err(refuse(&error.to_string())),
    }
}

/// Returns the environment variables with the secrets that a credential needs.
///
/// # Errors
/// A usage failure for an invalid `refresh-token-store`.
pub(crate) fn secret_variables(kind: CredentialKind, settings: &Settings) -> Result<Vec<String>> {
    let named = |key| settings.text(key).unwrap_or_default().to_owned();
    Ok(match kind {
        CredentialKind::Token => vec![named(Key::TokenEnv)],
        CredentialKind::ClientSecret => vec![named(Key::ClientSecretEnv)],
        CredentialKind::AppUser => {
            let mut variables = vec![named(Key::ClientSecretEnv)];
            if settings.refresh_token_location()? == RefreshTokenLocation::Environment {
                variables.push(REFRESH_TOKEN_VARIABLE.to_owned());
            }
            variables
        }
        _ => Vec::new(),
    })
}

/// A credential that is not configured.
struct Missing(String);

impl TokenCredential for Missing {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move { Err(Error::credential(self.0.clone())) })
    }
}
