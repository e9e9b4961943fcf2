//! What the commands go by: options, the environment, and a file with contexts.
//!
//! Each setting is taken from the first of these that has it: the option, the environment variable, the
//! context, the default. Where it was found stays with it, for `billing config show` and for messages.

mod file;
mod init;
mod key;
mod load;
mod place;
mod secret;
mod show;

use std::fmt;
use std::path::{Path, PathBuf};

use billing_core::{Cloud, Endpoint};

use crate::args::config::ConfigVerb;
use crate::args::global::Global;
use crate::credential;
use crate::failure::{Exit, Failure};
use crate::output::{print, say};
use crate::target::Service;
pub(crate) use key::{Key, variable};

pub(crate) async fn run(verb: ConfigVerb, global: &Global) -> Result<(), Failure> {
    match verb {
        ConfigVerb::Init => init::run(global),
        ConfigVerb::Path => {
            let place = place::find(global)?;
            if !place.is_there {
                say("there is no such file; `billing config init` writes one");
            }
            print(&place.path.display().to_string())
        }
        ConfigVerb::Show => show::run(global).await,
        ConfigVerb::RefreshToken => {
            credential::keep_refresh_token(&Settings::load(global).await?).await
        }
    }
}

/// How much a source counts, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Default,
    Context,
    Environment,
    Option,
}

/// What was found for a key, and where.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    key: Key,
    text: String,
    layer: Layer,
    /// Such as `--cloud`, `BILLING_CLOUD` or `/home/ada/.config/billing/config.toml:3`.
    place: String,
}

impl Setting {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The failure for a value that cannot be used. It is not repeated: it may be a secret that went to
    /// the wrong place.
    pub(crate) fn refuse(&self, why: impl fmt::Display, hint: impl Into<String>) -> Failure {
        let (place, name) = (&self.place, self.key.name());
        if place.ends_with(name) {
            return Failure::usage(format!("{place} {why}"), hint);
        }
        Failure::usage(format!("{place}: {name} {why}"), hint)
    }
}

/// All that is configured for a run.
#[derive(Debug)]
pub(crate) struct Settings {
    file: PathBuf,
    /// The part of the file that is used.
    context: Option<String>,
    found: Vec<Setting>,
}

/// Where a service is, and what belongs to it.
pub(crate) struct Places {
    pub(crate) cloud: Cloud,
    pub(crate) endpoint: Endpoint,
}

impl Settings {
    pub(crate) fn get(&self, key: Key) -> Option<&Setting> {
        self.found.iter().find(|setting| setting.key == key)
    }

    pub(crate) fn text(&self, key: Key) -> Option<&str> {
        self.get(key).map(Setting::text)
    }

    /// The file that paths in it are relative to.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Where a service is.
    ///
    /// # Errors
    /// A usage failure for a custom cloud that does not say so.
    pub(crate) fn places(&self, service: Service) -> Result<Places, Failure> {
        let (key, resource) = match service {
            Service::Partner => (Key::PartnerEndpoint, Key::PartnerResource),
            Service::Arm => (Key::ArmEndpoint, Key::ArmResource),
        };
        let endpoint = self.endpoint(key)?.ok_or_else(|| self.lacks(key))?;
        let resource = self.text(resource).unwrap_or_default();
        let mut cloud = match service {
            Service::Partner => Cloud::public()
                .with_partner_endpoint(&endpoint)
                .with_partner_resource(resource),
            Service::Arm => Cloud::public()
                .with_arm_endpoint(&endpoint)
                .with_arm_resource(resource),
        };
        if let Some(authority) = self.endpoint(Key::Authority)? {
            cloud = cloud.with_authority(&authority);
        }
        Ok(Places { cloud, endpoint })
    }

    /// Microsoft Entra ID.
    ///
    /// # Errors
    /// A usage failure for a custom cloud that does not say where it is.
    pub(crate) fn authority(&self) -> Result<Endpoint, Failure> {
        let authority = self.endpoint(Key::Authority)?;
        authority.ok_or_else(|| self.lacks(Key::Authority))
    }

    fn endpoint(&self, key: Key) -> Result<Option<Endpoint>, Failure> {
        self.get(key).map(Setting::endpoint).transpose()
    }

    fn lacks(&self, key: Key) -> Failure {
        let name = key.name();
        let place = self.get(Key::Cloud).map_or("", |cloud| &cloud.place);
        let hint = format!(
            "add a line such as {name} = \"https://host.example\" to the context, or choose one of the \
             known clouds"
        );
        Failure::usage(format!("{place}: a custom cloud needs {name}, too"), hint)
    }
}

impl Setting {
    fn endpoint(&self) -> Result<Endpoint, Failure> {
        self.text.parse::<Endpoint>().map_err(|error| {
            Failure::new(Exit::Usage, error)
                // Not the address itself: it may carry a password.
                .during(self.place.clone())
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
