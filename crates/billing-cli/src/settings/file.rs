//! Reads the config file: contexts, and the settings in each.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::Path;

use billing_edit::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::{Failure, Result};
use crate::input::{self, InputError, Limit};
use crate::settings::key::Key;
use crate::settings::location::ConfigLocation;

/// A line of a context: one setting.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(super) key: Key,
    pub(super) text: String,
    pub(super) line: usize,
}

/// The settings of each context, by its name.
pub(crate) type Contexts = BTreeMap<String, Vec<Entry>>;

/// Reads the contexts of the file. There are none if no file was named and the default one does not
/// exist.
///
/// # Errors
/// A usage failure that names the line: invalid TOML, an unknown setting, a secret.
pub(super) async fn read(location: &ConfigLocation) -> Result<Contexts> {
    let path = &location.path;
    let text = match input::file(path, Limit::DOCUMENT).await {
        Ok(text) => text,
        Err(InputError::Read(error))
            if error.kind() == io::ErrorKind::NotFound && location.named_by.is_none() =>
        {
            return Ok(Contexts::new());
        }
        Err(error) => {
            let by = location.named_by.unwrap_or("the config file");
            let source = format!("{by} {}", path.display());
            return Err(error.refuse(&source, "`billing config init` writes a first file"));
        }
    };
    parse(path, &text)
}

/// Parses the text of a config file.
///
/// # Errors
/// See [`read`].
pub(crate) fn parse(path: &Path, text: &str) -> Result<Contexts> {
    Document { path, text }.contexts()
}

struct Document<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Document<'_> {
    fn contexts(&self) -> Result<Contexts> {
        // Not its Display, which quotes the line, and any secret in it.
        let root = DeTable::parse(self.text).map_err(|error| {
            let message = error.message().replace('\n', ", ");
            let span = error.span().unwrap_or_default();
            self.refuse(
                &span,
                &message,
                "write TOML: name = \"value\" below a line such as [contexts.default]",
            )
        })?;
        let mut contexts = Contexts::new();
        for (group, value) in root.get_ref() {
            // Contexts were once called profiles.
            if !matches!(group.get_ref().as_ref(), "contexts" | "profiles") {
                return Err(self.unknown(group, &["contexts"], true));
            }
            let DeValue::Table(tables) = value.get_ref() else {
                return Err(self.no_table(&value.span(), group.get_ref()));
            };
            for (context, value) in tables {
                let name = context.get_ref().to_string();
                let DeValue::Table(table) = value.get_ref() else {
                    return Err(match Key::named(&name) {
                        Some(_) => self.unknown(context, &[], true),
                        None => self.no_table(&value.span(), &name),
                    });
                };
                let settings = self.context(table)?;
                if contexts.insert(name.clone(), settings).is_some() {
                    let what = format!("the context {name} is in [contexts] and in [profiles]");
                    let hint = "keep the one in [contexts]";
                    return Err(self.refuse(&context.span(), &what, hint));
                }
            }
        }
        Ok(contexts)
    }

    fn context(&self, table: &DeTable<'_>) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for (name, value) in table {
            let Some(key) = Key::named(name.get_ref()) else {
                let known: Vec<_> = Key::all().map(Key::name).collect();
                return Err(self.unknown(name, &known, false));
            };
            let text = match value.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => text.trim().to_owned(),
                _ => {
                    let what = format!("{} must be a text in quotes", key.name());
                    let hint = "put the value in quotes, or remove the line";
                    return Err(self.refuse(&value.span(), &what, hint));
                }
            };
            let line = self.line(&name.span());
            entries.push(Entry { key, text, line });
        }
        entries.sort_by_key(|entry| entry.line);
        Ok(entries)
    }

    fn unknown(
        &self,
        name: &Spanned<impl AsRef<str>>,
        known: &[&str],
        is_outside: bool,
    ) -> Failure {
        let (span, name) = (name.span(), name.get_ref().as_ref());
        if is_outside && Key::named(name).is_some() {
            let what = format!("{name} is a setting of a context");
            return self.refuse(
                &span,
                &what,
                "put it below a line such as [contexts.default]",
            );
        }
        if let Some(belongs) = secret_belongs(name) {
            let what = format!("{name} looks like a secret, and secrets are not kept in this file");
            return self.refuse(
                &span,
                &what,
                &format!("{belongs}; remove the line from the file"),
            );
        }
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => match known {
                [table] => format!("the only table is {table}"),
                settings => format!("the settings are {}", settings.join(", ")),
            },
        };
        self.refuse(&span, &format!("unknown setting {name}"), &hint)
    }

    fn no_table(&self, span: &Range<usize>, name: &str) -> Failure {
        let what = format!("{name} is not a context");
        self.refuse(
            span,
            &what,
            "a context is a line such as [contexts.default] with its settings below it",
        )
    }

    fn refuse(&self, span: &Range<usize>, what: &str, hint: &str) -> Failure {
        let place = format!("{}:{}", self.path.display(), self.line(span));
        Failure::usage(format!("{place}: {what}"), hint)
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or_default();
        before.matches('\n').count() + 1
    }
}

