//! Hints for a missing token, and for one that the service does not accept.

use std::error::Error as _;

use billing_core::{ClaimsChallenge, Error};
use billing_edit::Service;

use crate::args::global::CredentialKind;
use crate::args::value;
use crate::credential::sign_in::SignIn;
use crate::credential::store::TokenStoreError;
use crate::failure::is_layer;
use crate::network::untrusted_certificate_hint;
use crate::settings::key::{Key, TOKEN_VARIABLE};
use crate::shell::shell_word;

impl SignIn {
    /// Returns the hint for an error of the credential, or for a 401 of the service.
    pub(crate) fn hint(&self, error: &Error) -> String {
        let variable = self.token_variable();
        let is_token = matches!(self.kind, None | Some(CredentialKind::Token));
        if let Some(challenge) = error.claims_challenge() {
            return self.claims(challenge);
        }
        if error.is_mfa_required() {
            return self.second_factor();
        }
        // Plain http is for loopback only.
        if is_token && self.origin.starts_with("http://") {
            return format!(
                "set {variable} to the token that `billing emulator` printed at its start"
            );
        }
        if let Some(hint) = self.missing.as_ref().filter(|hint| !hint.is_empty()) {
            return hint.clone();
        }
        let example = self.example();
        match self.kind {
            None => format!(
                "three common ways to get a token: from the Azure CLI each time, once in {TOKEN_VARIABLE}, or by the secret of an application\n  \
                 az login && billing --credential azure-cli …\n  {example}\n  \
                 export AZURE_TENANT_ID=… AZURE_CLIENT_ID=… AZURE_CLIENT_SECRET=… && billing --credential client-secret …\n\
                 `billing config init` writes a file that explains the other credentials and keeps the choice"
            ),
            Some(CredentialKind::Token) if error.is_credential() => {
                format!("set it to a bearer token, for example\n  {example}")
            }
            Some(CredentialKind::Token) => format!(
                "the token in {variable} is expired, or its audience is not {}: get a fresh one, \
                 for example\n  {example}",
                self.service
            ),
            Some(kind) if error.is_unauthorized() => self.not_accepted(kind),
            Some(kind) => self.no_token(kind, error),
        }
    }

    /// Returns the hint for an error after which the credential was asked for another token.
    #[cfg(feature = "bulk")]
    pub(crate) fn hint_after_renewal(&self, error: &Error) -> String {
        let source = error.source().and_then(|source| source.downcast_ref());
        let no_token = source.filter(|source: &&Error| source.is_credential());
        match no_token {
            Some(why) if error.claims_challenge().is_none() => self.hint(why),
            _ => self.hint(error),
        }
    }

    /// Returns the hint for a service that requires claims that the credential could not get.
    fn claims(&self, challenge: &ClaimsChallenge) -> String {
        let service = self.service;
        let wanted = format!("{service} requires a newer sign-in or multi-factor authentication: ");
        let login = format!(
            "{} --claims-challenge {}",
            self.az_login(),
            shell_word(&challenge.to_base64())
        );
        match self.kind {
            Some(CredentialKind::AzureCli | CredentialKind::DeveloperTools) => {
                format!("{wanted}sign in with the Azure CLI (2.76 or later)\n  {login}")
            }
            None | Some(CredentialKind::Token) => format!(
                "{wanted}set {} to the token of such a sign-in; with the Azure CLI (2.76 or \
                 later)\n  {login}\n  {}",
                self.token_variable(),
                self.example()
            ),
            Some(CredentialKind::AppUser) => format!("{wanted}{}", self.second_factor()),
            Some(kind) => format!(
                "{wanted}{} cannot get such a token; choose the credential azure-cli or app-user",
                value::name(kind)
            ),
        }
    }

    /// Returns the command that sets the variable of the token.
    fn example(&self) -> String {
        format!(
            "export {}=\"$(az account get-access-token --resource {} --query accessToken --output \
             tsv)\"",
            self.token_variable(),
            self.origin
        )
    }

    /// Returns the hint for Partner Center's requirement of multi-factor authentication.
    pub(crate) fn second_factor(&self) -> String {
        match self.kind {
            Some(CredentialKind::AzureCli | CredentialKind::DeveloperTools) => {
                format!("sign in with a second factor\n  {}", self.az_login())
            }
            Some(CredentialKind::AppUser) => format!(
                "sign in to the application again with a second factor, and save the new refresh \
                 token\n  {KEEP}"
            ),
            None | Some(CredentialKind::Token) => format!(
                "Partner Center requires multi-factor authentication: sign in with it and set {} \
                 to the new token",
                self.token_variable()
            ),
            Some(_) => {
                "an application itself has no second factor: choose the credential app-user with \
                 the refresh token of a sign-in with a second factor"
                    .to_owned()
            }
        }
    }

    /// Returns the hint for a 401 to a token of the credential.
    fn not_accepted(&self, kind: CredentialKind) -> String {
        let name = value::name(kind);
        let about = match kind {
            CredentialKind::AzureCli | CredentialKind::DeveloperTools => {
                "`az account show` shows the user of the token; tenant-id chooses another tenant"
            }
            _ => "`billing config show` shows which tenant, application and cloud it is for",
        };
        let app = match (self.service, kind) {
            (Service::Partner, CredentialKind::ClientSecret) => {
                "; register the application in Partner Center (Account settings, App management)"
            }
            _ => "",
        };
        format!(
            "{} does not accept the token of {name}: {about}{app}",
            self.service
        )
    }

