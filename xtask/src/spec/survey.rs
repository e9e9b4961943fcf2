//! `spec survey`: tries to import every document of a folder, and tells which ones fail and why.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::emit::{emit, simplify};
use super::overlay::drop_words;
use super::read::document::{Document, Request};

/// What came of the documents of a folder.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The documents in the order of their paths.
    pub rows: Vec<Row>,
    /// The files of JSON or YAML that are no Swagger or OpenAPI document.
    pub others: usize,
}

/// What came of a document.
#[derive(Clone, Debug)]
pub struct Row {
    /// The path from the folder.
    pub document: String,
    /// The form and version, such as `OpenAPI 3.0.1`.
    pub form: String,
    /// How many operations the document has.
    pub operations: usize,
    /// How many of them can be imported, without those that are not understood.
    pub imported: usize,
    /// How many types its spec has, if the document can be imported whole.
    pub types: usize,
    /// Why it cannot be imported whole.
    pub outcome: Outcome,
}

/// What came of importing a document whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has a spec.
    Imported,
    /// It has things that are not understood: the first one, and how many there are.
    Refused(String, usize),
    /// The import panicked.
    Panicked,
}

/// Tries to import every document in a folder and in those below.
///
/// # Errors
///
/// The folder cannot be read.
pub fn survey(folder: &Path, request: &Request) -> Result<Survey> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut survey = Survey::default();
    for path in files {
        let document = path.strip_prefix(folder).unwrap_or(&path);
        let document = document.to_string_lossy().replace('\\', "/");
        let row = catch_unwind(AssertUnwindSafe(|| row(&path, &document, request)));
        match row {
            Ok(Some(row)) => survey.rows.push(row),
            Ok(None) => survey.others += 1,
            Err(_) => survey.rows.push(Row {
                document,
                form: "?".to_owned(),
                operations: 0,
                imported: 0,
                types: 0,
                outcome: Outcome::Panicked,
            }),
        }
    }
    Ok(survey)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        let extension = path.extension().and_then(|extension| extension.to_str());
        if kind.is_dir() {
            collect(&path, files)?;
        } else if kind.is_file() && matches!(extension, Some("json" | "yaml" | "yml")) {
            files.push(path);
        }
    }
    Ok(())
}

/// Tries to import a file; `None` if it is no document.
fn row(path: &Path, name: &str, request: &Request) -> Option<Row> {
    let mut row = Row {
        document: name.to_owned(),
        form: "?".to_owned(),
        operations: 0,
        imported: 0,
        types: 0,
        outcome: Outcome::Imported,
    };
    let refused = |reason: String, count| Outcome::Refused(reason, count);
    let document = match Document::open(path, Vec::new()) {
        Ok(document) => document,
        Err(error) => {
            row.outcome = refused(error.to_string(), 1);
            return Some(row);
        }
    };
    row.form = document.form()?;
    let ids = match document.operations() {
        Ok(ids) => ids,
        Err(error) => {
            row.outcome = refused(error.to_string(), 1);
            return Some(row);
        }
    };
    row.operations = ids.len();
    match types(&document, request) {
        Ok(types) => {
            row.types = types;
            row.imported = ids.len();
        }
        Err((reason, count)) => {
            row.outcome = refused(reason, count);
            let understood = document.understood(request).unwrap_or_default();
            row.imported = importable(&document, request, &understood);
        }
    }
    Some(row)
}

/// Returns how many of these operations can be imported. Those that are refused only as a spec are
/// found by halves.
fn importable(document: &Document, request: &Request, operations: &[String]) -> usize {
    let some = Request {
        operations: operations.to_vec(),
        ..request.clone()
    };
    match operations {
        [] => 0,
        all if types(document, &some).is_ok() => all.len(),
        [_] => 0,
        all => {
            let (one, other) = all.split_at(all.len() / 2);
            importable(document, request, one) + importable(document, request, other)
        }
    }
}

/// Returns how many types the spec of a document has, or the first error and their number.
fn types(document: &Document, request: &Request) -> Result<usize, (String, usize)> {
    let reading = document.read(request).map_err(|errors| {
        let first = errors.0.first().map(ToString::to_string);
        (first.unwrap_or_default(), errors.0.len())
    })?;
    let mut api = reading.api;
    drop_words(&mut api);
    let spec = simplify(api).and_then(|api| emit(&api, "spec.json").map(|_| api.types.len()));
    spec.map_err(|problems| {
        let first = problems.first().map(ToString::to_string);
        (first.unwrap_or_default(), problems.len())
    })
}

impl Survey {
    /// Returns how many documents can be imported whole.
    pub fn imported(&self) -> usize {
        let is_imported = |row: &&Row| row.outcome == Outcome::Imported;
        self.rows.iter().filter(is_imported).count()
    }

    /// Returns how often each construct is the first reason of a document, the most frequent first.
    pub fn reasons(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in &self.rows {
            if let Outcome::Refused(reason, _) = &row.outcome {
                *counts.entry(construct(reason)).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }
}

/// Returns an error without its place, names and numbers.
fn construct(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    let reason = line.rsplit(": ").next().unwrap_or(line);
    let without_digits = reason.replace(|c: char| c.is_ascii_digit(), "");
    without_digits
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.document.len()).max();
        let width = width.unwrap_or_default().max("document".len());
        let heading = "form             operations  types  result";
        writeln!(f, "{:width$}  {heading}", "document")?;
        for row in &self.rows {
            let operations = format!("{}/{}", row.imported, row.operations);
            let result = match &row.outcome {
                Outcome::Imported => "imported".to_owned(),
                Outcome::Panicked => "PANICKED".to_owned(),
                Outcome::Refused(reason, count) => {
                    let reason = reason.lines().next().unwrap_or_default();
                    match count {
                        1 => reason.to_owned(),
                        more => format!("{reason} (and {} more)", more - 1),
                    }
                }
            };
            let Row {
                document,
                form,
                types,
                ..
            } = row;
            writeln!(
                f,
                "{document:width$}  {form:15}  {operations:>10}  {types:>5}  {result}"
            )?;
        }
        let sum = |of: fn(&Row) -> usize| self.rows.iter().map(of).sum::<usize>();
        writeln!(
            f,
            "\n{} documents: {} imported whole, {} not; {} of {} operations imported; {} other files",
            self.rows.len(),
            self.imported(),
            self.rows.len() - self.imported(),
            sum(|row| row.imported),
            sum(|row| row.operations),
            self.others,
        )?;
        for (reason, count) in self.reasons() {
            writeln!(f, "{count:>6}  {reason}")?;
        }
        Ok(())
    }
}
