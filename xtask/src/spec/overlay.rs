//! Our own words and marks for a spec, from the TOML file beside it.
//!
//! ```toml
//! title = "Billing profiles"
//! words_of = "arm-billing/2019-10-01-preview/billing-profile.json"
//!
//! [words]
//! "BillingProfileProperties.billTo" = "The address on invoices."
//!
//! [personal]
//! AddressDetails = ["city", "companyName"]
//! ```
//!
//! `specs/README.md` lists the keys. A key that does not apply is an error with its line.

mod apply;
mod rename;
mod shared;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

pub use self::words::{drop_words, missing_words};

use crate::codegen::problem::Problem;
use crate::codegen::text;

/// An overlay, read but not applied.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// The name of the file in messages.
    pub file: String,
    text: String,
    keys: Keys,
}

type Texts = BTreeMap<Spanned<String>, Spanned<String>>;
type Lists = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Keys {
    /// The title of the spec.
    title: Option<Spanned<String>>,
    /// The spec whose words are taken for members of the same type and name.
    words_of: Option<Spanned<String>>,
    /// The spec in the same folder whose types of the same name are used.
    types_of: Option<Spanned<String>>,
    /// The type of a body of which a page lists only members.
    body: Option<Spanned<String>>,
    /// `object` or `enum`, by the name of a type whose table on a page can be either.
    kinds: Texts,
    /// Keys of definitions, by the document's name of the type.
    rename: Texts,
    /// Titles of objects that are defined at a member, by `Type.member`.
    titles: Texts,
    /// Descriptions of types and members, by `Type` and `Type.member`.
    words: Texts,
    /// Descriptions of operations, by id.
    operations: Texts,
    /// Descriptions of parameters, by name.
    parameters: Texts,
    /// Names for code, by `Type.member` and `Enum.value`.
    names: Texts,
    /// `open` or `closed`, by the name of the enum.
    openness: Texts,
    /// Members that only the service writes, by type.
    read_only: Lists,
    /// Members whose values may name or locate a person, by type.
    personal: Lists,
    /// Corrections of the document.
    fix: Vec<RawFix>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFix {
    sha256: Spanned<String>,
    #[serde(default)]
    pointer: Option<String>,
    #[serde(default)]
    line: Option<usize>,
    #[serde(default)]
    old: Option<toml::Value>,
    #[serde(default)]
    new: Option<toml::Value>,
    evidence: String,
}

/// A correction of one document, which applies to no other.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// The line of the overlay.
    pub line: usize,
    /// The SHA-256 of the document, in hexadecimal.
    pub sha256: String,
    /// What it corrects.
    pub target: FixTarget,
    /// What stands there before; nothing if it is added.
    pub old: Option<toml::Value>,
    /// What should; nothing if it is removed.
    pub new: Option<toml::Value>,
    /// How we know.
    pub evidence: String,
}

/// What a [`Fix`] corrects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixTarget {
    /// A value of a JSON or YAML document, by its pointer.
    Pointer(String),
    /// A line of a page, from 1. A line that is added comes before it.
    Line(usize),
}

impl Overlay {
    /// Reads an overlay, whose messages name the file as `shown`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is not an overlay.
    pub fn read(path: &Path, shown: &str) -> Result<Self, Vec<Problem>> {
        let text = text::read(path, shown).map_err(|problem| vec![problem])?;
        Self::parse(&text, shown)
    }

    /// Parses an overlay.
    ///
    /// # Errors
    ///
    /// If the text is not an overlay.
    pub fn parse(text: &str, shown: &str) -> Result<Self, Vec<Problem>> {
        let keys = toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| line(text, span.start));
            let hint = "specs/README.md lists the keys of an overlay";
            vec![Problem::new(
                shown,
                format!(":{line}"),
                error.message(),
                hint,
            )]
        })?;
        let overlay = Self {
            file: shown.to_owned(),
            text: text.to_owned(),
            keys,
        };
        overlay.fixes()?;
        Ok(overlay)
    }

    /// Returns the corrections, in the order of the file.
    ///
    /// # Errors
    ///
    /// If one has no place or two, changes nothing, or has no evidence.
    pub fn fixes(&self) -> Result<Vec<Fix>, Vec<Problem>> {
        let mut fixes = Vec::new();
        let mut problems = Vec::new();
        for raw in &self.keys.fix {
            let line = self.line(&raw.sha256);
            let mut refuse = |what: &str, hint: &str| {
                problems.push(Problem::new(&self.file, format!(":{line}"), what, hint));
            };
            let target = match (&raw.pointer, raw.line) {
                (Some(pointer), None) => FixTarget::Pointer(pointer.clone()),
                (None, Some(line)) => FixTarget::Line(line),
                _ => {
                    let hint = "give the `pointer` of a JSON document or the `line` of a page";
                    refuse("a fix has one place", hint);
                    continue;
                }
            };
            if raw.old == raw.new {
                let hint = "give what stands there as `old` and what should as `new`";
                refuse("the fix changes nothing", hint);
            }
            if raw.evidence.trim().is_empty() {
                let hint = "name the document or recording that shows the service's behaviour";
                refuse("the fix has no evidence", hint);
            }
            fixes.push(Fix {
                line,
                sha256: raw.sha256.get_ref().clone(),
                target,
                old: raw.old.clone(),
                new: raw.new.clone(),
                evidence: raw.evidence.clone(),
            });
        }
        if problems.is_empty() {
            Ok(fixes)
        } else {
            Err(problems)
        }
    }

    /// Returns the type of a body of which a page lists only members, if the overlay names it.
    pub fn body(&self) -> Option<&str> {
        self.keys.body.as_ref().map(|name| name.get_ref().as_str())
    }

    /// Returns whether a page's table is that of an `object` or an `enum`, if the overlay says so.
    pub fn kind(&self, of_type: &str) -> Option<&str> {
        let mut kinds = self.keys.kinds.iter();
        let (_, kind) = kinds.find(|(name, _)| name.get_ref() == of_type)?;
        Some(kind.get_ref())
    }

    fn line<T>(&self, value: &Spanned<T>) -> usize {
        line(&self.text, value.span().start)
    }
}

/// Returns the line, from 1, of an offset in bytes.
fn line(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    1 + before.matches('\n').count()
}
