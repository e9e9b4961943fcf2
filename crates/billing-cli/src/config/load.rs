//! Putting the sources together.

use billing_core::Cloud;

use super::file::Contexts;
use super::place::Place;
use super::{Key, Layer, Setting, Settings, file, place, variable};
use crate::args::global::{self, Global};
use crate::credential::{Kind, TOKEN_VARIABLE, store};
use crate::failure::Failure;
use crate::nearest::did_you_mean;

/// The context that is used when none is named.
const DEFAULT_CONTEXT: &str = "default";

/// The cloud of which nothing is known.
const CUSTOM: &str = "custom";

impl Settings {
    /// # Errors
    /// A usage failure
    /// - for a file that was named and cannot be read, or has a line that cannot be used;
    /// - for a context that is not in it;
    /// - for a cloud, a credential or an address that cannot be used.
    pub(crate) async fn load(global: &Global) -> Result<Self, Failure> {
        let place = place::find(global)?;
        let contexts = file::read(&place).await?;
        let context = context(global, &place, &contexts)?;
        let entries = context.as_ref().and_then(|name| contexts.get(name));
        let entries = entries.map(Vec::as_slice).unwrap_or_default();
        let path = place.path.display();
        let find = |key: Key| {
            let (layer, text, place) = if let Some(text) = key.option(global) {
                (Layer::Option, text, format!("--{}", key.name()))
            } else if let Some((name, text)) = key.variable()? {
                (Layer::Environment, text, name.to_owned())
            } else if let Some(entry) = entries.iter().find(|entry| entry.key == key) {
                let place = format!("{path}:{}", entry.line);
                (Layer::Context, entry.text.clone(), place)
            } else {
                let Some(text) = key.default() else {
                    return Ok(None);
                };
                (Layer::Default, text.to_owned(), "default".to_owned())
            };
            Ok(Some(Setting {
                key,
                text,
                layer,
                place,
            }))
        };
        let found = Key::ALL.into_iter().map(find);
        let found = found.filter_map(Result::transpose);
        let found = found.collect::<Result<_, Failure>>()?;
        let mut settings = Self {
            file: place.path,
            context,
            found,
        };
        settings.check_names()?;
        settings.follow_the_cloud()?;
        settings.choose_a_credential(global)?;
        Ok(settings)
    }

    /// A secret where the name of its place should be would be shown and repeated.
    fn check_names(&self) -> Result<(), Failure> {
        for key in [Key::TokenEnv, Key::ClientSecretEnv] {
            if let Some(setting) = self.get(key).filter(|setting| !is_variable(&setting.text)) {
                let hint = "it is the name, not the secret itself: letters, digits and _, such as \
                            BILLING_TOKEN";
                return Err(setting.refuse("is no name of an environment variable", hint));
            }
        }
        store::Place::of(self).map(drop)
    }

    /// Adds what the cloud says, and drops what was said for another cloud in a place that counts less.
    fn follow_the_cloud(&mut self) -> Result<(), Failure> {
        let Some(setting) = self.get(Key::Cloud).cloned() else {
            return Ok(());
        };
        let known = known_cloud(&setting)?;
        for key in Key::OF_A_CLOUD {
            self.found
                .retain(|other| other.key != key || other.layer >= setting.layer);
            let text = match (self.get(key), &known) {
                (Some(given), _) if key.is_address() => {
                    given.endpoint()?;
                    continue;
                }
                (Some(_), _) => continue,
                (None, Some(cloud)) => key.of(cloud),
                // A cloud of its own has tokens of its own.
                (None, None) => match key {
                    Key::PartnerResource => self.text(Key::PartnerEndpoint).map(resource),
                    Key::ArmResource => self.text(Key::ArmEndpoint).map(resource),
                    _ => None,
                },
            };
            self.found.extend(text.map(|text| Setting {
                key,
                text,
                layer: setting.layer,
                place: format!("cloud {}", setting.text),
            }));
        }
        Ok(())
    }

    /// Without a choice, a token that is there is one.
    fn choose_a_credential(&mut self, global: &Global) -> Result<(), Failure> {
        let token_env = self.get(Key::TokenEnv).cloned();
        let by_name = token_env.filter(|setting| setting.layer > Layer::Default);
        let chosen = self.get(Key::Credential).cloned();
        let chosen_layer = chosen
            .as_ref()
            .map_or(Layer::Default, |chosen| chosen.layer);
        let place = match by_name {
            // Whoever names the variable means the token in it.
            Some(named) if named.layer > chosen_layer => named.place,
            _ if chosen.is_some() => {
                let kind = Kind::of(self)?;
                if global.token_env.is_some() && kind != Some(Kind::Token) {
                    return Err(Failure::usage(
                        "--token-env is for the credential token, and another one was chosen",
                        "leave out --token-env or --credential",
                    ));
                }
                return Ok(());
            }
            _ if variable(TOKEN_VARIABLE)?.is_some() => format!("{TOKEN_VARIABLE} is set"),
            _ => return Ok(()),
        };
        self.found.retain(|setting| setting.key != Key::Credential);
        self.found.push(Setting {
            key: Key::Credential,
            text: Kind::Token.name(),
            layer: Layer::Default,
            place,
        });
        Ok(())
    }
}

fn is_variable(name: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    name.len() <= 64
        && name.chars().all(is_part)
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// `None` for one of which nothing is known.
fn known_cloud(setting: &Setting) -> Result<Option<Cloud>, Failure> {
    if setting.text == CUSTOM {
        return Ok(None);
    }
    let Some(cloud) = global::Cloud::named(&setting.text) else {
        let names = ["public", "usgov", "china", CUSTOM];
        let near = did_you_mean(&setting.text, &names);
        let hint = format!("the clouds are {}{near}", names.join(", "));
        return Err(setting.refuse("is none of the known ones", hint));
    };
    Ok(Some(match cloud {
        global::Cloud::Public => Cloud::public(),
        global::Cloud::Usgov => Cloud::us_government(),
        global::Cloud::China => Cloud::china(),
    }))
}

/// The origin of an address that has been checked.
fn resource(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}

/// The context that is used, if there is one.
fn context(global: &Global, place: &Place, contexts: &Contexts) -> Result<Option<String>, Failure> {
    let (name, from) = match &global.context {
        Some(name) => (name.clone(), "--context"),
        None => match named_by_environment()? {
            Some(named) => named,
            None => {
                let is_there = contexts.contains_key(DEFAULT_CONTEXT);
                return Ok(is_there.then(|| DEFAULT_CONTEXT.to_owned()));
            }
        },
    };
    if contexts.contains_key(&name) {
        return Ok(Some(name));
    }
    let names: Vec<_> = contexts.keys().map(String::as_str).collect();
    let hint = if !place.is_there {
        "there is no such file yet; `billing config init` writes one".to_owned()
    } else if names.is_empty() {
        format!("add a line [contexts.{name}] and its settings below it")
    } else {
        let near = did_you_mean(&name, &names);
        format!("the contexts there are {}{near}", names.join(", "))
    };
    let path = place.path.display();
    let what = format!("{from}: there is no context {name} in {path}");
    Err(Failure::usage(what, hint))
}

/// The context that a variable names, and the variable; contexts were called profiles once.
fn named_by_environment() -> Result<Option<(String, &'static str)>, Failure> {
    for from in ["BILLING_CONTEXT", "BILLING_PROFILE"] {
        if let Some(name) = variable(from)? {
            return Ok(Some((name, from)));
        }
    }
    Ok(None)
}
