//! A parsed spec: named types, their members, and the type of each member.

use std::collections::BTreeMap;

/// A spec, read and checked.
#[derive(Debug)]
pub struct Spec {
    /// Every object and open enum by its Rust name, inline ones included.
    pub types: BTreeMap<String, Type>,
    /// The types of other specs that this one refers to, by their Rust name, each with its module.
    pub imports: BTreeMap<String, String>,
    /// The path of the spec, relative to the root of the repository.
    pub file: String,
}

/// An object or an open enum.
#[derive(Debug)]
pub struct Type {
    /// Its name in Rust.
    pub name: String,
    /// Its name on the page, for instance `BillingProfile` or `BillingProfile.properties`.
    pub section: String,
    /// Its description on the page.
    pub description: Option<String>,
    /// Its name in .NET, where the page gives one.
    pub dotnet_name: Option<String>,
    /// Its JSON pointer in the spec.
    pub pointer: String,
    /// Its kind.
    pub kind: TypeKind,
}

/// The kind of a type.
#[derive(Debug)]
pub enum TypeKind {
    /// An object, with its members in alphabetical order.
    Object(Vec<Member>),
    /// A string with these known values.
    OpenEnum(Vec<KnownValue>),
}

/// A value that an enum lists.
#[derive(Debug)]
pub struct KnownValue {
    /// The value on the wire.
    pub value: String,
    /// Its name for Rust, if the spec has one.
    pub client_name: Option<String>,
}

impl KnownValue {
    /// Returns the name from which its Rust name is derived.
    pub fn named(&self) -> &str {
        self.client_name.as_deref().unwrap_or(&self.value)
    }
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: String,
    /// Its name for Rust, if the spec has one.
    pub client_name: Option<String>,
    /// Its description on the page.
    pub description: Option<String>,
    /// Whether only the service writes it.
    pub read_only: bool,
    /// Whether its value may name or locate a person.
    pub personal: bool,
    /// Its JSON pointer in the spec.
    pub pointer: String,
    /// Its type.
    pub shape: MemberType,
}

/// The type of a member or an element. A member may also be absent or null.
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
    /// Returns the name from which its Rust name is derived.
    pub fn named(&self) -> &str {
        self.client_name.as_deref().unwrap_or(&self.name)
    }
}

impl MemberType {
    /// Returns the name of the type, or of the type of the elements.
    pub fn named(&self) -> Option<&str> {
        match self {
            MemberType::Named(name) => Some(name),
            MemberType::Array(element) | MemberType::Map(element) => element.named(),
            _ => None,
        }
    }
}

impl Spec {
    /// Returns the members of an object; none for an enum or an unknown name.
    pub fn members(&self, name: &str) -> &[Member] {
        match self.types.get(name).map(|found| &found.kind) {
            Some(TypeKind::Object(members)) => members,
            _ => &[],
        }
    }
}