    /// Returns the hint for a credential that gives no token.
    fn no_token(&self, kind: CredentialKind, error: &Error) -> String {
        let words = error.service_error().and_then(|all| all.message());
        let words = words.unwrap_or_default();
        if error.is_consent_required() {
            return self.consent();
        }
        match store_error(error) {
            Some(TokenStoreError::Absent) => {
                return format!("save the refresh token of a sign-in to the application\n  {KEEP}");
            }
            Some(TokenStoreError::Broken(_)) => {
                return "`billing config show` shows refresh-token-store, the location of the \
                        refresh token: correct it there"
                    .to_owned();
            }
            Some(TokenStoreError::Busy(_)) => {
                return "several commands can share the refresh token, one after the other; if \
                        none is running, another machine may hold the lock on a shared disk"
                    .to_owned();
            }
            None => {}
        }
        if error.is_client_secret_refused() {
            return format!(
                "create a new secret in the app registration, and set {} to its value, not its id",
                self.settings.text(Key::ClientSecretEnv).unwrap_or_default()
            );
        }
        match kind {
            CredentialKind::AzureCli | CredentialKind::DeveloperTools
                if words.contains("az not found on PATH") =>
            {
                "install the Azure CLI (https://aka.ms/azure-cli) and sign in with `az login`, or \
                 choose another credential: `billing config init` writes a file that explains them"
                    .to_owned()
            }
            CredentialKind::AzureCli | CredentialKind::DeveloperTools => {
                format!("sign in\n  {}", self.az_login())
            }
            CredentialKind::ManagedIdentity => {
                "only an Azure machine with an assigned identity has a managed identity \
                 (client-id chooses between several); elsewhere choose another credential, such \
                 as azure-cli"
                    .to_owned()
            }
            CredentialKind::AppUser
                if error.is_sign_in_expired() || error.is_interaction_required() =>
            {
                format!(
                    "sign in to the application again, and save the new refresh token\n  {KEEP}"
                )
            }
            _ if error.is_wrong_tenant() => WHERE_FROM.to_owned(),
            _ => self.other(error),
        }
    }

    /// Returns the hint for all other errors of the authority.
    fn other(&self, error: &Error) -> String {
        let service = error.service_error();
        let code = service.and_then(|all| all.code()?.strip_prefix("AADSTS"));
        if let Some(code) = code {
            return format!(
                "Microsoft explains the code at {EXPLAINED}{code}; the error above has the ids \
                 for its support"
            );
        }
        match (error.authority_status(), error.retry_after()) {
            (Some(_), Some(wait)) => format!(
                "{} asks for a pause of {} s; then run the command again",
                self.authority,
                wait.as_secs_f64().ceil()
            ),
            (Some(status), None) if status.is_server_error() => format!(
                "{} has an internal problem; run the command again later",
                self.authority
            ),
            (Some(_), None) => format!("is {} the right authority? {WHERE_FROM}", self.authority),
            (None, _) if error.is_untrusted_certificate() => {
                untrusted_certificate_hint(&self.authority)
            }
            (None, _) => format!(
                "check the connection to {}, and the proxy (HTTPS_PROXY) if there is one",
                self.authority
            ),
        }
    }

    /// Returns the address where an administrator consents ("Admin consent on the Microsoft
    /// identity platform").
    fn consent(&self) -> String {
        let text = |key| self.settings.text(key);
        let (Some(tenant), Some(client)) = (text(Key::TenantId), text(Key::ClientId)) else {
            return "ask an administrator of the tenant to consent to the application".to_owned();
        };
        format!(
            "ask an administrator of the tenant to consent to the application, at\n  \
             {}/{tenant}/adminconsent?client_id={client}",
            self.authority
        )
    }

    fn az_login(&self) -> String {
        let tenant = self.settings.text(Key::TenantId);
        let tenant = tenant.map(|tenant| format!(" --tenant {}", shell_word(tenant)));
        format!(
            "az login{} --scope {}",
            tenant.unwrap_or_default(),
            shell_word(&self.scope)
        )
    }
}

/// Returns the error of the store of refresh tokens, if it is the cause.
fn store_error(error: &Error) -> Option<&TokenStoreError> {
    std::iter::successors(error.source(), |&cause| cause.source())
        .find_map(|cause| cause.downcast_ref())
}

/// Returns the message of a credential without repetitions: each error of a chain repeats its
/// cause.
pub(crate) fn message_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_end_matches(NOT_RETRIED).trim_end();
        let is_new = !lines.iter().any(|earlier| earlier.contains(line));
        let is_told = is_new && !is_layer(line) && !line.starts_with("To troubleshoot");
        if is_told && lines.len() < 6 {
            lines.push(line.to_owned());
        }
    }
    if let Some(first) = lines.first_mut() {
        first.insert_str(0, "sign-in message: ");
    }
    lines
}

/// What `azure_core` adds to errors other than responses.
const NOT_RETRIED: &str = "non-transport error occurred which will not be retried";

/// Where Microsoft explains the error codes of its authority, for all clouds.
const EXPLAINED: &str = "https://login.microsoftonline.com/error?code=";

const WHERE_FROM: &str = "check the tenant, the client id and the cloud: `billing config show` \
                          shows where each comes from";

/// The command that saves a refresh token.
const KEEP: &str = "billing config refresh-token < FILE";
