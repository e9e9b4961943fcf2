//! A member that can be written, and the values that it takes.

use std::error::Error as _;

use billing_core::decode;
use serde_json::Value;

use crate::edit::Edit;
use crate::error::{EditError, EditProblem};
use crate::kind::MemberKind;
use crate::members::Members;

/// A member that can be written, found by its path once and used for many values.
///
/// ```
/// use billing_edit::{Edit, Members, Service};
/// use serde_json::json;
///
/// let member = Members::of(Service::Arm).member("invoiceEmailOptIn")?;
/// let path = ["properties", "invoiceEmailOptIn"];
/// assert_eq!(member.set_text("true")?, Edit::set(path, json!(true)));
/// assert_eq!(member.set_json(&json!(null))?, Edit::clear(path));
/// assert_eq!(member.set_text("yes").unwrap_err().to_string(), "the value must be true or false");
/// # Ok::<(), billing_edit::EditError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Member {
    members: &'static Members,
    path: Vec<String>,
    kind: MemberKind,
}

impl Members {
    /// Finds a member by its path, which may leave out `properties.`.
    ///
    /// # Errors
    /// The first member of the path that cannot be written, by its path without `properties.`, with
    /// the nearest one that can be.
    pub fn member(&'static self, path: &str) -> Result<Member, EditError> {
        let segments = self.segments(path);
        let kind = self.kind(&segments).map_err(|error| {
            let mut error = self.shortened(error);
            let renamed = || Some(self.short(&self.renamed(path)?).to_owned());
            if let EditProblem::Unknown { nearest } = &mut error.problem
                && let Some(meant) = self.respelled(path).or_else(renamed)
            {
                *nearest = Some(meant);
            }
            error
        })?;
        Ok(Member {
            members: self,
            path: segments.into_iter().map(str::to_owned).collect(),
            kind,
        })
    }

    /// Returns every member that can be written and has no members of its own, in the order of the
    /// schema. A list is one; what its items have is not.
    ///
    /// ```
    /// use billing_edit::{Members, Service};
    ///
    /// let leaves = Members::of(Service::Partner).leaves();
    /// assert_eq!(leaves[0].short(), "companyName");
    /// assert_eq!(leaves[2].short(), "defaultAddress.addressLine1");
    /// ```
    pub fn leaves(&'static self) -> Vec<Member> {
        let mut paths = Vec::new();
        self.collect(self.written, "", &mut paths);
        let members = paths.iter().filter_map(|path| self.member(path).ok());
        let is_leaf = |member: &Member| member.kind != MemberKind::Object;
        members.filter(is_leaf).collect()
    }

    fn shortened(&self, error: EditError) -> EditError {
        error.map_paths(|path| self.short(path).to_owned())
    }
}

impl Member {
    /// Returns the names from the document's root to the member.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Returns the path as it is shown, without `properties`.
    pub fn short(&self) -> String {
        self.members.short(&self.path.join(".")).to_owned()
    }

    /// Returns the kind of its values.
    pub fn kind(&self) -> MemberKind {
        self.kind
    }

    /// Reads a text as the new value. Text is taken as it is, so that `5` needs no quotes; for all
    /// other kinds of members it is JSON.
    ///
    /// # Errors
    /// The text is no value of the member's kind.
    pub fn set_text(&self, text: &str) -> Result<Edit, EditError> {
        let value = self.read_text(text)?;
        self.set(value)
    }

    /// Takes a JSON value, which must have the member's kind; `null` clears the member.
    ///
    /// # Errors
    /// The value, or a member inside it, is of another kind or cannot be written.
    pub fn set_json(&self, value: &Value) -> Result<Edit, EditError> {
        match value {
            Value::Null => Ok(self.clear()),
            value => self.set(value.clone()),
        }
    }

    /// Returns an edit that clears the member.
    pub fn clear(&self) -> Edit {
        Edit::clear(&self.path)
    }

    fn set(&self, value: Value) -> Result<Edit, EditError> {
        let segments: Vec<_> = self.path.iter().map(String::as_str).collect();
        let checked = self.members.check(&segments, &value);
        checked.map_err(|error| self.members.shortened(error))?;
        Ok(Edit::set(&self.path, value))
    }

    fn read_text(&self, text: &str) -> Result<Value, EditError> {
        let refused = |problem| Err(EditError::new(self.short(), problem));
        let kind = self.kind;
        if kind == MemberKind::Text {
            return Ok(Value::String(text.to_owned()));
        }
        match decode::<Value>(text.as_bytes()) {
            Ok(Value::Null) => refused(EditProblem::Null),
            Ok(value) => Ok(value),
            Err(error) => {
                let has_structure = matches!(kind, MemberKind::List | MemberKind::Object);
                // The JSON parser's message does not help with a word in place of `true`.
                let reason = error.source().filter(|_| has_structure);
                let reason = reason.map(ToString::to_string);
                refused(EditProblem::NotJson { kind, reason })
            }
        }
    }
}
