//! `specs/sources.toml`: the list of specs and of what is generated from each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::problem::Problem;
use super::{rustdoc_text, text};

/// A spec and the module that is generated from it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The spec, below `specs/`.
    pub file: String,
    /// The module that is generated, which is also the target's name on the command line.
    pub module: String,
    /// The service that the spec describes.
    pub service: String,
    /// The version of the service's interface.
    pub api_version: String,
    /// The title of the page that the spec was written from.
    pub page: String,
    /// When the page was read.
    pub retrieved: String,
    /// The SHA-256 of the page's text, in hexadecimal.
    #[serde(default)]
    pub page_sha256: Option<String>,
    /// Where the page's text is kept under version control, instead of its SHA-256.
    #[serde(default)]
    pub page_source: Option<String>,
    /// The Swagger or OpenAPI document that the spec was imported from.
    #[serde(default)]
    pub document: Option<String>,
    /// The SHA-256 of that document, in hexadecimal.
    #[serde(default)]
    pub document_sha256: Option<String>,
    /// The ids of the operations that were imported.
    #[serde(default)]
    pub operations: Vec<String>,
    /// The other files that the document refers to and that were read.
    #[serde(default)]
    pub refers_to: Vec<RefersTo>,
    /// The readings that were applied, each as `<name>: <file>#<pointer>`.
    #[serde(default)]
    pub readings: Vec<String>,
    /// The pointers of the fix-ups that were applied, which the overlay explains.
    #[serde(default)]
    pub fix_ups: Vec<String>,
    /// The keywords of the document that were left out.
    #[serde(default)]
    pub omitted: Vec<String>,
    /// A second spelling of member names that is read but never written.
    #[serde(default)]
    pub also_reads: Option<AlsoReads>,
    /// The form of the XML, if the service accepts and returns XML.
    #[serde(default)]
    pub xml: Option<Xml>,
    /// The types of requests and responses.
    pub roots: Vec<Root>,
}

/// A file that an imported document refers to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefersTo {
    /// Its path, as that of the document.
    pub document: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A spelling of member names beside the spec's own.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub enum AlsoReads {
    /// `CompanyName` beside `companyName`.
    PascalCase,
}

/// A form of XML.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub enum Xml {
    /// The form of .NET's data contracts.
    DataContract,
}

/// A type of a request or a response.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// The definition's name in the spec.
    #[serde(rename = "type")]
    pub name: String,
    /// Its use by operations.
    pub role: Role,
}

/// The use of a root type by operations.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The body of a response.
    Read,
    /// The body of a partial update: a second, tri-state type has its writable members.
    Write,
    /// A full resource that is read and sent back: one type serves both.
    Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    spec: Vec<Target>,
}

/// Reads the manifest below `specs`, without the checks of [`read`].
pub fn parse(specs: &Path) -> Result<Vec<Target>, Vec<Problem>> {
    let path = specs.join("sources.toml");
    let text = if path.exists() {
        text::read(&path, "specs/sources.toml").map_err(|problem| vec![problem])?
    } else {
        let hint = "list every spec in it; specs/README.md shows how";
        return Err(vec![problem(
            String::new(),
            "the file does not exist".to_owned(),
            hint,
        )]);
    };
    let manifest: Manifest = toml::from_str(&text).map_err(|error| {
        let what = error.message().to_owned();
        let place = error
            .span()
            .map_or(String::new(), |span| position(&text, span.start));
        vec![problem(
            place,
            what,
            "specs/README.md says what each key means",
        )]
    })?;
    Ok(manifest.spec)
}

