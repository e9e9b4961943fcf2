//! Finds what each operation reads and sends: the reach of every type of a document.

use std::collections::{BTreeMap, BTreeSet};

use super::api_view::{View, writes};
use crate::spec::api::{Member, Operation, Shape};

/// What requests can contain.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sent {
    /// Nothing.
    #[default]
    Nothing,
    /// Only these members, by their paths.
    Only(BTreeSet<String>),
    /// Whatever is not read-only.
    All,
}

/// What an operation does with a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Use {
    /// Whether responses have it.
    pub read: bool,
    /// What requests have of it.
    pub sent: Sent,
}

/// What all operations do with a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeUse {
    /// By the operation's id.
    pub operations: BTreeMap<String, Use>,
    /// The shortest path to it in a body; absent if none has it.
    pub wire: Option<String>,
}

/// The uses of the types of a document.
pub struct Uses<'a> {
    view: &'a View<'a>,
    operations: Vec<(String, &'a Operation)>,
    types: BTreeMap<&'a str, TypeUse>,
}

/// What operations do with a member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberUse {
    /// Whether responses have it.
    pub read: bool,
    /// Whether requests that create can have it.
    pub created: bool,
    /// Whether requests that update can have it.
    pub updated: bool,
    /// The operations of which this is true, else those that have its type.
    pub operations: BTreeSet<String>,
}

impl MemberUse {
    /// Returns whether requests can have it.
    pub fn sent(&self) -> bool {
        self.created || self.updated
    }
}

impl Sent {
    fn merge(&mut self, other: Self) {
        *self = match (std::mem::take(self), other) {
            (Sent::All, _) | (_, Sent::All) => Sent::All,
            (Sent::Only(mut one), Sent::Only(other)) => {
                one.extend(other);
                Sent::Only(one)
            }
            (Sent::Nothing, other) | (other, Sent::Nothing) => other,
        };
    }

    /// Returns what requests contain of a member.
    fn below(&self, member: &str) -> Self {
        let Sent::Only(paths) = self else {
            return self.clone();
        };
        if paths.contains(member) {
            return Sent::All;
        }
        let below = paths
            .iter()
            .filter_map(|path| path.strip_prefix(member)?.strip_prefix('.'));
        let below: BTreeSet<_> = below.map(str::to_owned).collect();
        if below.is_empty() {
            Sent::Nothing
        } else {
            Sent::Only(below)
        }
    }
}

