//! `billing config show`: the settings in force, and their sources.

use serde::Serialize;

use crate::args::global::{Format, Global};
use crate::credential::sign_in::secret_variables;
use crate::failure::Result;
use crate::input::environment_variable;
use crate::output::escape::one_line;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::output::stdout::{print, show};
use crate::render::print::json;
use crate::render::table;
use crate::settings::key::Key;
use crate::settings::load::Settings;

pub(super) async fn run(global: &Global) -> Result {
    let settings = Settings::load(global).await?;
    let shown = Shown::of(&settings)?;
    match global.format() {
        Format::Json => print(&json(&shown)?),
        Format::Table => show(shown.table()),
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    file: String,
    context: Option<&'a str>,
    settings: Vec<Row<'a>>,
    /// The environment variables with the secrets that the credential needs.
    secrets: Vec<Secret>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'static str,
    value: Option<&'a str>,
    from: Option<&'a str>,
}

#[derive(Serialize)]
struct Secret {
    variable: String,
    is_set: bool,
}

impl<'a> Shown<'a> {
    fn of(settings: &'a Settings) -> Result<Self> {
        let rows = Key::all().map(|key| {
            let found = settings.get(key);
            Row {
                name: key.name(),
                value: found.map(|setting| setting.text.as_str()),
                from: found.map(|setting| setting.source.as_str()),
            }
        });
        let secrets = match settings.credential_kind()? {
            Some(kind) => secret_variables(kind, settings)?,
            None => Vec::new(),
        };
        Ok(Self {
            file: settings.file.display().to_string(),
            context: settings.context.as_deref(),
            settings: rows.collect(),
            secrets: secrets
                .into_iter()
                .map(|name| {
                    let is_set = environment_variable(&name)?.is_some();
                    let variable = name;
                    Ok(Secret { variable, is_set })
                })
                .collect::<Result<_>>()?,
        })
    }
}

impl Shown<'_> {
    fn table(&self) -> Painted {
        let context = one_line(self.context.unwrap_or("-"));
        let file = one_line(&self.file);
        let head = format!("file     {file}\ncontext  {context}\n\n");
        let rows = self.settings.iter().map(|row| {
            let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
            [row.name.to_owned(), text(row.value), text(row.from)]
        });
        let secrets = self.secrets.iter().map(|secret| {
            let value = if secret.is_set {
                "(set, not shown)"
            } else {
                "-"
            };
            let name = secret.variable.clone();
            [name, value.to_owned(), "environment".to_owned()]
        });
        let titles = ["SETTING", "VALUE", "FROM"];
        let table = table::columns(titles, rows.chain(secrets), Page::stdout());
        Painted::from(head).then(&table)
    }
}
