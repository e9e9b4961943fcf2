//! How much of a requested change a resource shows after a write.
//!
//! ```
//! use billing_core::{StoredValue, UpdateOutcome};
//! use serde_json::json;
//!
//! let before = json!({ "properties": { "poNumber": "PO-1" } });
//! let patch = json!({ "properties": { "poNumber": "PO-2" } });
//! let outcome = UpdateOutcome::of_patch(Some(&before), &patch, &before);
//! let UpdateOutcome::NotApplied { paths } = outcome else { panic!() };
//! assert_eq!(paths[0].path().to_string(), "properties.poNumber");
//! assert_eq!(paths[0].stored(), StoredValue::Unchanged);
//! ```

mod change;
mod equivalent;
mod exact_json;
mod hash;
mod member_path;

use serde::Serialize;
use serde_json::Value;

pub use change::Change;
pub(crate) use change::{Expected, PathStep, Prior, RequestedMember, is_nothing};
pub use equivalent::is_equivalent;
pub(crate) use exact_json::{read, value_of};
pub(crate) use hash::{Hash, HashKey};
pub use member_path::MemberPath;

/// How much of a requested change a resource shows.
///
/// Only members are looked at that the change asked for, and of those, where the resource before is
/// known, only the ones that were to become different. `null`, an absent member, an empty text and an
/// empty list count as the same value: services leave out what is empty. Lists are compared item by
/// item, and an item may have more members than were sent. Numbers are compared with all their digits,
/// however many, and `5` equals `5.0`.
///
/// No value is in it, only paths: its `Debug` can be logged where member names can.
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
    path: MemberPath,
    stored: StoredValue,
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
    /// Compares a merge patch (RFC 7396) with the resource that is stored after it.
    ///
    /// A value that cannot be written as JSON counts as an empty one.
    pub fn of_patch(
        before: Option<&impl Serialize>,
        patch: &impl Serialize,
        stored: &impl Serialize,
    ) -> Self {
        let before = before.map(json);
        let change = Change::of_patch(before.as_ref(), &json(patch));
        change.outcome(&json(stored))
    }

    /// Compares a full document that was written with the one that is stored after it.
    ///
    /// Where `before` is known, a member that it has and `wanted` lacks was to be removed.
    /// A value that cannot be written as JSON counts as an empty one.
    pub fn of_document(
        before: Option<&impl Serialize>,
        wanted: &impl Serialize,
        stored: &impl Serialize,
    ) -> Self {
        let before = before.map(json);
        let change = Change::of_document(before.as_ref(), &json(wanted));
        change.outcome(&json(stored))
    }

    /// Whether every requested member is stored as requested.
    pub fn is_applied(&self) -> bool {
        matches!(self, Self::Applied)
    }

    /// The members that are not stored as requested; empty if the change is applied.
    pub fn unapplied(&self) -> &[UnappliedMember] {
        match self {
            Self::Applied => &[],
            Self::PartlyApplied { paths } | Self::NotApplied { paths } => paths,
        }
    }

    /// Whether a requested member has neither its value from before nor the requested one.
    pub(crate) fn has_other_form(&self) -> bool {
        let mut all = self.unapplied().iter();
        all.any(|member| member.stored == StoredValue::OtherForm)
    }
}

impl UnappliedMember {
    /// Where the member is in the document.
    pub fn path(&self) -> &MemberPath {
        &self.path
    }

    /// What is stored there.
    pub fn stored(&self) -> StoredValue {
        self.stored
    }
}

fn json(value: &impl Serialize) -> Value {
    value_of(value).unwrap_or_default()
}