impl<'a> Uses<'a> {
    /// Finds the uses by these operations, each with the id to report.
    pub fn find(view: &'a View<'a>, operations: Vec<(String, &'a Operation)>) -> Self {
        let mut uses = Self {
            view,
            operations: operations.clone(),
            types: BTreeMap::new(),
        };
        for (id, operation) in &operations {
            let read = Use {
                read: true,
                sent: Sent::Nothing,
            };
            let sent = |sent| Use { read: false, sent };
            let none = Some(String::new());
            for response in &operation.responses {
                if let Some(shape) = &response.shape {
                    uses.add(id, operation, shape, read.clone(), none.clone());
                }
                for header in response.headers.values() {
                    uses.add(id, operation, &header.shape, read.clone(), None);
                }
            }
            for parameter in &operation.parameters {
                uses.add(id, operation, &parameter.shape, sent(Sent::All), None);
            }
            if let Some(body) = &operation.body {
                let members = body.members.as_ref();
                let all = members.map_or(Sent::All, |members| {
                    Sent::Only(members.iter().cloned().collect())
                });
                uses.add(id, operation, &body.shape, sent(all), none);
            }
        }
        uses
    }

    fn add(
        &mut self,
        id: &str,
        operation: &'a Operation,
        shape: &'a Shape,
        added: Use,
        wire: Option<String>,
    ) {
        let mut left = vec![(shape, added, wire)];
        while let Some((shape, added, wire)) = left.pop() {
            let Some((found, end)) = self.view.innermost(shape) else {
                continue;
            };
            let wire = wire.map(|wire| wire + &end);
            let of_type = self.types.entry(&found.name).or_default();
            let is_nearer = match (&of_type.wire, &wire) {
                (Some(known), Some(wire)) => order(wire) < order(known),
                (None, Some(_)) => true,
                (_, None) => false,
            };
            if is_nearer {
                of_type.wire.clone_from(&wire);
            }
            let known = of_type.operations.entry(id.to_owned()).or_default();
            let before = known.clone();
            known.read |= added.read;
            let sent = if found.read_only {
                Sent::Nothing
            } else {
                added.sent
            };
            known.sent.merge(sent);
            if *known == before && !is_nearer && before != Use::default() {
                continue;
            }
            let now = known.clone();
            for member in self.view.members(&found.name) {
                let use_of_member = self.below(operation, &now, member);
                if use_of_member == Use::default() {
                    // A type that nothing reads or sends is still generated.
                    if self
                        .view
                        .innermost(&member.shape)
                        .is_some_and(|(inner, _)| self.types.contains_key(&*inner.name))
                    {
                        continue;
                    }
                }
                let wire = wire.as_ref().map(|wire| join(wire, &member.name));
                left.push((&member.shape, use_of_member, wire));
            }
        }
    }

    /// Returns what an operation does with a member, given what it does with its type.
    fn below(&self, operation: &Operation, of_type: &Use, member: &'a Member) -> Use {
        let mutability = self.view.mutability(member);
        let (create, update) = writes(operation, mutability);
        let sent = if create || update {
            of_type.sent.below(&member.name)
        } else {
            Sent::Nothing
        };
        Use {
            read: of_type.read && mutability.read,
            sent,
        }
    }

    /// Returns what the operations do with a type.
    pub fn of_type(&self, name: &str) -> MemberUse {
        let mut found = MemberUse::default();
        for (id, used) in self.types.get(name).iter().flat_map(|one| &one.operations) {
            let is_sent = used.sent != Sent::Nothing;
            found.read |= used.read;
            found.created |= is_sent;
            found.updated |= is_sent;
            if used.read || is_sent {
                found.operations.insert(id.clone());
            }
        }
        self.or_all(name, found)
    }

    /// Returns what the operations do with a member of a type.
    pub fn of_member(&self, name: &str, member: &'a Member) -> MemberUse {
        let mut found = MemberUse::default();
        let mutability = self.view.mutability(member);
        for (id, operation) in &self.operations {
            let Some(of_type) = self.types.get(name).and_then(|one| one.operations.get(id)) else {
                continue;
            };
            let used = self.below(operation, of_type, member);
            let (create, update) = writes(operation, mutability);
            let is_sent = used.sent != Sent::Nothing;
            found.read |= used.read;
            found.created |= is_sent && create;
            found.updated |= is_sent && update;
            if used.read || is_sent {
                found.operations.insert(id.clone());
            }
        }
        self.or_all(name, found)
    }

    fn or_all(&self, name: &str, mut found: MemberUse) -> MemberUse {
        if found.operations.is_empty() {
            let all = self
                .types
                .get(name)
                .map(|one| one.operations.keys().cloned());
            found.operations = all.into_iter().flatten().collect();
        }
        found
    }

    /// Returns the shortest path to a type in a body.
    pub fn wire(&self, name: &str) -> Option<&str> {
        self.types.get(name)?.wire.as_deref()
    }

    /// Returns whether an operation leads to a type.
    pub fn has(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }
}

/// Appends a member to a path.
pub fn join(wire: &str, member: &str) -> String {
    if wire.is_empty() {
        member.to_owned()
    } else {
        format!("{wire}.{member}")
    }
}

/// Returns the order of paths: the shortest first.
fn order(wire: &str) -> (usize, usize, &str) {
    let steps = wire.matches('.').count() + wire.matches(['[', '{']).count();
    (steps, wire.len(), wire)
}
