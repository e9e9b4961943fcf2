//! The result of comparing a requested change with a stored resource.

use crate::outcome::member_path::MemberPath;

/// How much of a requested change a resource shows.
///
/// Only the members of the change are compared and, if the resource before is known, only those
/// that the change makes different. `null`, an absent member, an empty text and an empty list count
/// as the same value: services leave out what is empty. Lists are compared item by item, and an
/// item may have more members than were sent. Numbers are compared with all their digits, however
/// many, and `5` equals `5.0`.
///
/// ```
/// use billing_core::{StoredValue, UpdateOutcome};
/// use serde_json::json;
///
/// let before = json!({ "properties": { "poNumber": "PO-1" } });
/// let patch = json!({ "properties": { "poNumber": "PO-2" } });
/// let outcome = UpdateOutcome::of_patch(Some(&before), &patch, &before);
/// let UpdateOutcome::NotApplied { paths } = outcome else { panic!() };
/// assert_eq!(paths[0].path().to_string(), "properties.poNumber");
/// assert_eq!(paths[0].stored(), StoredValue::Unchanged);
/// ```
///
/// It has only paths and no values: its `Debug` can be logged where member names can.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateOutcome {
    /// Every requested member is stored as requested.
    Applied,
    /// Some requested members are stored as requested, or at least no longer as they were before.
    PartlyApplied {
        /// The members that are not stored as requested.
        paths: Vec<UnappliedMember>,
    },
    /// No requested member is stored as requested, and none is known to have changed.
    NotApplied {
        /// The members that are not stored as requested.
        paths: Vec<UnappliedMember>,
    },
}

/// A member that is not stored as it was requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnappliedMember {
    pub(super) path: MemberPath,
    pub(super) stored: StoredValue,
}

/// What is stored instead of the requested value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredValue {
    /// The value from before the write.
    Unchanged,
    /// Neither the value from before nor the requested one: the service normalised it, or somebody
    /// else changed it.
    OtherForm,
    /// Not the requested value; the value before is not known.
    Unknown,
}

impl UpdateOutcome {
    /// Returns whether every requested member is stored as requested.
    pub fn is_applied(&self) -> bool {
        matches!(self, Self::Applied)
    }

    /// Returns the members that are not stored as requested; empty if the change is applied.
    pub fn unapplied(&self) -> &[UnappliedMember] {
        match self {
            Self::Applied => &[],
            Self::PartlyApplied { paths } | Self::NotApplied { paths } => paths,
        }
    }

    /// Returns whether a requested member has neither its value from before nor the requested one.
    pub(crate) fn has_other_form(&self) -> bool {
        let mut all = self.unapplied().iter();
        all.any(|member| member.stored == StoredValue::OtherForm)
    }
}

impl UnappliedMember {
    /// Returns the path of the member in the document.
    pub fn path(&self) -> &MemberPath {
        &self.path
    }

    /// Returns what is stored there.
    pub fn stored(&self) -> StoredValue {
        self.stored
    }
}
