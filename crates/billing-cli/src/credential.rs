//! Signing in: which credential, what it is made of, and what to do when it has no token.

mod app;
#[cfg(feature = "azure-identity")]
mod azure;
mod hint;
pub(crate) mod store;

use billing_core::{
    AccessToken, BoxFuture, Cloud, Credential, Error, RetryPolicy, SendOptions, StaticToken,
    TokenCredential,
};
use clap::ValueEnum;

use crate::args::value;
use crate::config::{Key, Places, Settings};
use crate::failure::Failure;
use crate::input::{self, InputError};
use crate::nearest::did_you_mean;
use crate::proxy::sending;
use crate::target::Service;
pub(crate) use hint::words;
pub(crate) use store::{finish_exchanges, keep_refresh_token};

/// The variable that holds the token unless `token-env` names another.
pub(crate) const TOKEN_VARIABLE: &str = "BILLING_TOKEN";

/// How to get a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    // A bearer token in an environment variable
    Token,
    // Whoever signed in by `az login`
    AzureCli,
    // The Azure CLI, else the Azure Developer CLI
    DeveloperTools,
    // The identity of the Azure machine that this runs on
    ManagedIdentity,
    // The identity of the Kubernetes pod that this runs in
    WorkloadIdentity,
    // An application of its own, by its secret
    ClientSecret,
    // An application in the name of a user, by a refresh token
    AppUser,
}

impl Kind {
    /// The name that options and contexts have for it.
    pub(crate) fn name(self) -> String {
        value::name(self)
    }

    /// The one that is chosen, if one is.
    ///
    /// # Errors
    /// A usage failure for a name of none.
    pub(crate) fn of(settings: &Settings) -> Result<Option<Self>, Failure> {
        let Some(setting) = settings.get(Key::Credential) else {
            return Ok(None);
        };
        if let Ok(kind) = Self::from_str(setting.text(), false) {
            return Ok(Some(kind));
        }
        let names: Vec<_> = Self::value_variants()
            .iter()
            .map(|kind| kind.name())
            .collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let near = did_you_mean(setting.text(), &names);
        let hint = format!("there are {}{near}", names.join(", "));
        Err(setting.refuse("is none of the known ones", hint))
    }
}

/// The environment variables with the secrets that a credential needs.
///
/// # Errors
/// A usage failure for a place of refresh tokens that is none.
pub(crate) fn secret_variables(kind: Kind, settings: &Settings) -> Result<Vec<String>, Failure> {
    let named = |key| settings.text(key).unwrap_or_default().to_owned();
    Ok(match kind {
        Kind::Token => vec![named(Key::TokenEnv)],
        Kind::ClientSecret => vec![named(Key::ClientSecretEnv)],
        Kind::AppUser => {
            let mut variables = vec![named(Key::ClientSecretEnv)];
            if store::Place::of(settings)? == store::Place::Environment {
                variables.push(store::VARIABLE.to_owned());
            }
            variables
        }
        _ => Vec::new(),
    })
}

/// Why there is no credential: something has to be configured first.
#[derive(Debug)]
struct Problem {
    what: String,
    hint: String,
}

/// What a credential is made of.
struct Ask<'a> {
    kind: Kind,
    settings: &'a Settings,
    service: Service,
    cloud: &'a Cloud,
    /// How to send to the authority.
    options: SendOptions,
}

/// The credential for a service, and what to say when it fails.
pub(crate) struct SignIn {
    kind: Option<Kind>,
    credential: Credential,
    /// What is to be configured before there is a token.
    missing: Option<String>,
    token_variable: String,
    secret_variable: String,
    tenant: Option<String>,
    client: Option<String>,
    authority: String,
    scope: String,
}

impl SignIn {
    /// Nothing is asked for before the first request. What is missing is told then, too, so that a dry run
    /// needs no credential. Requests for tokens are sent again by the policy of those to the service.
    ///
    /// # Errors
    /// A usage failure for settings that cannot be used.
    pub(crate) fn open(
        settings: &Settings,
        service: Service,
        places: &Places,
        retry: &RetryPolicy,
    ) -> Result<Self, Failure> {
        let kind = Kind::of(settings)?;
        let cloud = &places.cloud;
        let authority = settings.authority();
        let made = match kind {
            None => Err(nothing_chosen()),
            Some(Kind::Token) => token(settings),
            Some(kind) => {
                let ask = Ask {
                    kind,
                    settings,
                    service,
                    cloud,
                    options: sending(&authority?)?.with_retry(retry.clone()),
                };
                ask.credential()
            }
        };
        let (credential, missing) = match made {
            Ok(credential) => (credential, None),
            Err(Problem { what, hint }) => (Credential::from(Missing(what)), Some(hint)),
        };
        let text = |key| settings.text(key).map(str::to_owned);
        Ok(Self {
            kind,
            credential,
            missing,
            token_variable: text(Key::TokenEnv).unwrap_or_default(),
            secret_variable: text(Key::ClientSecretEnv).unwrap_or_default(),
            tenant: text(Key::TenantId),
            client: text(Key::ClientId),
            authority: cloud.authority().to_owned(),
            scope: scope(service, cloud),
        })
    }