/// Reads the manifest below `specs` and checks that it and the spec files name each other.
pub fn read(specs: &Path) -> Result<Vec<Target>, Vec<Problem>> {
    let targets = parse(specs)?;
    let mut problems = Vec::new();
    let mut modules = BTreeMap::new();
    let mut files = BTreeSet::new();
    for (index, target) in targets.iter().enumerate() {
        let place = |key: &str| format!("#/spec/{index}/{key}");
        for (key, words) in [("file", &target.file), ("page", &target.page)] {
            if let Some((what, hint)) = rustdoc_text::flaw_in_line(words) {
                problems.push(problem(place(key), what, hint));
            }
        }
        for (key, what, hint) in provenance_flaws(target) {
            problems.push(problem(place(key), what, hint));
        }
        let is_imported = target.document.is_some();
        if target.page_sha256.is_some() == target.page_source.is_some() && !is_imported {
            problems.push(problem(
                place("page_sha256"),
                "the page's text is named twice or not at all".to_owned(),
                "give its `page_sha256`, or the commit that keeps it as `page_source`",
            ));
        }
        if !is_module_name(&target.module) {
            problems.push(problem(
                place("module"),
                format!("`{}` is not a module name", target.module),
                "use lower-case letters, digits and `_`, beginning with a letter",
            ));
        }
        if let Some(first) = modules.insert(&target.module, &target.file) {
            problems.push(problem(
                place("module"),
                format!("`{}` is the module of {first} already", target.module),
                "give each api version a module of its own",
            ));
        }
        if !files.insert(target.file.clone()) {
            problems.push(problem(
                place("file"),
                format!("{} is listed twice", target.file),
                "put all its roots into one entry",
            ));
        }
        if !specs.join(&target.file).is_file() {
            problems.push(problem(
                place("file"),
                format!("there is no specs/{}", target.file),
                "add the file or remove the entry",
            ));
        }
    }
    for file in spec_files(specs, specs) {
        if !files.contains(&file) {
            problems.push(Problem::new(
                format!("specs/{file}"),
                "",
                "no entry in specs/sources.toml names this file",
                "add an entry or remove the file",
            ));
        }
    }
    if problems.is_empty() {
        Ok(targets)
    } else {
        Err(problems)
    }
}

/// Returns what is wrong with the keys that tell of an imported document: key, flaw and hint.
fn provenance_flaws(target: &Target) -> Vec<(&'static str, String, &'static str)> {
    let mut flaws = Vec::new();
    let import = "`cargo xtask spec import` writes these keys";
    match (&target.document, &target.document_sha256) {
        (Some(_), None) => {
            let what = "the document has no `document_sha256`".to_owned();
            flaws.push(("document", what, import));
        }
        (None, Some(_)) => {
            let what = "there is a SHA-256, and no `document`".to_owned();
            flaws.push(("document_sha256", what, import));
        }
        _ => {}
    }
    let hashes = target
        .refers_to
        .iter()
        .map(|file| ("refers_to", &file.sha256));
    let hashes = target
        .document_sha256
        .iter()
        .map(|hash| ("document_sha256", hash))
        .chain(hashes);
    for (key, hash) in hashes {
        let is_hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if hash.len() != 64 || !hash.chars().all(is_hexadecimal) {
            let what = format!("`{hash}` is not a SHA-256");
            flaws.push((key, what, "write 64 digits of lower-case hexadecimal"));
        }
    }
    if target.document.is_some() && target.operations.is_empty() {
        let what = "the document is there without `operations`".to_owned();
        flaws.push(("operations", what, import));
    }
    let facts = [
        ("operations", target.operations.is_empty()),
        ("refers_to", target.refers_to.is_empty()),
        ("readings", target.readings.is_empty()),
        ("fix_ups", target.fix_ups.is_empty()),
        ("omitted", target.omitted.is_empty()),
    ];
    for (key, is_empty) in facts {
        if target.document.is_none() && !is_empty {
            let what = format!("there is `{key}`, and no `document`");
            flaws.push((key, what, import));
        }
    }
    flaws
}

fn is_module_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && syn::parse_str::<syn::Ident>(name).is_ok()
}

fn spec_files(root: &Path, folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(spec_files(root, &path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
            && let Ok(below) = path.strip_prefix(root)
        {
            files.push(below.to_string_lossy().replace('\\', "/"));
        }
    }
    files.sort();
    files
}

fn problem(place: String, what: String, hint: &str) -> Problem {
    Problem::new("specs/sources.toml", place, what, hint)
}

fn position(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    format!(":{line}:{column}")
}
