//! Compares the checked-in specs with those of a revision.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::compare::compare;
use super::documents::spec;
use super::report::{Document, Report};
use crate::codegen::text;
use crate::spec::api::Api;
use crate::spec::sha256::sha256;

/// Compares the specs below `specs/` of a checkout with those of a revision, or one of them.
///
/// # Errors
///
/// If git does not know the revision, or a spec cannot be read.
pub fn report(
    root: &Path,
    revision: &str,
    chosen: Option<&str>,
    only: &[String],
    words: bool,
) -> Result<Report> {
    let before = Before { root, revision };
    let mut files: BTreeSet<String> = before.files()?;
    files.extend(now(root)?);
    if let Some(file) = chosen {
        let file = file.strip_prefix("./").unwrap_or(file);
        if !files.contains(file) {
            bail!("there is no spec {file}, here or at {revision}");
        }
    }
    let is_chosen = |one: &str| chosen.is_none_or(|file| file.trim_start_matches("./") == one);
    let mut reports = Vec::new();
    let (mut sums_a, mut sums_b) = (String::new(), String::new());
    for file in files.iter().filter(|file| is_chosen(file)) {
        let (was, is) = (before.text(file), text::read(&root.join(file), file).ok());
        let sum = |text: &Option<String>| {
            let text = text.as_ref()?;
            Some(format!("{}  {file}\n", sha256(text)))
        };
        sums_a.extend(sum(&was));
        sums_b.extend(sum(&is));
        if was == is && chosen.is_none() {
            continue;
        }
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let names: Vec<_> = files
            .iter()
            .filter_map(|other| other.strip_prefix(folder)?.strip_prefix('/'))
            .map(str::to_owned)
            .collect();
        let path = |name: &str| format!("{folder}/{name}");
        let read = |content: &Option<String>, beside: &dyn Fn(&str) -> Option<String>| {
            let content = content.as_ref();
            content.map_or(Ok(Api::default()), |content| {
                spec(file, content, &names, beside)
            })
        };
        let a = read(&was, &|name| before.text(&path(name)))?;
        let b = read(&is, &|name| text::read(&root.join(path(name)), name).ok())?;
        let document = |content: &Option<String>, name: String, api: &Api| {
            let content = content.as_deref().unwrap_or_default();
            Document::new(name, sha256(content), api)
        };
        let name_a = format!("{revision}:{file}");
        let (of_a, of_b) = (document(&was, name_a, &a), document(&is, file.clone(), &b));
        reports.push(Report::new(
            of_a,
            of_b,
            compare((&a, &a.operations), (&b, &b.operations), only),
            words,
        ));
    }
    if let (Some(_), Some(report)) = (chosen, reports.first()) {
        return Ok(report.clone());
    }
    let document = |document: String, sums: &str| Document {
        document,
        sha256: sha256(sums),
        api_version: None,
    };
    Ok(Report::merge(
        document(format!("{revision}:specs"), &sums_a),
        document("specs".to_owned(), &sums_b),
        reports,
    ))
}

/// The repository at a revision.
struct Before<'a> {
    root: &'a Path,
    revision: &'a str,
}

impl Before<'_> {
    fn git(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.root)
            .args(arguments)
            .output()
            .context("git could not be run")?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn files(&self) -> Result<BTreeSet<String>> {
        // A revision is not an option.
        let revision = format!("{}^{{tree}}", self.revision);
        let tree = self.git(&["rev-parse", "--verify", "--end-of-options", &revision])?;
        let list = ["ls-tree", "-r", "--name-only", tree.trim(), "specs/"];
        let files = self.git(&list)?;
        let files = files.lines().filter(|file| file.ends_with(".json"));
        Ok(files.map(str::to_owned).collect())
    }

    fn text(&self, file: &str) -> Option<String> {
        self.git(&["show", &format!("{}:{file}", self.revision)])
            .ok()
    }
}

fn now(root: &Path) -> Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    let mut left = vec!["specs".to_owned()];
    while let Some(folder) = left.pop() {
        let entries = std::fs::read_dir(root.join(&folder));
        for entry in entries.with_context(|| format!("reading {folder}"))? {
            let entry = entry?;
            let name = entry.file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            if entry.file_type()?.is_dir() {
                left.push(path);
            } else if path.ends_with(".json") {
                files.insert(path);
            }
        }
    }
    Ok(files)
}
