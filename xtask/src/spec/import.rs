//! `spec import`: a document of a service becomes a spec.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, anyhow};

use super::api::Place;
use super::changes::Changes;
use super::document::error::{DocumentError, DocumentErrors};
use super::document::fix_up::FixUp;
use super::emit::{emit, simplify};
use super::overlay::{FixTarget, Overlay, drop_words, missing_words};
use super::provenance::Provenance;
use super::read::document::{Request, read};
use crate::codegen::problem::{Problem, Problems};
use crate::codegen::text;
use crate::layout::Layout;

/// What to import, and where to.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The Swagger or OpenAPI document.
    pub document: PathBuf,
    /// The ids of the operations; all if there is none.
    pub operations: Vec<String>,
    /// The overlay; the one beside the spec if there is none.
    pub overlay: Option<PathBuf>,
    /// The spec.
    pub out: Option<PathBuf>,
    /// Whether the spec is only printed.
    pub dry_run: bool,
    /// Keywords that are left out although they are not understood.
    pub allow: Vec<String>,
}

/// A document as a spec.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The text of the spec.
    pub spec: String,
    /// What was left out, and what may surprise.
    pub warnings: Vec<DocumentError>,
    /// The members without words, as `Type.member`.
    pub without_words: Vec<String>,
    /// Where the spec comes from.
    pub provenance: Provenance,
}

/// Runs the verb.
///
/// # Errors
///
/// The document has something that is not understood, the overlay does not apply, or a member of a
/// spec that is written has no words.
pub fn verb(layout: &Layout, import: &Import) -> Result<ExitCode> {
    let out = import.out.as_deref();
    let id = spec_id(&layout.specs, out, &import.document);
    let overlay = overlay(import.overlay.as_deref(), out)?;
    let imported = spec(import, &overlay, &id, &layout.specs)?;
    for warning in &imported.warnings {
        eprintln!("warning: {warning}");
    }
    let missing = &imported.without_words;
    match out.filter(|_| !import.dry_run) {
        None => {
            for member in missing {
                eprintln!("warning: {member} has no words; the overlay needs some");
            }
            print(&imported.spec)?;
        }
        Some(_) if !missing.is_empty() => {
            return Err(without_words(missing, "the overlay"));
        }
        Some(out) => {
            let mut changes = Changes::default();
            changes.write(out, &imported.spec)?;
            record(layout, &id, &imported.provenance, &mut changes)?;
            changes.keep();
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns a document as a spec. `id` is its path below `specs`.
///
/// # Errors
///
/// The document has something that is not understood, or the overlay does not apply.
pub fn spec(import: &Import, overlay: &Overlay, id: &str, specs: &Path) -> Result<Imported> {
    let fix_ups = fix_ups(overlay)?;
    let pointers = fix_ups.iter().map(|one| one.pointer.clone()).collect();
    let request = Request {
        operations: import.operations.clone(),
        allow: import.allow.iter().cloned().collect::<BTreeSet<_>>(),
        fix_ups,
    };
    let folder = import.document.parent().unwrap_or(Path::new(""));
    let in_folder = |error: DocumentError| error.in_folder(folder);
    let reading = read(&import.document, &request)
        .map_err(|errors| DocumentErrors(errors.0.into_iter().map(in_folder).collect()))?;
    let provenance = Provenance::of(&reading, pointers);
    if provenance.operations.is_empty() {
        let place = Place {
            file: reading.document,
            ..Place::default()
        };
        let error = DocumentError::new(place, "the document has no operation to import");
        return Err(DocumentErrors(vec![in_folder(error)]).into());
    }
    let mut api = reading.api;
    drop_words(&mut api);
    let mut api = simplify(api).map_err(Problems)?;
    overlay.apply(&mut api, specs).map_err(Problems)?;
    let without_words = missing_words(&api);
    Ok(Imported {
        spec: emit(&api, id).map_err(Problems)?,
        warnings: reading.warnings.into_iter().map(in_folder).collect(),
        without_words,
        provenance,
    })
}

/// Returns the error that these members have no words in an overlay.
pub(super) fn without_words(members: &[String], overlay: &str) -> anyhow::Error {
    anyhow!(
        "members without words:\n  {}\n  hint: write them below `[words]` of {overlay}, or name in \
         its `words_of` the spec of another version that has them",
        members.join("\n  ")
    )
}

/// Returns the fix-ups of an overlay.
fn fix_ups(overlay: &Overlay) -> Result<Vec<FixUp>> {
    let fixes = overlay.fixes().map_err(Problems)?;
    let fix_ups = fixes.into_iter().map(|fix| {
        let FixTarget::Pointer(pointer) = fix.target else {
            let hint = "give its `pointer` instead of a line";
            let what = "a document has pointers";
            let line = format!(":{}", fix.line);
            let problem = Problem::new(&overlay.file, line, what, hint);
            return Err(Problems(vec![problem]).into());
        };
        let json = |value: Option<toml::Value>| value.map(serde_json::to_value).transpose();
        Ok(FixUp {
            sha256: fix.sha256,
            pointer,
            old: json(fix.old)?,
            new: json(fix.new)?,
        })
    });
    fix_ups.collect()
}

/// Writes the provenance into the entry of the spec, or shows what to add to a new entry.
fn record(layout: &Layout, id: &str, provenance: &Provenance, changes: &mut Changes) -> Result<()> {
    let path = layout.specs.join("sources.toml");
    let manifest = text::read(&path, "specs/sources.toml");
    let manifest = manifest.map_err(|problem| Problems(vec![problem]))?;
    match provenance.in_manifest(&manifest, id)? {
        Some(changed) => changes.write(&path, &changed),
        None => {
            eprintln!("note: specs/sources.toml has no entry for {id}; add one with these keys:");
            eprint!("{}", provenance.to_toml());
            Ok(())
        }
    }
}

/// Reads an overlay: the named one, or that beside the spec, if there is one.
pub(super) fn overlay(named: Option<&Path>, out: Option<&Path>) -> Result<Overlay, Problems> {
    let beside = out.map(|out| out.with_extension("overlay.toml"));
    let beside = beside.filter(|path| path.exists());
    match named.map(Path::to_owned).or(beside) {
        Some(path) => Overlay::read(&path, &path.to_string_lossy()).map_err(Problems),
        None => Ok(Overlay::default()),
    }
}

/// Prints a spec. A reader that closes the pipe early, such as `head`, is no error.
pub(super) fn print(spec: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(spec.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Returns the path of a spec below the folder of the specs; without a path to write to, the name
/// of the document.
pub(super) fn spec_id(specs: &Path, out: Option<&Path>, document: &Path) -> String {
    out.map_or_else(|| stem(document), |out| id(specs, out))
}

/// Returns the path of a spec below the folder of the specs, or its name if it is elsewhere.
fn id(specs: &Path, out: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match absolute(out).strip_prefix(absolute(specs)) {
        Ok(below) => below.to_string_lossy().replace('\\', "/"),
        Err(_) => stem(out),
    }
}

/// Returns the name of a file with the extension of a spec.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    format!("{stem}.json")
}
