//! What a schema is made of.

pub(crate) type Schema = [Member];

#[derive(Debug)]
pub(crate) struct Member {
    pub(super) name: &'static str,
    pub(super) kind: MemberKind,
    pub(super) access: Access,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Open,
    /// Only the service writes it.
    ReadOnly,
    /// Only the service gives it, and whoever sends it says which item is meant.
    Identity,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum MemberKind {
    Text,
    Flag,
    Any,
    Object(&'static Schema),
    List {
        item: &'static Schema,
        /// The member by which an item that is sent is the same as one that is stored.
        key: &'static str,
    },
}

impl MemberKind {
    pub(super) fn schema(self) -> &'static Schema {
        match self {
            Self::Object(schema) | Self::List { item: schema, .. } => schema,
            Self::Text | Self::Flag | Self::Any => &[],
        }
    }

    pub(super) fn demand(self) -> &'static str {
        match self {
            Self::Text => "must be a string",
            Self::Flag => "must be true or false",
            Self::Object(_) => "must be an object",
            Self::List { .. } => "must be an array of objects",
            Self::Any => "is not accepted",
        }
    }
}
