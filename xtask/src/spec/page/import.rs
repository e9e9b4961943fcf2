//! `spec import --page`: the text of a reference page becomes a spec.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use super::read;
use crate::codegen::problem::Problems;
use crate::codegen::text;
use crate::layout::Layout;
use crate::spec::changes::Changes;
use crate::spec::emit::{emit, simplify};
use crate::spec::import::{overlay, print, spec_id};
use crate::spec::overlay::Overlay;
use crate::spec::provenance::set_page;
use crate::spec::sha256::sha256;

/// What to import, and where to.
#[derive(Clone, Debug, Default)]
pub struct ImportPage {
    /// The file with the text of the page.
    pub page: PathBuf,
    /// The overlay; the one beside the spec if there is none.
    pub overlay: Option<PathBuf>,
    /// The spec.
    pub out: Option<PathBuf>,
    /// Whether the spec is only printed.
    pub dry_run: bool,
}

/// A page as a spec.
#[derive(Clone, Debug)]
pub struct ImportedPage {
    /// The text of the spec.
    pub spec: String,
    /// The title of the page.
    pub title: String,
    /// What was deduced, one sentence each with its line.
    pub notes: Vec<String>,
    /// The type of the last table.
    pub last_type: Option<String>,
}

/// Runs the verb.
///
/// # Errors
///
/// The page has something that is not understood, the overlay does not apply, or a file cannot be
/// written.
pub fn verb(layout: &Layout, import: &ImportPage) -> Result<ExitCode> {
    let out = import.out.as_deref();
    let shown = import.page.to_string_lossy();
    let text = text::read(&import.page, &shown).map_err(|problem| Problems(vec![problem]))?;
    let id = spec_id(&layout.specs, out, &import.page);
    let overlay = overlay(import.overlay.as_deref(), out)?;
    let imported = spec(&shown, &text, &overlay, &id, &layout.specs)?;
    for note in &imported.notes {
        eprintln!("note: {note}");
    }
    let Some(out) = out.filter(|_| !import.dry_run) else {
        print(&imported.spec)?;
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(note) = lost(out, &imported) {
        eprintln!("note: {shown}: {note}");
    }
    let mut changes = Changes::default();
    changes.write(out, &imported.spec)?;
    record(layout, &id, &imported.title, &sha256(&text), &mut changes)?;
    changes.keep();
    Ok(ExitCode::SUCCESS)
}

/// Returns a page as a spec. `file` is the name of the page in messages, `id` the path of the spec
/// below `specs`.
///
/// # Errors
///
/// The page has something that is not understood, or the overlay does not apply.
pub fn spec(
    file: &str,
    text: &str,
    overlay: &Overlay,
    id: &str,
    specs: &Path,
) -> Result<ImportedPage, Problems> {
    let page = read(file, text, overlay).map_err(Problems)?;
    let types = page.api.types.values();
    let last_type = types.max_by_key(|one| one.place.line);
    let last_type = last_type.map(|one| one.name.clone());
    let mut api = simplify(page.api).map_err(Problems)?;
    overlay.apply(&mut api, specs).map_err(Problems)?;
    Ok(ImportedPage {
        spec: emit(&api, id).map_err(Problems)?,
        title: api.title,
        notes: page.notes,
        last_type,
    })
}

/// Returns a note of what the last table had in the spec that is replaced, and has no more. Nothing
/// in a page marks its end: one that was cut behind a complete row looks like one that lost what
/// followed.
fn lost(out: &Path, page: &ImportedPage) -> Option<String> {
    let name = page.last_type.as_deref()?;
    let listed = |spec: &str| {
        let spec: Value = serde_json::from_str(spec).ok()?;
        let definition = spec.get("definitions")?.get(name)?;
        let properties = definition.get("properties").and_then(Value::as_object);
        let values = definition
            .pointer("/anyOf/0/enum")
            .and_then(Value::as_array);
        let members = properties.into_iter().flat_map(|all| all.keys().cloned());
        let values = values.into_iter().flatten();
        let values = values.filter_map(|value| Some(value.as_str()?.to_owned()));
        Some(members.chain(values).collect::<BTreeSet<_>>())
    };
    let old = listed(&fs::read_to_string(out).ok()?)?;
    let new = listed(&page.spec)?;
    let lost: Vec<_> = old.difference(&new).map(|one| format!("`{one}`")).collect();
    (!lost.is_empty()).then(|| {
        format!(
            "its last table, `{name}`, no longer has {}, which the spec had; check that the page is \
             whole",
            lost.join(", ")
        )
    })
}

/// Writes title and SHA-256 of the page into the entry of the spec.
fn record(layout: &Layout, id: &str, title: &str, sum: &str, changes: &mut Changes) -> Result<()> {
    let path = layout.specs.join("sources.toml");
    let manifest = text::read(&path, "specs/sources.toml");
    let manifest = manifest.map_err(|problem| Problems(vec![problem]))?;
    let changed = set_page(&manifest, id, title, sum).context("specs/sources.toml")?;
    match changed {
        None => {
            eprintln!("note: specs/sources.toml has no entry for {id}; add one with these keys:");
            eprintln!("page = {title:?}\npage_sha256 = \"{sum}\"");
        }
        Some(changed) if changed != manifest => {
            changes.write(&path, &changed)?;
            eprintln!("note: the text of the page is new: set `retrieved` in specs/sources.toml");
        }
        Some(_) => {}
    }
    Ok(())
}