/// Returns where a secret with the name of a setting belongs; `None` if the name is not that of a
/// secret.
fn secret_belongs(name: &str) -> Option<&'static str> {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let has = |part: &str| letters.contains(part);
    if has("refresh") {
        Some(
            "give the refresh token to `billing config refresh-token`, which saves it as \
             refresh-token-store tells",
        )
    } else if has("secret") || has("password") || has("passwd") || letters == "key" || has("apikey")
    {
        Some(
            "set the environment variable AZURE_CLIENT_SECRET to the client secret, or the one \
             that client-secret-env names",
        )
    } else if has("token") || has("bearer") || has("assertion") {
        Some(
            "set the environment variable BILLING_TOKEN to the token, or the one that token-env \
             names",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::parse;

    fn read(text: &str) -> String {
        match parse(Path::new("config.toml"), text) {
            Ok(contexts) => format!("{contexts:?}"),
            Err(failure) => failure.plain(),
        }
    }

    #[test]
    fn invalid_setting_is_refused_with_line_and_hint() {
        let texts = [
            "[contexts.a\ncloud = \"usgov\"",
            "[contexts.a]\ncloud = usgov",
            "[contexts.a]\nclowd = \"usgov\"",
            "[contexts.a]\ntenant_id = \"contoso.example.com\"",
            "[contexts.a]\ncolour = \"blue\"",
            "[contexts.a]\n\ncloud = 7",
            "[contexts.a]\ncloud = \" \"",
            "[contexts.a]\ncloud = \"usgov\"\ncloud = \"china\"",
            "[contexts]\ncloud = \"usgov\"",
            "[contexts]\na = \"usgov\"",
            "contexts = 1",
            "cloud = \"usgov\"",
            "[context.a]\ncloud = \"usgov\"",
        ];
        let seen: Vec<_> = texts.iter().map(|text| read(text)).collect();
        insta::assert_snapshot!(seen.join("\n\n"));
    }

    #[test]
    fn contexts_may_still_be_called_profiles() {
        let text = "[profiles.a]\ncloud = \"usgov\"\n[contexts.b]\ncloud = \"china\"";
        assert_eq!(read(text), read(&text.replace("profiles", "contexts")));
        insta::assert_snapshot!(read(&text.replace("contexts.b", "contexts.a")), @"
        config.toml:1: the context a is in [contexts] and in [profiles]
        hint: keep the one in [contexts]
        ");
    }

    #[test]
    fn secret_is_refused_and_not_repeated() {
        let mut seen = String::new();
        for name in [
            "token",
            "access_token",
            "client_secret",
            "ClientSecret",
            "refresh_token",
            "password",
            "api-key",
        ] {
            for text in [
                format!("[contexts.a]\n{name} = \"hush\""),
                format!("{name} = \"hush\""),
            ] {
                let refused = read(&text);
                assert!(!refused.contains("hush"), "{refused}");
                assert!(refused.contains("looks like a secret"), "{refused}");
                seen = refused;
            }
        }
        insta::assert_snapshot!(seen, @"
        config.toml:1: api-key looks like a secret, and secrets are not kept in this file
        hint: set the environment variable AZURE_CLIENT_SECRET to the client secret, or the one that client-secret-env names; remove the line from the file
        ");
        assert!(!read("[contexts.a]\ntoken = \"hush").contains("hush"));
    }
}