    /// The token of an emulator.
    pub(crate) fn with_token(token: &str) -> Self {
        Self {
            kind: Some(Kind::Token),
            credential: StaticToken::new(token).into(),
            missing: None,
            token_variable: TOKEN_VARIABLE.to_owned(),
            secret_variable: String::new(),
            tenant: None,
            client: None,
            authority: String::new(),
            scope: String::new(),
        }
    }

    pub(crate) fn credential(&self) -> Credential {
        self.credential.clone()
    }

    /// Whether something has to be configured first, so that nobody was asked for a token.
    pub(crate) fn is_misconfigured(&self) -> bool {
        self.missing.is_some()
    }
}

/// The scope of a token for a service.
fn scope(service: Service, cloud: &Cloud) -> String {
    match service {
        Service::Partner => cloud.partner_scope(),
        Service::Arm => cloud.arm_scope(),
    }
}

impl Ask<'_> {
    fn credential(self) -> Result<Credential, Problem> {
        match self.kind {
            Kind::ClientSecret => self.app(),
            Kind::AppUser => self.app_user(),
            #[cfg(feature = "azure-identity")]
            _ => self.azure(),
            #[cfg(not(feature = "azure-identity"))]
            kind => {
                let what = format!("credential {}", kind.name());
                let (what, hint) = crate::features::left_out(&what, "azure-identity");
                Err(Problem { what, hint })
            }
        }
    }

    /// The texts of these settings.
    ///
    /// # Errors
    /// The problem that names all that are missing, `more` included.
    fn require<const N: usize>(
        &self,
        keys: [Key; N],
        more: &[Option<&str>],
    ) -> Result<[String; N], Problem> {
        let found = keys.map(|key| self.settings.text(key));
        let absent = keys.iter().zip(&found).filter(|(_, text)| text.is_none());
        let names = absent.filter_map(|(key, _)| key.variable_name());
        let names: Vec<_> = names.chain(more.iter().copied().flatten()).collect();
        if names.is_empty() {
            return Ok(found.map(|text| text.unwrap_or_default().to_owned()));
        }
        let lines = names.iter().map(|name| format!("\n  export {name}=…"));
        let is_setting = |name: &str| keys.iter().any(|key| key.variable_name() == Some(name));
        let also = if names.iter().any(|name| is_setting(name)) {
            "\nthe ids may be in a context instead, as tenant-id and client-id: see `billing config init`"
        } else {
            ""
        };
        Err(Problem {
            what: format!("the credential {} needs {}", self.kind.name(), and(&names)),
            hint: format!("set what is missing{}{also}", lines.collect::<String>()),
        })
    }
}

/// `A, B and C`.
fn and(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

fn nothing_chosen() -> Problem {
    Problem {
        what: format!("{TOKEN_VARIABLE} is not set, and no credential is chosen"),
        // What goes before and after depends on the service.
        hint: String::new(),
    }
}

/// The token in the environment variable.
fn token(settings: &Settings) -> Result<Credential, Problem> {
    let name = settings.text(Key::TokenEnv).unwrap_or(TOKEN_VARIABLE);
    let refuse = |why: &str| Problem {
        what: format!("the environment variable {name} {why}"),
        hint: String::new(),
    };
    if std::env::var_os(name).is_none() {
        return Err(refuse("is not set"));
    }
    match secret(name) {
        Ok(Some(token)) => Ok(StaticToken::new(token.expose()).into()),
        Ok(None) => Err(refuse("is empty")),
        Err(InputError::SeveralWords) => Err(refuse(
            "holds more than one word: put the token alone into it",
        )),
        Err(error) => Err(refuse(&error.to_string())),
    }
}

/// A secret of this name in the environment, without what it may have around it from a file.
///
/// # Errors
/// A variable that holds anything but one word.
fn secret(name: &str) -> Result<Option<billing_core::Secret>, InputError> {
    let text = input::variable(name)?;
    let word = text.as_deref().map(input::word_of).transpose()?;
    Ok(word.map(billing_core::Secret::new))
}

/// A secret that a credential needs, if it is there.
///
/// # Errors
/// The problem with one that cannot be used.
fn needed_secret(name: &str) -> Result<Option<billing_core::Secret>, Problem> {
    secret(name).map_err(|error| Problem {
        what: format!("the environment variable {name} {error}"),
        hint: "put the secret alone into it".to_owned(),
    })
}

/// The credential that there is not.
struct Missing(String);

impl TokenCredential for Missing {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move { Err(Error::credential(self.0.clone())) })
    }
}
