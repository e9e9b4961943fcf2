//! Values for some members of a profile, and members to clear.

use billing_models::Json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::edit::Edit;
use crate::error::{EditError, OverlapError};
use crate::members::Members;
use crate::service::Service;
use crate::verbatim::verbatim;

impl Edit {
    /// Reads a text as the value of a member, as the command's `--set PATH=TEXT` does.
    ///
    /// Text is taken as it is; for all other kinds of members it is JSON. The path may leave out
    /// `properties.`.
    ///
    /// ```
    /// use billing_edit::{Edit, Service};
    /// use serde_json::json;
    ///
    /// let edit = Edit::parse_text(Service::Arm, "poNumber", "5")?;
    /// assert_eq!(edit, Edit::set(["properties", "poNumber"], json!("5")));
    /// # Ok::<(), billing_edit::EditError>(())
    /// ```
    ///
    /// # Errors
    /// The member cannot be written, or the text is no value of its kind.
    pub fn parse_text(service: Service, path: &str, text: &str) -> Result<Self, EditError> {
        Members::of(service).member(path)?.set_text(text)
    }

    /// Takes a JSON value for a member; `null` clears it.
    ///
    /// # Errors
    /// The member cannot be written, or the value is of another kind.
    pub fn parse_json(service: Service, path: &str, value: &Value) -> Result<Self, EditError> {
        Members::of(service).member(path)?.set_json(value)
    }

    /// Returns an edit that clears the member at a path, which may leave out `properties.`.
    ///
    /// # Errors
    /// The member cannot be written.
    pub fn parse_clear(service: Service, path: &str) -> Result<Self, EditError> {
        Ok(Members::of(service).member(path)?.clear())
    }
}

/// Values for some members of a profile, and members to clear, in the order in which they were
/// given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Edits(Vec<Edit>);

impl Edits {
    /// Returns whether there is no edit.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the edits.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.iter()
    }

    /// Returns the edits, unless two of them change one member: the order of edits must not decide
    /// which one counts. [`FromIterator`] does not check this.
    ///
    /// # Errors
    /// The first two edits that overlap.
    pub fn try_new(
        service: Service,
        edits: impl IntoIterator<Item = Edit>,
    ) -> Result<Self, OverlapError> {
        let edits = Self::from_iter(edits);
        let members = Members::of(service);
        for (index, first) in edits.iter().enumerate() {
            for second in edits.iter().skip(index.saturating_add(1)) {
                let (outer, inner) = if first.path.len() <= second.path.len() {
                    (first, second)
                } else {
                    (second, first)
                };
                if inner.path.starts_with(&outer.path) {
                    let shown = |edit: &Edit| members.short(&edit.path.join(".")).to_owned();
                    return Err(OverlapError {
                        outer: shown(outer),
                        inner: shown(inner),
                    });
                }
            }
        }
        Ok(edits)
    }

    /// Returns the number of edits.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the edits as a merge patch (RFC 7396): `null` clears a member.
    pub fn merge_patch(&self) -> Value {
        let mut patch = Value::Object(Map::new());
        for edit in &self.0 {
            put(
                &mut patch,
                &edit.path,
                Some(edit.value.clone().unwrap_or_default()),
            );
        }
        patch
    }

    /// Applies the edits to the text of a JSON document. All other members keep their exact text,
    /// digits and order included; new members follow the old ones.
    ///
    /// ```
    /// use billing_edit::{Edit, Edits};
    /// use serde_json::json;
    ///
    /// let edits = Edits::from_iter([Edit::set(["city"], json!("Oslo"))]);
    /// let json = edits.apply_to_text(br#"{"city":"Rome","rate":0.10}"#)?;
    /// assert_eq!(json, br#"{"city":"Oslo","rate":0.10}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn apply_to_text(&self, json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
        let original: Json = serde_json::from_slice(json)?;
        let before = original.to_value_lossy();
        let mut after = before.clone();
        self.apply(&mut after);
        Ok(verbatim(original.as_str(), &before, &after).into_bytes())
    }

    /// Applies the edits to a document.
    pub fn apply(&self, document: &mut Value) {
        for edit in &self.0 {
            put(document, &edit.path, edit.value.clone());
        }
    }
}

impl IntoIterator for Edits {
    type Item = Edit;
    type IntoIter = std::vec::IntoIter<Edit>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Edit> for Edits {
    fn from_iter<I: IntoIterator<Item = Edit>>(edits: I) -> Self {
        Self(edits.into_iter().collect())
    }
}

/// Sets or removes the member at a path, and creates its parents.
fn put(document: &mut Value, path: &[String], value: Option<Value>) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut parent = document;
    for name in parents {
        if !parent.get(name).is_some_and(Value::is_object) {
            if value.is_none() {
                // An absent member need not be cleared.
                return;
            }
            if let Value::Object(members) = parent {
                members.insert(name.clone(), Value::Object(Map::new()));
            }
        }
        match parent.get_mut(name) {
            Some(inner) => parent = inner,
            None => return,
        }
    }
    if let Value::Object(members) = parent {
        match value {
            Some(value) => members.insert(last.clone(), value),
            None => members.remove(last),
        };
    }
}

#[cfg(test)]
mod tests;
