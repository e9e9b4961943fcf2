//! Combines options, environment, context and defaults.

use std::path::PathBuf;

use billing_core::{Cloud, Endpoint};
use billing_edit::Service;
use clap::ValueEnum;

use crate::args::arm::ArmVersion;
use crate::args::global::{self, CredentialKind, Global};
use crate::args::value;
use crate::failure::{Failure, Result};
use crate::input::environment_variable;
use crate::nearest::names_with_nearest;
use crate::settings::file::{self, Contexts};
use crate::settings::key::{Key, TOKEN_VARIABLE};
use crate::settings::location::{self, ConfigLocation};
use crate::settings::refresh_token_store::RefreshTokenLocation;
use crate::settings::setting::{Layer, Setting};

/// The context that is used if none is named.
const DEFAULT_CONTEXT: &str = "default";

/// A cloud whose addresses the context gives.
const CUSTOM: &str = "custom";

/// All settings of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The config file.
    pub(crate) file: PathBuf,
    /// The context that is used.
    pub(crate) context: Option<String>,
    found: Vec<Setting>,
}

/// The address of a service, and the cloud that it is in.
pub(crate) struct ServiceEndpoint {
    pub(crate) cloud: Cloud,
    pub(crate) endpoint: Endpoint,
}

impl Settings {
    /// Finds the value of each setting.
    ///
    /// # Errors
    /// A usage failure
    /// - for a named file that cannot be read, or has a line that cannot be used;
    /// - for a context that is not in it;
    /// - for a cloud, a credential or an address that cannot be used.
    pub(crate) async fn load(global: &Global) -> Result<Self> {
        let location = location::find(global)?;
        let contexts = file::read(&location).await?;
        let context = context(global, &location, &contexts)?;
        let entries = context.as_ref().and_then(|name| contexts.get(name));
        let entries = entries.map(Vec::as_slice).unwrap_or_default();
        let path = location.path.display();
        let mut found = Vec::new();
        for key in Key::all() {
            let variable = key.variable();
            let from_environment = variable.map(environment_variable).transpose()?.flatten();
            let (layer, text, source) = if let Some(text) = key.option(global) {
                (Layer::Option, text, format!("--{}", key.name()))
            } else if let (Some(name), Some(text)) = (variable, from_environment) {
                (Layer::Environment, text, name.to_owned())
            } else if let Some(entry) = entries.iter().find(|entry| entry.key == key) {
                let source = format!("{path}:{}", entry.line);
                (Layer::Context, entry.text.clone(), source)
            } else if let Some(text) = key.default() {
                (Layer::Default, text.to_owned(), "default".to_owned())
            } else {
                continue;
            };
            found.push(Setting {
                key,
                text,
                layer,
                source,
            });
        }
        let mut settings = Self {
            file: location.path,
            context,
            found,
        };
        settings.check_names()?;
        settings.apply_cloud()?;
        settings.choose_credential(global)?;
        Ok(settings)
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Setting> {
        self.found.iter().find(|setting| setting.key == key)
    }

    pub(crate) fn text(&self, key: Key) -> Option<&str> {
        self.get(key).map(|setting| setting.text.as_str())
    }

    /// Returns the kind of credential, if one was chosen.
    ///
    /// # Errors
    /// A usage failure for an unknown name.
    pub(crate) fn credential_kind(&self) -> Result<Option<CredentialKind>> {
        let Some(setting) = self.get(Key::Credential) else {
            return Ok(None);
        };
        one_of(setting, "credentials").map(Some)
    }

    /// Returns the api version of Resource Manager.
    ///
    /// # Errors
    /// A usage failure for an unknown version.
    pub(crate) fn arm_api_version(&self) -> Result<ArmVersion> {
        match self.get(Key::ArmApiVersion) {
            Some(setting) => one_of(setting, "api versions"),
            None => Ok(ArmVersion::default()),
        }
    }

    /// Returns where refresh tokens are kept.
    ///
    /// # Errors
    /// A usage failure for an unknown location.
    pub(crate) fn refresh_token_location(&self) -> Result<RefreshTokenLocation> {
        match self.get(Key::RefreshTokenStore) {
            Some(setting) => RefreshTokenLocation::parse(setting, &self.file),
            None => Ok(RefreshTokenLocation::Environment),
        }
    }

    /// Returns the address of a service.
    ///
    /// # Errors
    /// A usage failure for a custom cloud without one.
    pub(crate) fn service_endpoint(&self, service: Service) -> Result<ServiceEndpoint> {
        let (key, resource) = match service {
            Service::Partner => (Key::PartnerEndpoint, Key::PartnerResource),
            Service::Arm => (Key::ArmEndpoint, Key::ArmResource),
        };
        let endpoint = self.required_endpoint(key)?;
        let resource = self.text(resource).unwrap_or_default();
        let mut cloud = match service {
            Service::Partner => Cloud::public()
                .with_partner_endpoint(&endpoint)
                .with_partner_resource(resource),
            Service::Arm => Cloud::public()
                .with_arm_endpoint(&endpoint)
                .with_arm_resource(resource),
        };
        if let Some(authority) = self.get(Key::Authority) {
            cloud = cloud.with_authority(&authority.endpoint()?);
        }
        Ok(ServiceEndpoint { cloud, endpoint })
    }

    /// Returns the address of Microsoft Entra ID.
    ///
    /// # Errors
    /// A usage failure for a custom cloud without one.
    pub(crate) fn authority(&self) -> Result<Endpoint> {
        self.required_endpoint(Key::Authority)
    }

    fn required_endpoint(&self, key: Key) -> Result<Endpoint> {
        if let Some(setting) = self.get(key) {
            return setting.endpoint();
        }
        let name = key.name();
        let source = self.get(Key::Cloud).map_or("", |setting| &setting.source);
        let hint = format!(
            "add a line such as {name} = \"https://host.example\" to the context, or choose one \
             of the known clouds"
        );
        Err(Failure::usage(
            format!("{source}: a custom cloud also needs {name}"),
            hint,
        ))
    }

    /// Refuses a secret that was set in place of the name of its variable: names are shown.
    fn check_names(&self) -> Result {
        for key in [Key::TokenEnv, Key::ClientSecretEnv] {
            if let Some(setting) = self.get(key).filter(|setting| !is_variable(&setting.text)) {
                let hint = "give the name of the variable, not the secret: letters, digits and _, \
                            such as BILLING_TOKEN";
                return Err(setting.refuse("is not the name of an environment variable", hint));
            }
        }
        self.refresh_token_location()?;
        self.arm_api_version().map(drop)
    }

    /// Adds the settings that the cloud implies, and drops those that were set for another cloud in
    /// a source of lower precedence.
    fn apply_cloud(&mut self) -> Result {
        let Some(setting) = self.get(Key::Cloud).cloned() else {
            return Ok(());
        };
        let known = known_cloud(&setting)?;
        for key in Key::OF_A_CLOUD {
            self.found
                .retain(|other| other.key != key || other.layer >= setting.layer);
            if let Some(given) = self.get(key) {
                if key.is_address() {
                    given.endpoint()?;
                }
                continue;
            }
            let resource = |endpoint| {
                let origin = self.text(endpoint)?;
                Some(origin.trim_end_matches('/').to_owned())
            };
            let text = match (&known, key) {
                (Some(cloud), _) => key.of(cloud),
                // The tokens of a custom cloud are for its own addresses.
                (None, Key::PartnerResource) => resource(Key::PartnerEndpoint),
                (None, Key::ArmResource) => resource(Key::ArmEndpoint),
                (None, _) => None,
            };
            self.found.extend(text.map(|text| Setting {
                key,
                text,
                layer: setting.layer,
                source: format!("cloud {}", setting.text),
            }));
        }
        Ok(())
    }

    /// Chooses the credential `token` if nothing else was chosen and there is a token.
    fn choose_credential(&mut self, global: &Global) -> Result {
        let token_env = self.get(Key::TokenEnv).cloned();
        let by_name = token_env.filter(|setting| setting.layer > Layer::Default);
        let chosen = self.get(Key::Credential).map(|chosen| chosen.layer);
        let source = match by_name {
            // Naming the variable chooses the token in it.
            Some(named) if named.layer > chosen.unwrap_or(Layer::Default) => named.source,
            _ if chosen.is_some() => {
                let kind = self.credential_kind()?;
                if global.token_env.is_some() && kind != Some(CredentialKind::Token) {
                    return Err(Failure::usage(
                        "--token-env needs the credential token, but another one was chosen",
                        "leave out --token-env or --credential",
                    ));
                }
                return Ok(());
            }
            _ if environment_variable(TOKEN_VARIABLE)?.is_some() => {
                format!("{TOKEN_VARIABLE} is set")
            }
            _ => return Ok(()),
        };
        self.found.retain(|setting| setting.key != Key::Credential);
        self.found.push(Setting {
            key: Key::Credential,
            text: value::name(CredentialKind::Token),
            layer: Layer::Default,
            source,
        });
        Ok(())
    }
}

/// Returns the value that a setting names.
///
/// # Errors
/// A usage failure that lists the names of all values.
fn one_of<T: ValueEnum>(setting: &Setting, all: &str) -> Result<T> {
    T::from_str(&setting.text, false).map_err(|_| {
        let names = T::value_variants().iter().cloned();
        let names: Vec<_> = names.map(value::name).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let names = names_with_nearest(&setting.text, &names);
        setting.unknown(format!("the {all} are {names}"))
    })
}

/// Whether a text is the name of an environment variable.
fn is_variable(name: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    name.len() <= 64
        && name.chars().all(is_part)
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// Returns the cloud, or `None` for a custom one.
fn known_cloud(setting: &Setting) -> Result<Option<Cloud>> {
    if setting.text == CUSTOM {
        return Ok(None);
    }
    let Ok(cloud) = global::Cloud::from_str(&setting.text, false) else {
        let names = ["public", "usgov", "china", CUSTOM];
        let hint = format!(
            "the clouds are {}",
            names_with_nearest(&setting.text, &names)
        );
        return Err(setting.unknown(hint));
    };
    Ok(Some(match cloud {
        global::Cloud::Public => Cloud::public(),
        global::Cloud::Usgov => Cloud::us_government(),
        global::Cloud::China => Cloud::china(),
    }))
}

/// Returns the name of the context that is used, if there is one.
fn context(
    global: &Global,
    location: &ConfigLocation,
    contexts: &Contexts,
) -> Result<Option<String>> {
    let (name, source) = match &global.context {
        Some(name) => (name.clone(), "--context"),
        None => match named_by_environment()? {
            Some(named) => named,
            None => {
                let exists = contexts.contains_key(DEFAULT_CONTEXT);
                return Ok(exists.then(|| DEFAULT_CONTEXT.to_owned()));
            }
        },
    };
    if contexts.contains_key(&name) {
        return Ok(Some(name));
    }
    let names: Vec<_> = contexts.keys().map(String::as_str).collect();
    let hint = if !location.exists {
        "there is no such file yet; `billing config init` writes one".to_owned()
    } else if names.is_empty() {
        format!("add a line [contexts.{name}] and its settings below it")
    } else {
        format!("the contexts are {}", names_with_nearest(&name, &names))
    };
    let path = location.path.display();
    let what = format!("{source}: no context {name} in {path}");
    Err(Failure::usage(what, hint))
}

/// Returns the context that a variable names, and the variable. Contexts were once called profiles.
fn named_by_environment() -> Result<Option<(String, &'static str)>> {
    for variable in ["BILLING_CONTEXT", "BILLING_PROFILE"] {
        if let Some(name) = environment_variable(variable)? {
            return Ok(Some((name, variable)));
        }
    }
    Ok(None)
}
