//! The place of a comparison: whose code meets a change there, and how it is named.

use std::collections::BTreeSet;

use super::change::{Aspect, Both, Change, How, Reach, RustPath, Severity};
use super::rules::Rule;
use super::uses::{MemberUse, join};

/// A value that both documents have, or one of them.
#[derive(Clone, Debug, Default)]
pub struct Spot {
    /// The type.
    pub of_type: Option<String>,
    /// The member, parameter or header.
    pub member: Option<String>,
    /// The path in a body.
    pub wire: Option<String>,
    /// The JSON pointers.
    pub pointer: Both,
    /// The paths in generated code; nothing is generated if there are none.
    pub rust: RustPath,
    /// What the operations of the older document do with it.
    pub a: MemberUse,
    /// What those of the newer document do with it.
    pub b: MemberUse,
    /// Whether both documents send something of its type.
    pub is_type_sent: bool,
}

impl Spot {
    /// Returns the place of a member of a type, given that of the type.
    pub fn of_member(&self, name: &str) -> Self {
        Self {
            of_type: self.of_type.clone(),
            member: Some(name.to_owned()),
            wire: self.wire.as_deref().map(|wire| join(wire, name)),
            is_type_sent: self.a.sent() && self.b.sent(),
            ..Self::default()
        }
    }

    /// Creates a change at this place.
    pub fn change(&self, rule: &Rule, aspect: Aspect, how: How) -> Change {
        let mut change = Change::new(rule, aspect, how);
        let operations = match how {
            How::Removed => self.a.operations.clone(),
            How::Added => self.b.operations.clone(),
            How::Changed | How::Renamed => &self.a.operations | &self.b.operations,
        };
        change.operations = operations;
        change.of_type.clone_from(&self.of_type);
        change.member.clone_from(&self.member);
        change.wire.clone_from(&self.wire);
        change.pointer = self.pointer.clone();
        change.rust = self.rust.clone();
        change.reach = self.reach();
        change
    }

    /// Returns how it travels.
    pub fn reach(&self) -> BTreeSet<Reach> {
        let read = (self.a.read || self.b.read).then_some(Reach::Read);
        let write = (self.a.sent() || self.b.sent()).then_some(Reach::Write);
        read.into_iter().chain(write).collect()
    }

    /// Returns what it means for readers that a value they read is other than described.
    pub fn readers(&self, severity: Severity) -> Severity {
        when(self.a.read, severity)
    }

    /// Returns what it means for readers that there is more to read.
    pub fn new_readers(&self, severity: Severity) -> Severity {
        when(self.b.read, severity)
    }

    /// Returns what it means for writers that a value they send is refused or means something
    /// else.
    pub fn writers(&self, severity: Severity) -> Severity {
        when(self.a.sent(), severity)
    }

    /// Returns what it means for writers that there is more to send.
    pub fn new_writers(&self, severity: Severity) -> Severity {
        when(self.b.sent(), severity)
    }
}

fn when(applies: bool, severity: Severity) -> Severity {
    if applies { severity } else { Severity::None }
}
