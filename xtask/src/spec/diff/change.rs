//! A difference between two documents, with what it means for whose code.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::rules::Rule;

/// What a change means for somebody's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing.
    #[default]
    None,
    /// There is something more, which can be ignored.
    Additive,
    /// The code has to change.
    Breaking,
}

/// What a change means for everybody's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Severities {
    /// For code that reads responses as the older document describes them.
    pub readers: Severity,
    /// For code that builds requests as the older document describes them.
    pub writers: Severity,
    /// For code that compiles against the types of the older document.
    pub rust: Severity,
}

impl Severities {
    /// Returns the gravest.
    pub fn max(self) -> Severity {
        self.readers.max(self.writers).max(self.rust)
    }
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is the word itself")]
pub enum Aspect {
    Operation,
    Verb,
    Path,
    Parameter,
    Body,
    Status,
    Header,
    LongRunning,
    Pageable,
    MediaType,
    Security,
    Type,
    Base,
    Member,
    Kind,
    Format,
    Required,
    Nullable,
    Mutability,
    EnumValue,
    EnumName,
    Openness,
    Limit,
    Default,
    AdditionalMembers,
    Description,
}

/// How a thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is the word itself")]
pub enum How {
    Added,
    Removed,
    Changed,
    Renamed,
}

/// A way in which a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// In a response.
    Read,
    /// In a request.
    Write,
}

/// A thing of the older and of the newer document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Both {
    /// In the older document.
    pub a: Option<String>,
    /// In the newer document.
    pub b: Option<String>,
}

/// The paths of a thing in the generated code.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RustPath {
    /// In the code made from the older document.
    pub before: Option<String>,
    /// In the code made from the newer document.
    pub after: Option<String>,
}

/// A guess that a removed and an added member are one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RenameGuess {
    /// The added member, on the line of the removed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The removed member, on the line of the added one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Why.
    pub why: String,
}

/// An override that was applied to a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AppliedOverride {
    /// Why the severities are others than by the rules.
    pub reason: String,
    /// The severities by the rules.
    pub severity: Severities,
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The rule's id.
    pub rule: &'static str,
    /// The rule's name.
    pub rule_name: &'static str,
    /// What it is about.
    pub aspect: Aspect,
    /// How it changed.
    pub change: How,
    /// The operations that meet it, by the ids of the older document.
    pub operations: BTreeSet<String>,
    /// The type.
    #[serde(rename = "type")]
    pub of_type: Option<String>,
    /// The member, enum value, parameter, header or status.
    pub member: Option<String>,
    /// The shortest path to it in a body.
    pub wire: Option<String>,
    /// The JSON pointers.
    pub pointer: Both,
    /// What was.
    pub from: Option<Value>,
    /// What is.
    pub to: Option<Value>,
    /// How it travels.
    pub reach: BTreeSet<Reach>,
    /// What it means.
    pub severity: Severities,
    /// Whether our decoding survives what it means for readers.
    pub softened: bool,
    /// What it is perhaps called now.
    pub rename_guess: Option<RenameGuess>,
    /// The paths in generated code.
    pub rust: RustPath,
    /// The override that applies.
    #[serde(rename = "override")]
    pub overridden: Option<AppliedOverride>,
}

/// A difference that is of no consequence for anybody's code, and is not reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotCompared {
    /// Where it is in the newer document.
    pub pointer: String,
    /// The keyword.
    pub keyword: String,
}

impl Change {
    /// Creates a change without effect.
    pub fn new(rule: &Rule, aspect: Aspect, change: How) -> Self {
        Self {
            rule: rule.id,
            rule_name: rule.name,
            aspect,
            change,
            operations: BTreeSet::new(),
            of_type: None,
            member: None,
            wire: None,
            pointer: Both::default(),
            from: None,
            to: None,
            reach: BTreeSet::new(),
            severity: Severities::default(),
            softened: false,
            rename_guess: None,
            rust: RustPath::default(),
            overridden: None,
        }
    }

    /// Sets what was and what is.
    pub fn from_to(mut self, from: Option<Value>, to: Option<Value>) -> Self {
        self.from = from.map(sorted);
        self.to = to.map(sorted);
        self
    }

    /// Sets the severities.
    pub fn severity(mut self, readers: Severity, writers: Severity, rust: Severity) -> Self {
        self.severity = Severities {
            readers,
            writers,
            rust,
        };
        self
    }

    /// Marks that our decoding survives.
    pub fn softened(mut self) -> Self {
        self.softened = self.severity.readers > Severity::None;
        self
    }

    /// Returns whether only words changed.
    pub fn is_words(&self) -> bool {
        self.aspect == Aspect::Description
    }

    /// Returns the order of changes in a report.
    pub fn key(&self) -> (Option<&str>, Option<&str>, &str, Aspect, String) {
        let ends = format!("{:?} {:?} {:?}", self.change, self.from, self.to);
        let member = self.member.as_deref();
        (
            self.of_type.as_deref(),
            member,
            self.rule,
            self.aspect,
            ends,
        )
    }
}

/// Returns a value with the members of its objects in alphabetical order, which otherwise depends
/// on a feature of serde_json that any crate may enable.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            let members = members
                .into_iter()
                .map(|(name, value)| (name, sorted(value)));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
