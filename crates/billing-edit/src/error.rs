//! Errors of paths, of values that do not match their member, and of edits that overlap.

use std::fmt;

use crate::kind::MemberKind;

/// A member that cannot be written, or a value that does not match it.
///
/// Neither the error nor its text has the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    /// The path of the member.
    pub path: String,
    /// What is wrong with it or its value.
    pub problem: EditProblem,
    /// The paths of the members that can be written in its place.
    pub siblings: Vec<String>,
    /// The api versions that have it, if the one in use does not.
    pub versions: Option<OtherVersions>,
}

/// Api versions of a service that have a member which the one in use does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherVersions {
    /// The api version in use.
    pub own: &'static str,
    /// Those that have the member, the oldest first.
    pub others: Vec<&'static str>,
}

/// What is wrong with a path or its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditProblem {
    /// There is no such member.
    Unknown {
        /// The path that may have been meant.
        nearest: Option<String>,
    },
    /// Only the service writes it.
    ReadOnly,
    /// It contains all other members.
    Root,
    /// The document has it in camelCase and in PascalCase.
    Twice,
    /// It has no members that a path can name, and the path names one.
    NoMembers(MemberKind),
    /// It takes another kind of value.
    Kind(MemberKind),
    /// It takes JSON, and the text is not JSON.
    NotJson {
        /// The kind of value that it takes.
        kind: MemberKind,
        /// What the JSON parser says, for a list or an object.
        reason: Option<String>,
    },
    /// The text is `null`, which is no value; a member is cleared in another way.
    Null,
}

impl EditError {
    pub(crate) fn new(path: impl Into<String>, problem: EditProblem) -> Self {
        Self {
            path: path.into(),
            problem,
            siblings: Vec::new(),
            versions: None,
        }
    }

    /// Changes each path.
    #[must_use]
    pub fn map_paths(mut self, change: impl Fn(&str) -> String) -> Self {
        let Self {
            path,
            problem,
            siblings,
            versions: _,
        } = &mut self;
        let nearest = match problem {
            EditProblem::Unknown { nearest } => nearest.as_mut(),
            _ => None,
        };
        for path in siblings.iter_mut().chain(nearest).chain([path]) {
            *path = change(path);
        }
        self
    }

    /// Returns the path that may have been meant by one that does not exist.
    pub fn nearest(&self) -> Option<&str> {
        match &self.problem {
            EditProblem::Unknown { nearest } => nearest.as_deref(),
            _ => None,
        }
    }

    /// Returns what may have been meant: the nearest path, and the api versions that have the
    /// member.
    pub fn suggestion(&self) -> Option<String> {
        let nearest = self.nearest().map(|path| format!("did you mean `{path}`?"));
        match (nearest, self.in_versions()) {
            (Some(nearest), Some(versions)) => Some(format!("{nearest} {versions}")),
            (nearest, versions) => nearest.or(versions),
        }
    }

    /// Returns which other api versions have the member: `api version 2024-04-01 has …`.
    pub fn in_versions(&self) -> Option<String> {
        let others = &self.versions.as_ref()?.others;
        let path = &self.path;
        let (noun, has, lets) = match others.len() {
            1 => ("api version", "has", "lets"),
            _ => ("api versions", "have", "let"),
        };
        let others = others.join(" and ");
        Some(match &self.problem {
            EditProblem::ReadOnly => format!("{noun} {others} {lets} `{path}` be written"),
            _ => format!("{noun} {others} {has} `{path}`"),
        })
    }

    /// Returns a line that lists the siblings: `members of address that can be written: city, …`.
    pub fn list_siblings(&self) -> String {
        let names = self.siblings.iter().map(|path| path.rsplit_once('.'));
        match names.collect::<Option<Vec<_>>>().as_deref() {
            Some([]) => "no member can be written here".to_owned(),
            Some(all @ [(parent, _), ..]) => {
                let names: Vec<_> = all.iter().map(|(_, name)| *name).collect();
                format!(
                    "members of `{parent}` that can be written: {}",
                    names.join(", ")
                )
            }
            None => format!("members that can be written: {}", self.siblings.join(", ")),
        }
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.problem {
            EditProblem::Unknown { .. } => match &self.versions {
                Some(OtherVersions { own, .. }) => {
                    write!(f, "there is no member `{path}` in api version {own}")
                }
                None => write!(f, "there is no member `{path}`"),
            },
            EditProblem::ReadOnly => write!(f, "`{path}` is read-only"),
            EditProblem::Root => write!(
                f,
                "`{path}` contains all members and cannot be changed as a whole"
            ),
            EditProblem::Twice => write!(
                f,
                "`{path}` occurs twice, with a lower-case and an upper-case first letter"
            ),
            EditProblem::NoMembers(MemberKind::List) => write!(
                f,
                "`{path}` is a list, and its items cannot be named one by one"
            ),
            EditProblem::NoMembers(kind) => {
                write!(f, "`{path}` is {} and has no members", kind.expected())
            }
            EditProblem::Kind(kind) => write!(f, "`{path}` must be {}", kind.expected()),
            EditProblem::NotJson { kind, reason } => {
                write!(f, "the value must be {}", kind.expected())?;
                match reason {
                    Some(reason) => write!(f, ", and this is not JSON: {reason}"),
                    None => Ok(()),
                }
            }
            EditProblem::Null => f.write_str("null is not a value"),
        }
    }
}

impl std::error::Error for EditError {}

/// Two edits of one member, or of a member and one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlapError {
    /// The path of the member, as short as it can be given.
    pub outer: String,
    /// The path of the same member, or of one inside it.
    pub inner: String,
}

impl fmt::Display for OverlapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { outer, inner } = self;
        if outer == inner {
            write!(f, "`{outer}` is changed twice")
        } else {
            write!(
                f,
                "`{outer}` is changed as a whole, and `{inner}` in it as well"
            )
        }
    }
}

impl std::error::Error for OverlapError {}
