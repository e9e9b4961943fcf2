//! The parts of a schema: members, what they hold, who writes them, and which versions have them.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::contract::version::ApiVersion;

pub(crate) type Schema = [Member];

/// Returns a member of an object that this schema has only inside of its member `outer`.
pub(crate) fn misplaced<'a>(
    object: &'a Map<String, Value>,
    schema: &Schema,
    outer: &str,
) -> Option<&'a str> {
    let has = |schema: &Schema, name: &str| {
        let mut members = schema.iter();
        members.any(|member| member.name == name || member.later_name == Some(name))
    };
    let outer = schema.iter().find(|member| member.name == outer)?;
    let mut names = object.keys().map(String::as_str);
    names.find(|name| has(outer.kind.schema(), name) && !has(schema, name))
}

#[derive(Debug)]
pub(crate) struct Member {
    /// The name under which it is stored.
    pub(super) name: &'static str,
    pub(super) kind: MemberKind,
    pub(super) access: Access,
    /// The versions that have it.
    pub(super) versions: RangeInclusive<ApiVersion>,
    /// Its name since 2020-05-01, if that differs.
    pub(super) later_name: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Open,
    /// Written by the service only.
    ReadOnly,
    /// Written by the service only before this version.
    ReadOnlyBefore(ApiVersion),
    /// Written by the service only since this version.
    ReadOnlySince(ApiVersion),
    /// Written by the service only, and sent by a client to identify an item.
    Identity,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum MemberKind {
    Text,
    Flag,
    Any,
    /// Strings by any name.
    Texts,
    /// An array of strings.
    TextList,
    Object(&'static Schema),
    List {
        item: &'static Schema,
        /// The member that is the same in an item that is sent and in the stored one.
        key: &'static str,
    },
}

impl Member {
    /// Returns the member's name in a version, or the stored one.
    pub(super) fn name_in(&self, version: Option<ApiVersion>) -> &'static str {
        match (self.later_name, version) {
            (Some(name), Some(version)) if version > ApiVersion::V2019 => name,
            _ => self.name,
        }
    }

    /// Returns whether a version has the member. A stored document has all of them.
    pub(super) fn is_in(&self, version: Option<ApiVersion>) -> bool {
        version.is_none_or(|version| self.versions.contains(&version))
    }

    /// Returns whether only the service writes the member in a version.
    pub(super) fn is_read_only(&self, version: Option<ApiVersion>) -> bool {
        match (self.access, version) {
            (Access::Open | Access::Identity, _) => false,
            (Access::ReadOnly, _) => true,
            (Access::ReadOnlyBefore(first), version) => version.is_none_or(|sent| sent < first),
            (Access::ReadOnlySince(first), version) => version.is_some_and(|sent| sent >= first),
        }
    }

    /// Returns whether a member that a client leaves out of a list's item stays as it is stored.
    pub(super) fn is_restored(&self) -> bool {
        !matches!(self.access, Access::Open | Access::ReadOnlySince(_))
    }
}

impl MemberKind {
    pub(super) fn schema(self) -> &'static Schema {
        match self {
            Self::Object(schema) | Self::List { item: schema, .. } => schema,
            Self::Text | Self::Flag | Self::Any | Self::Texts | Self::TextList => &[],
        }
    }

    pub(super) fn demand(self) -> &'static str {
        match self {
            Self::Text => "must be a string",
            Self::Flag => "must be true or false",
            Self::Texts => "must be an object of strings",
            Self::TextList => "must be an array of strings",
            Self::Object(_) => "must be an object",
            Self::List { .. } => "must be an array of objects",
            Self::Any => "is not accepted",
        }
    }
}
