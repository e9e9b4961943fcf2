//! A spec as the generator understands it: named types, their members, and what each member holds.

use std::collections::BTreeMap;

/// A spec, read and checked.
#[derive(Debug)]
pub struct Spec {
    /// Every object and open enum by its Rust name, inline ones included.
    pub types: BTreeMap<String, Type>,
    /// The types of other specs that this one refers to, by their Rust name, each with its module.
    pub imports: BTreeMap<String, String>,
    /// Where the spec stands, as seen from the root of the repository.
    pub file: String,
}

/// An object or an open enum.
#[derive(Debug)]
pub struct Type {
    /// Its name in Rust.
    pub name: String,
    /// Its name on the page, for instance `BillingProfile` or `BillingProfile.properties`.
    pub section: String,
    /// Its description, in the page's words.
    pub description: Option<String>,
    /// Its name in .NET, where the page gives one.
    pub dotnet_name: Option<String>,
    /// Where it stands in the spec.
    pub pointer: String,
    /// What it is.
    pub kind: TypeKind,
}

/// What a type is.
#[derive(Debug)]
pub enum TypeKind {
    /// An object, with its members in alphabetical order.
    Object(Vec<Member>),
    /// A string of which these values are known.
    OpenEnum(Vec<KnownValue>),
}

/// A value that an enum lists.
#[derive(Debug)]
pub struct KnownValue {
    /// The value on the wire.
    pub value: String,
    /// What Rust calls it, where the spec says that.
    pub client_name: Option<String>,
}

impl KnownValue {
    /// What its name in Rust is made of.
    pub fn named(&self) -> &str {
        self.client_name.as_deref().unwrap_or(&self.value)
    }
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: String,
    /// What Rust calls it, where the spec says that.
    pub client_name: Option<String>,
    /// Its description, in the page's words.
    pub description: Option<String>,
    /// Whether the service alone writes it.
    pub read_only: bool,
    /// Whether its value may name or locate a person.
    pub personal: bool,
    /// Where it stands in the spec.
    pub pointer: String,
    /// What it holds.
    pub shape: MemberType,
}

/// What a member or an element holds. A member may also be absent or null, an element may not.
#[derive(Debug)]
pub enum MemberType {
    /// A string.
    String,
    /// A boolean.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Any JSON.
    Any,
    /// A type of [`Spec::types`], by its Rust name.
    Named(String),
    /// An array.
    Array(Box<MemberType>),
    /// An object with free names.
    Map(Box<MemberType>),
}

impl Member {
    /// What its name in Rust is made of.
    pub fn named(&self) -> &str {
        self.client_name.as_deref().unwrap_or(&self.name)
    }
}

impl MemberType {
    /// The type that it holds, directly or as an element.
    pub fn named(&self) -> Option<&str> {
        match self {
            MemberType::Named(name) => Some(name),
            MemberType::Array(element) | MemberType::Map(element) => element.named(),
            _ => None,
        }
    }
}

impl Spec {
    /// The members of an object; none for an enum or an unknown name.
    pub fn members(&self, name: &str) -> &[Member] {
        match self.types.get(name).map(|found| &found.kind) {
            Some(TypeKind::Object(members)) => members,
            _ => &[],
        }
    }
}
