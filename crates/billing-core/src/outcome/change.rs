//! What a write asks for, member by member, and its comparison with a stored resource.

use serde_json::{Map, Value};

use super::hash::{Content, Hash, HashKey};
use super::{MemberPath, StoredValue, UnappliedMember, UpdateOutcome, exact_json};

/// What a write asks for and, as far as it is known, what was there before. For the client crates.
///
/// `Debug` shows the number of members alone: the values are a person's.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Change {
    pub(crate) members: Vec<RequestedMember>,
}

/// One member to be set or removed. A list is one member, whatever its items are.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RequestedMember {
    pub(crate) path: MemberPath,
    /// All of them have to be met.
    pub(crate) parts: Vec<(Vec<PathStep>, Expected)>,
    pub(crate) before: Prior,
}

/// A step into a list or into one of its items.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PathStep {
    Name(String),
    Index(usize),
}

/// What is to be found at a place.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This text, number or truth value.
    Value(Value),
    /// A list of so many items.
    Length(usize),
    /// No member, `null` or something empty.
    Nothing,
    /// A value or a length of which only a hash is known.
    Hash(Hash),
}

/// What was at a place before.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Prior {
    Unknown,
    Value(Value),
    /// A value of which only a hash is known.
    Hash(Hash),
}

impl Change {
    /// What a merge patch (RFC 7396) asks for, of the resource `before` if it is known.
    pub fn of_patch(before: Option<&Value>, patch: &Value) -> Self {
        let mut members = Vec::new();
        collect(patch, &mut Vec::new(), &mut members);
        let change = Self { members };
        match before {
            Some(before) => change.with_before(before),
            None => change,
        }
    }

    /// The same change of the resource `before`, where none was known.
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

    /// What writing the full document `wanted` asks for, over the document `before` if it is known.
    pub fn of_document(before: Option<&Value>, wanted: &Value) -> Self {
        match before {
            Some(document) => Self::of_patch(before, &merge_patch(document, wanted)),
            None => Self::of_patch(None, wanted),
        }
    }

    /// As [`of_document`](Self::of_document), of JSON texts, so that no digit of a number is lost; `None`
    /// if one of them is no JSON.
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

    /// The same change without its values, which can still be compared with a resource.
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

    /// How much of the change `stored` shows.
    pub(crate) fn outcome(&self, stored: &Value) -> UpdateOutcome {
        let mut paths = Vec::new();
        let mut some_changed = false;
        for member in &self.members {
            let now = at(stored, &member.path);
            let state = member.before.state(&member.path, now);
            if member.is_met_by(now) {
                // It may have been so before.
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
            Self::Nothing => stored.is_none_or(is_nothing),
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
                Some(stored) => stored == before || (is_nothing(stored) && is_nothing(before)),
                None => is_nothing(before),
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

/// The members that a merge patch sets or removes; an object without members asks for nothing.
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

/// What has to be met at and below `value`.
fn split(value: &Value, steps: &mut Vec<PathStep>, parts: &mut Vec<(Vec<PathStep>, Expected)>) {
    match value {
        value if is_nothing(value) => parts.push((steps.clone(), Expected::Nothing)),
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

/// What makes `after` out of `before`.
fn merge_patch(before: &Value, after: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return after.clone();
    };
    let mut patch = Map::new();
    for (name, value) in new {
        match old.get(name) {
            Some(old) if old == value => {}
            Some(old) => drop(patch.insert(name.clone(), merge_patch(old, value))),
            None => drop(patch.insert(name.clone(), value.clone())),
        }
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    Value::Object(patch)
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

/// What a service may as well leave out.
pub(crate) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_nothing),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let members = self.members.len();
        f.debug_struct("Change").field("members", &members).finish()
    }
}
