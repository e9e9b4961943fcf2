//! Where a spec was imported from, as its entry in `specs/sources.toml` says.

use std::collections::BTreeMap;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::document::ReadFile;
use super::read::document::Reading;

/// The keys of an entry that an import writes, in their order.
const KEYS: [&str; 7] = [
    "document",
    "document_sha256",
    "operations",
    "refers_to",
    "readings",
    "fix_ups",
    "omitted",
];

/// Where a spec was imported from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The document.
    pub document: ReadFile,
    /// The ids of the operations, in the order of the document.
    pub operations: Vec<String>,
    /// The other files that were read.
    pub refers_to: Vec<ReadFile>,
    /// The readings that were applied, each as `<name>: <file>#<pointer>`.
    pub readings: Vec<String>,
    /// The pointers of the fix-ups that were applied.
    pub fix_ups: Vec<String>,
    /// The keywords that were left out.
    pub omitted: Vec<String>,
}

impl Provenance {
    /// Returns the provenance of what was read. `fix_ups` are the pointers of those applied.
    pub fn of(reading: &Reading, fix_ups: Vec<String>) -> Self {
        let is_root = |file: &&ReadFile| file.name == reading.document;
        let (root, others) = reading.files.iter().partition::<Vec<_>, _>(is_root);
        let readings = reading.readings.iter();
        let readings = readings.flat_map(|(name, places)| {
            let line = move |place: &String| format!("{name}: {place}");
            places.iter().map(line)
        });
        let operations = reading.api.operations.iter();
        Self {
            document: root.into_iter().next().cloned().unwrap_or_default(),
            operations: operations.map(|one| one.id.clone()).collect(),
            refers_to: others.into_iter().cloned().collect(),
            readings: readings.collect(),
            fix_ups,
            omitted: reading.omitted.iter().cloned().collect(),
        }
    }

    /// Returns the text of the manifest with this provenance in the entry of a spec; `None` if it
    /// has no such entry. Comments and other keys stay.
    ///
    /// # Errors
    ///
    /// The text is not TOML.
    pub fn in_manifest(
        &self,
        manifest: &str,
        spec: &str,
    ) -> Result<Option<String>, toml_edit::TomlError> {
        let mut manifest: DocumentMut = manifest.parse()?;
        let Some(entry) = entry(&mut manifest, spec) else {
            return Ok(None);
        };
        let mut values = self.values();
        for key in KEYS {
            match values.remove(key) {
                Some(value) => set(entry, key, value),
                None => drop(entry.remove(key)),
            }
        }
        Ok(Some(manifest.to_string()))
    }

    /// Returns the lines of this provenance, for an entry that is not there yet.
    pub fn to_toml(&self) -> String {
        let mut table = Table::new();
        let mut values = self.values();
        for key in KEYS {
            if let Some(value) = values.remove(key) {
                table.insert(key, Item::Value(value));
            }
        }
        table.to_string()
    }

    fn values(&self) -> BTreeMap<&'static str, Value> {
        let mut values: BTreeMap<_, Value> = BTreeMap::from([
            ("document", self.document.path.as_str().into()),
            ("document_sha256", self.document.sha256.as_str().into()),
        ]);
        let files = self.refers_to.iter().map(|file| {
            let mut table = InlineTable::new();
            table.insert("document", file.path.as_str().into());
            table.insert("sha256", file.sha256.as_str().into());
            Value::from(table)
        });
        let lists = [
            ("operations", strings(&self.operations)),
            ("refers_to", files.collect()),
            ("readings", strings(&self.readings)),
            ("fix_ups", strings(&self.fix_ups)),
            ("omitted", strings(&self.omitted)),
        ];
        for (key, list) in lists {
            if !list.is_empty() {
                values.insert(key, Value::Array(one_per_line(list)));
            }
        }
        values
    }
}

/// Returns the text of the manifest with the title and SHA-256 of a page in the entry of a spec;
/// `None` if it has no such entry. Comments and other keys stay.
///
/// # Errors
///
/// The text is not TOML.
pub fn set_page(
    manifest: &str,
    spec: &str,
    title: &str,
    sha256: &str,
) -> Result<Option<String>, toml_edit::TomlError> {
    let mut manifest: DocumentMut = manifest.parse()?;
    let Some(entry) = entry(&mut manifest, spec) else {
        return Ok(None);
    };
    for (key, value) in [("page", title), ("page_sha256", sha256)] {
        set(entry, key, value.into());
    }
    Ok(Some(manifest.to_string()))
}

/// Returns the entry of a spec.
fn entry<'m>(manifest: &'m mut DocumentMut, spec: &str) -> Option<&'m mut Table> {
    let entries = manifest
        .get_mut("spec")
        .and_then(Item::as_array_of_tables_mut)?;
    entries
        .iter_mut()
        .find(|entry| entry.get("file").and_then(Item::as_str) == Some(spec))
}

/// Sets a key. The comment above it stays.
fn set(entry: &mut Table, key: &str, value: Value) {
    match entry.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        None => drop(entry.insert(key, Item::Value(value))),
    }
}

fn strings(list: &[String]) -> Array {
    list.iter().map(String::as_str).collect()
}

fn one_per_line(mut list: Array) -> Array {
    for item in list.iter_mut() {
        item.decor_mut().set_prefix("\n    ");
    }
    list.set_trailing_comma(true);
    list.set_trailing("\n");
    list
}
