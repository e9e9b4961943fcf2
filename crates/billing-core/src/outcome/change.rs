//! The change that a write requests, member by member, and its comparison with a stored resource.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::outcome::exact_json::{self, value_of};
use crate::outcome::hash::{Content, Hash, HashKey};
use crate::outcome::member_path::{MemberPath, PathStep};
use crate::outcome::merge_patch::{diff, is_empty_value};
use crate::outcome::update_outcome::{StoredValue, UnappliedMember, UpdateOutcome};

/// Computes the change of a write. It is called only if the outcome is requested, which most
/// callers never do.
pub(crate) type LazyChange = Arc<dyn Fn() -> Option<Change> + Send + Sync>;

/// What a write requests and, as far as it is known, what was there before. For the client crates.
///
/// `Debug` shows only the number of members: the values are about a person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Change {
    pub(crate) members: Vec<RequestedMember>,
}

/// One member to be set or removed. A list is one member, whatever its items are.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RequestedMember {
    pub(crate) path: MemberPath,
    /// The values to be found in the member, all of them.
    pub(crate) parts: Vec<(Vec<PathStep>, Expected)>,
    pub(crate) before: Prior,
}

/// The expected value at a path.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This text, number or truth value.
    Value(Value),
    /// A list of this length.
    Length(usize),
    /// No member, or an empty value.
    Nothing,
    /// A value or a length that is known by its hash.
    Hash(Hash),
}

/// The value at a path before the write.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Prior {
    Unknown,
    Value(Value),
    /// A value that is known by its hash.
    Hash(Hash),
}

impl Change {
    /// Returns the change that a merge patch (RFC 7396) requests, of the resource `before` if it is
    /// known.
    pub fn of_patch(before: Option<&Value>, patch: &Value) -> Self {
        let mut members = Vec::new();
        collect(patch, &mut Vec::new(), &mut members);
        let change = Self { members };
        match before {
            Some(before) => change.with_before(before),
            None => change,
        }
    }

    /// Returns the same change of the resource `before`, for members whose value before was not
    /// known.
    pub(crate) fn with_before(&self, before: &Value) -> Self {
        let mut change = self.clone();
        for member in &mut change.members {
            if member.before == Prior::Unknown {
                let value = at(before, &member.path);
                member.before = Prior::Value(value.cloned().unwrap_or_default());
            }
        }
        change
    }

    /// Returns the change that writing the full document `wanted` requests, over the document
    /// `before` if it is known.
    pub fn of_document(before: Option<&Value>, wanted: &Value) -> Self {
        match before {
            Some(document) => Self::of_patch(before, &diff(document, wanted)),
            None => Self::of_patch(None, wanted),
        }
    }

    /// Does the same with JSON texts, so that no digit of a number is lost; `None` if one of them
    /// is not JSON.
    pub fn of_document_texts(before: Option<&[u8]>, wanted: &[u8]) -> Option<Self> {
        let before = match before {
            Some(text) => Some(exact_json::read(text)?),
            None => None,
        };
        Some(Self::of_document(
            before.as_ref(),
            &exact_json::read(wanted)?,
        ))
    }

    /// Returns how many values the change has, those in lists included.
    pub(crate) fn part_count(&self) -> usize {
        self.members.iter().map(|member| member.parts.len()).sum()
    }

    /// Returns the same change with hashes instead of values. It can still be compared with a
    /// resource.
    pub(crate) fn hashed(&self, key: HashKey) -> Self {
        let members = self.members.iter().map(|member| {
            let path = &member.path;
            let hash = |steps: &[PathStep], content| Hash::of(key, path, steps, content);
            let parts = member.parts.iter().map(|(steps, expected)| {
                let expected = match expected {
                    Expected::Value(value) => Expected::Hash(hash(steps, Content::Value(value))),
                    Expected::Length(length) => {
                        Expected::Hash(hash(steps, Content::Length(*length)))
                    }
                    other => other.clone(),
                };
                (steps.clone(), expected)
            });
            RequestedMember {
                path: path.clone(),
                parts: parts.collect(),
                before: match &member.before {
                    Prior::Value(value) => Prior::Hash(hash(&[], Content::Before(value))),
                    other => other.clone(),
                },
            }
        });
        Self {
            members: members.collect(),
        }
    }

    /// Returns how much of the change `stored` shows. All values are to be read by
    /// [`read_exact`](exact_json::read), or a number may differ from itself.
    pub fn outcome(&self, stored: &Value) -> UpdateOutcome {
        let mut paths = Vec::new();
        let mut some_changed = false;
        for member in &self.members {
            let now = at(stored, &member.path);
            let state = member.before.state(&member.path, now);
            if member.is_met_by(now) {
                // The value may have been the same before.
                some_changed |= state != StoredValue::Unchanged;
                continue;
            }
            some_changed |= state == StoredValue::OtherForm;
            paths.push(UnappliedMember {
                path: member.path.clone(),
                stored: state,
            });
        }
        match (paths.is_empty(), some_changed) {
            (true, _) => UpdateOutcome::Applied,
            (false, true) => UpdateOutcome::PartlyApplied { paths },
            (false, false) => UpdateOutcome::NotApplied { paths },
        }
    }
}

