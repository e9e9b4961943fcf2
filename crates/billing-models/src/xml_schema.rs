//! How XML carries the types of a service that writes .NET's data contracts, as data.
//!
//! The generated modules have one [`XmlType`] for each type that such a service takes and gives, under the type's name
//! in capitals. A reader and a writer of XML go by it; there is none in this crate.
//!
//! ```
//! use billing_models::xml_schema::XmlKind;
//! use billing_models::partner::CUSTOMER_BILLING_PROFILE;
//!
//! let first = &CUSTOMER_BILLING_PROFILE.members[0];
//! assert_eq!((first.element, first.json), ("Attributes", "attributes"));
//! assert!(matches!(first.kind, XmlKind::Object(attributes) if attributes.members.len() == 2));
//! ```

/// A type as an element.
#[derive(Debug)]
pub struct XmlType {
    /// The element's local name where it is a document or an item of a list.
    pub name: &'static str,
    /// The namespace of that element, and of the elements of all members.
    pub namespace: &'static str,
    /// The members in the order of their elements, which is part of the contract: the service skips an element that
    /// stands behind its place, and does not say so.
    pub members: &'static [XmlMember],
}

/// A member as an element.
#[derive(Debug)]
pub struct XmlMember {
    /// The element's local name.
    pub element: &'static str,
    /// The member's name in JSON.
    pub json: &'static str,
    /// What the element holds.
    pub kind: XmlKind,
}

impl XmlMember {
    /// A member of these names, for a table.
    pub const fn new(element: &'static str, json: &'static str, kind: XmlKind) -> Self {
        Self {
            element,
            json,
            kind,
        }
    }
}

/// What an element holds.
#[derive(Clone, Copy, Debug)]
pub enum XmlKind {
    /// Text.
    Text,
    /// `true` or `false`; `1` and `0` are the same.
    Boolean,
    /// A whole number.
    Integer,
    /// An element for each member.
    Object(&'static XmlType),
    /// An element for each item, by the item's own name.
    List(&'static XmlType),
}

impl XmlType {
    /// The member whose element has this name, or whose name in JSON it is.
    pub fn member(&self, name: &str) -> Option<&'static XmlMember> {
        let mut members = self.members.iter();
        members.find(|member| member.element == name || member.json == name)
    }
}
