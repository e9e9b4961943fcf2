//! `spec add-version`: imports an api version beside those of a service, and writes all that
//! follows from it.

mod declare;
mod entry;
mod request;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};

pub use self::request::AddVersion;

use self::request::{Files, read};
use super::changes::Changes;
use super::import::{self, Import, without_words};
use super::overlay::Overlay;
use crate::codegen::inventory::version_module;
use crate::codegen::manifest::{self, Target};
use crate::codegen::problem::Problems;
use crate::codegen::write::Mode;
use crate::codegen::{self};
use crate::layout::Layout;
use crate::process;

/// Runs the verb: prints what was written, and what a person has to do.
///
/// # Errors
///
/// The document has something that is not understood, the overlay does not apply or lacks words, or
/// the service has no version yet. Nothing is written then.
pub fn verb(layout: &Layout, add: &AddVersion) -> Result<ExitCode> {
    let written = run(layout, add)?;
    for path in &written {
        println!("wrote {}", path.display());
    }
    if written.is_empty() {
        println!("{} {} is up to date", add.face, add.api_version);
    } else {
        println!("{}", todo(&add.face, &add.api_version));
    }
    if add.snapshots {
        let mut test = process::cargo(&layout.root);
        test.args(["test", "-q", "-p", "billing-models", "--test", "it"])
            .env("INSTA_UPDATE", "always");
        process::succeed(&mut test).map_err(|error| {
            anyhow!(
                "the files are written, but not the snapshots of the models: {error:#}\n  \
                 hint: correct what the test reports, and run this again"
            )
        })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the files that are out of date, and returns their paths below the root. A run that was
/// killed is completed by the next one.
///
/// # Errors
///
/// As [`verb`], or if the types of the version cannot be generated or a file cannot be written. All
/// files are then as they were.
pub fn run(layout: &Layout, add: &AddVersion) -> Result<Vec<PathBuf>> {
    // Not checked against the files: a run that was killed may have left some.
    let targets = manifest::parse(&layout.specs).map_err(Problems)?;
    let prefix = format!("{}_", add.face);
    let is_beside = |target: &&Target| target.module.starts_with(&prefix);
    let first = targets.iter().find(is_beside).ok_or_else(|| {
        anyhow!("no spec generates a module {prefix}…\n  hint: add the first version by hand, as specs/README.md says")
    })?;
    let version = version_module(&add.api_version);
    let module = format!("{prefix}{version}");
    let file = beside(&first.file, &add.api_version)?;
    let known = targets.iter().find(|target| target.file == file);
    if let Some(known) = known.filter(|known| known.module != module) {
        bail!("specs/{file} generates {}, not {module}", known.module);
    }

    let out = layout.specs.join(&file);
    let own_overlay = out.with_extension("overlay.toml");
    let overlay_path = add.overlay.clone().unwrap_or_else(|| own_overlay.clone());
    let mut files = Files::new();
    let overlay = if overlay_path.exists() {
        let shown = overlay_path.to_string_lossy().into_owned();
        files.push((own_overlay, read(&overlay_path)?));
        Overlay::read(&overlay_path, &shown).map_err(Problems)?
    } else {
        Overlay::default()
    };
    let given = Some(&add.operations).filter(|given| !given.is_empty());
    let operations = given.or(known.map(|known| &known.operations));
    let import = Import {
        document: add.document.clone(),
        operations: operations.cloned().unwrap_or_default(),
        allow: add.allow.clone(),
        ..Import::default()
    };
    let imported = import::spec(&import, &overlay, &file, &layout.specs)?;
    for warning in &imported.warnings {
        eprintln!("warning: {warning}");
    }
    if !imported.without_words.is_empty() {
        let overlay = format!("specs/{}", file.replace(".json", ".overlay.toml"));
        return Err(without_words(&imported.without_words, &overlay));
    }
    let entry = entry::in_manifest(layout, add, first, &module, &file, &imported, known)?;
    files.push((out, imported.spec));
    files.push((layout.specs.join("sources.toml"), entry.manifest));
    files.extend(declare::all(layout, add, &module, &version, &entry.roots)?);

    let mut changes = Changes::default();
    for (path, text) in &files {
        changes.write(path, text)?;
    }
    for stale in &codegen::run(layout, Mode::DryRun, &[])? {
        changes.apply(stale)?;
    }
    let below = |path: PathBuf| match path.strip_prefix(&layout.root) {
        Ok(below) => below.to_owned(),
        Err(_) => path,
    };
    Ok(changes.keep().into_iter().map(below).collect())
}

/// Returns the path of a version's spec, given that of another version.
fn beside(first: &str, api_version: &str) -> Result<String> {
    let parts: Vec<_> = first.split('/').collect();
    match parts.as_slice() {
        [service, _, name] => Ok(format!("{service}/{api_version}/{name}")),
        _ => bail!("specs/{first} is not at <service>/<api version>/<subject>.json"),
    }
}

/// Returns what a person has to do for a new version.
pub fn todo(face: &str, api_version: &str) -> String {
    format!(
        "\nby hand:\n\
         - read the diff, above all the names of types and the words of the overlay\n\
         - the client: a line in `versions!` of crates/{face}-client/src/version.rs, and in the macros of \
         crates/{face}-client/src/common/; what it does with what only {api_version} has\n\
         - writable members: `Members::of_{face}` of crates/billing-edit/src/members.rs\n\
         - the command: the versions of crates/billing-cli/src/{face}/version.rs\n\
         - the emulator: its own tables, once the service is known to send the members\n\
         - CHANGELOG.md, and the snapshot of the public API: INSTA_UPDATE=always cargo test -p xtask --test it house\n"
    )
}