impl UpdateOutcome {
    /// Compares a merge patch (RFC 7396) with the resource that is stored after it.
    ///
    /// A value that JSON cannot represent counts as an empty one.
    pub fn of_patch(
        before: Option<&impl Serialize>,
        patch: &impl Serialize,
        stored: &impl Serialize,
    ) -> Self {
        let before = before.map(json);
        let change = Change::of_patch(before.as_ref(), &json(patch));
        change.outcome(&json(stored))
    }

    /// Compares a full document that was written with the document that is stored after it.
    ///
    /// If `before` is known, a member that it has and `wanted` lacks was to be removed. A value
    /// that JSON cannot represent counts as an empty one.
    pub fn of_document(
        before: Option<&impl Serialize>,
        wanted: &impl Serialize,
        stored: &impl Serialize,
    ) -> Self {
        let before = before.map(json);
        let change = Change::of_document(before.as_ref(), &json(wanted));
        change.outcome(&json(stored))
    }
}

fn json(value: &impl Serialize) -> Value {
    value_of(value).unwrap_or_default()
}

impl RequestedMember {
    fn is_met_by(&self, stored: Option<&Value>) -> bool {
        let mut parts = self.parts.iter();
        parts.all(|(steps, expected)| {
            let stored = stored.and_then(|stored| within(stored, steps));
            expected.is_met_by(&self.path, steps, stored)
        })
    }
}

impl Expected {
    fn is_met_by(&self, path: &MemberPath, steps: &[PathStep], stored: Option<&Value>) -> bool {
        match self {
            Self::Nothing => stored.is_none_or(is_empty_value),
            Self::Value(value) => stored == Some(value),
            Self::Length(length) => {
                stored.is_some_and(|it| it.as_array().is_some_and(|it| it.len() == *length))
            }
            Self::Hash(hash) => match stored {
                Some(Value::Array(items)) => hash.is_of(path, steps, Content::Length(items.len())),
                Some(value) => hash.is_of(path, steps, Content::Value(value)),
                None => false,
            },
        }
    }
}

impl Prior {
    fn state(&self, path: &MemberPath, stored: Option<&Value>) -> StoredValue {
        let is_unchanged = match self {
            Self::Unknown => return StoredValue::Unknown,
            Self::Value(before) => match stored {
                Some(stored) => {
                    stored == before || (is_empty_value(stored) && is_empty_value(before))
                }
                None => is_empty_value(before),
            },
            Self::Hash(hash) => {
                hash.is_of(path, &[], Content::Before(stored.unwrap_or(&Value::Null)))
            }
        };
        if is_unchanged {
            StoredValue::Unchanged
        } else {
            StoredValue::OtherForm
        }
    }
}

/// Collects the members that a merge patch sets or removes; an object without members requests
/// nothing.
fn collect(patch: &Value, names: &mut Vec<String>, members: &mut Vec<RequestedMember>) {
    if let Value::Object(patch) = patch {
        for (name, value) in patch {
            names.push(name.clone());
            collect(value, names, members);
            names.pop();
        }
        return;
    }
    let mut parts = Vec::new();
    split(patch, &mut Vec::new(), &mut parts);
    members.push(RequestedMember {
        path: names.iter().cloned().collect(),
        parts,
        before: Prior::Unknown,
    });
}

/// Collects the expected values at and below `value`.
fn split(value: &Value, steps: &mut Vec<PathStep>, parts: &mut Vec<(Vec<PathStep>, Expected)>) {
    match value {
        value if is_empty_value(value) => parts.push((steps.clone(), Expected::Nothing)),
        Value::Array(items) => {
            parts.push((steps.clone(), Expected::Length(items.len())));
            for (index, item) in items.iter().enumerate() {
                steps.push(PathStep::Index(index));
                split(item, steps, parts);
                steps.pop();
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                steps.push(PathStep::Name(name.clone()));
                split(member, steps, parts);
                steps.pop();
            }
        }
        value => parts.push((steps.clone(), Expected::Value(value.clone()))),
    }
}

fn at<'a>(document: &'a Value, path: &MemberPath) -> Option<&'a Value> {
    let mut names = path.segments().iter();
    names.try_fold(document, |value, name| value.as_object()?.get(name))
}

fn within<'a>(value: &'a Value, steps: &[PathStep]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match step {
        PathStep::Name(name) => value.as_object()?.get(name),
        PathStep::Index(index) => value.as_array()?.get(*index),
    })
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = self.members.len();
        f.debug_struct("Change").field("members", &members).finish()
    }
}
