//! The parts of a schema: members, what they hold, and who writes them.

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
    /// Written by the service only.
    ReadOnly,
    /// Written by the service only, and sent by a client to identify an item.
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
        /// The member that is the same in an item that is sent and in the stored one.
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
