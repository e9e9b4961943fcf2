//! The form of the tables of members that are generated from the specs, and the way through them.

use crate::kind::MemberKind;

/// The type of a value.
#[derive(Debug)]
pub(crate) enum Schema {
    Text,
    Flag,
    Number,
    /// A list of items of one type.
    List(&'static Schema),
    /// An object; its members are in the order of their names.
    Object(&'static [Property]),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    /// Whether only the service writes it.
    pub(crate) is_read_only: bool,
    /// Whether its value may name or locate a person.
    pub(crate) is_personal: bool,
    pub(crate) schema: &'static Schema,
}

/// A place in a schema: of all members that are read, or of those that an update has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    schema: &'static Schema,
    /// Leaves out read-only members.
    is_update: bool,
}

impl Node {
    /// Returns the schema of a type that is read.
    pub(crate) const fn read(schema: &'static Schema) -> Self {
        Self {
            schema,
            is_update: false,
        }
    }

    /// Returns the schema of a type without its read-only members.
    pub(crate) const fn update(schema: &'static Schema) -> Self {
        Self {
            schema,
            is_update: true,
        }
    }

    /// Returns the member of this name, with whether it is personal.
    pub(crate) fn property(self, name: &str) -> Option<(Self, bool)> {
        let found = self.members().find(|member| member.name == name)?;
        let node = Self {
            schema: found.schema,
            ..self
        };
        Some((node, found.is_personal))
    }

    fn members(self) -> impl Iterator<Item = &'static Property> {
        let members = match self.schema {
            Schema::Object(members) => *members,
            _ => &[],
        };
        let members = members.iter();
        members.filter(move |member| !self.is_update || !member.is_read_only)
    }

    pub(crate) fn member(self, name: &str) -> Option<Self> {
        self.property(name).map(|(node, _)| node)
    }

    /// Returns the type of a list's items; of anything else, a type without members.
    pub(crate) fn item(self) -> Self {
        let schema = match self.schema {
            Schema::List(item) => item,
            _ => &Schema::Text,
        };
        Self { schema, ..self }
    }

    pub(crate) fn names(self) -> Vec<&'static str> {
        self.members().map(|member| member.name).collect()
    }

    pub(crate) fn kind(self) -> MemberKind {
        match self.schema {
            Schema::Text => MemberKind::Text,
            Schema::Flag => MemberKind::Flag,
            Schema::Number => MemberKind::Number,
            Schema::List(_) => MemberKind::List,
            Schema::Object(_) => MemberKind::Object,
        }
    }
}
