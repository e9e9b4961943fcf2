//! The report of a comparison, which is also its JSON.

use serde::Serialize;

use super::change::{Change, NotCompared, Severities, Severity};
use super::compare::Compared;
use super::matching::By;
use crate::spec::api::Api;

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version of the form of the JSON.
    pub version: u8,
    /// The older document.
    pub a: Document,
    /// The newer document.
    pub b: Document,
    /// The operations.
    pub operations: Vec<OperationPair>,
    /// The gravest of all changes.
    pub summary: Summary,
    /// The changes, by type, member and rule.
    pub changes: Vec<Change>,
    /// Differences of no consequence for anybody's code.
    pub not_compared: Vec<NotCompared>,
}

/// A document that was compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Its path, as it was given.
    pub document: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The api version that it describes.
    pub api_version: Option<String>,
}

/// An operation of both documents, or of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperationPair {
    /// The id in the older document.
    pub a: Option<String>,
    /// The id in the newer document.
    pub b: Option<String>,
    /// How they were found to be one.
    pub matched: Option<By>,
}

/// The gravest of all changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// What they mean for code that reads, that writes, and that compiles.
    #[serde(flatten)]
    pub severity: Severities,
    /// The step of the version of the generated crate.
    pub semver: Semver,
    /// The number of changes by their gravest effect.
    pub counts: Counts,
}

/// A step of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Semver {
    /// Nothing changed.
    None,
    /// The generated types are the same, or only their words differ.
    Patch,
    /// There are new items.
    Minor,
    /// Items are gone or differ.
    Major,
}

impl Semver {
    /// Returns words for the number of a version that this step raises, as docs/release.md says.
    pub fn raises(self, version: &str) -> &'static str {
        match (self, version.starts_with("0.")) {
            (Self::None, _) => "no number",
            (Self::Major, true) => "the second number of a 0.x version",
            (Self::Minor | Self::Patch, true) => "the third number of a 0.x version",
            (Self::Major, false) => "the first number",
            (Self::Minor, false) => "the second number",
            (Self::Patch, false) => "the third number",
        }
    }
}

/// The number of changes by their gravest effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each is a severity")]
pub struct Counts {
    pub none: usize,
    pub additive: usize,
    pub breaking: usize,
}

impl Report {
    /// Makes the report of a comparison. Changes of words are left out, unless `words` is true.
    pub fn new(a: Document, b: Document, compared: Compared<'_>, words: bool) -> Self {
        let id = |one: Option<&crate::spec::api::Operation>| one.map(|one| one.id.clone());
        let operations = compared.operations.iter().map(|one| OperationPair {
            a: id(one.a),
            b: id(one.b),
            matched: one.by,
        });
        let mut changes = compared.changes;
        changes.retain(|change| words || !change.is_words());
        Self {
            version: 1,
            a,
            b,
            operations: operations.collect(),
            summary: summary(&changes),
            changes,
            not_compared: compared.not_compared,
        }
    }

    /// Counts again after the severities were overridden.
    pub fn summarize(&mut self) {
        self.summary = summary(&self.changes);
    }

    /// Makes one report of the reports about several documents.
    pub fn merge(a: Document, b: Document, reports: Vec<Self>) -> Self {
        let mut whole = Self {
            version: 1,
            a,
            b,
            operations: Vec::new(),
            summary: summary(&[]),
            changes: Vec::new(),
            not_compared: Vec::new(),
        };
        for mut report in reports {
            whole.operations.append(&mut report.operations);
            whole.changes.append(&mut report.changes);
            whole.not_compared.append(&mut report.not_compared);
        }
        whole.changes.sort_by(|a, b| a.key().cmp(&b.key()));
        whole.summarize();
        whole
    }

    /// Returns the JSON.
    ///
    /// # Errors
    ///
    /// Never, as far as is known.
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Returns the two api versions, or the paths if the versions are the same.
    pub fn title(&self) -> String {
        match (&self.a.api_version, &self.b.api_version) {
            (Some(a), Some(b)) if a != b => format!("{a} → {b}"),
            _ => format!("{} → {}", self.a.document, self.b.document),
        }
    }

    /// Returns the changes whose gravest effect is this.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Change> {
        let changes = self.changes.iter();
        changes.filter(move |change| change.severity.max() == severity)
    }
}

impl Document {
    /// Describes a document that was read.
    pub fn new(document: String, sha256: String, api: &Api) -> Self {
        Self {
            document,
            sha256,
            api_version: api.version.clone(),
        }
    }
}

fn summary(changes: &[Change]) -> Summary {
    let mut severity = Severities::default();
    let mut counts = Counts::default();
    for change in changes {
        let one = change.severity;
        severity.readers = severity.readers.max(one.readers);
        severity.writers = severity.writers.max(one.writers);
        severity.rust = severity.rust.max(one.rust);
        match one.max() {
            Severity::None => counts.none += 1,
            Severity::Additive => counts.additive += 1,
            Severity::Breaking => counts.breaking += 1,
        }
    }
    let semver = match severity.rust {
        Severity::Breaking => Semver::Major,
        Severity::Additive => Semver::Minor,
        Severity::None if changes.is_empty() => Semver::None,
        Severity::None => Semver::Patch,
    };
    Summary {
        severity,
        semver,
        counts,
    }
}
