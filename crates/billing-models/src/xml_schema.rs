//! The XML form of the types that a service reads and writes as .NET data contracts, as tables.
//!
//! The generated modules have one [`XmlType`] for each type with an XML form, named after the type
//! in capitals. They drive a reader and a writer of XML; this crate contains neither.
//!
//! ```
//! use billing_models::partner::CUSTOMER_BILLING_PROFILE;
//! use billing_models::xml_schema::XmlKind;
//!
//! let first = &CUSTOMER_BILLING_PROFILE.members[0];
//! assert_eq!((first.element, first.json), ("Attributes", "attributes"));
//! assert!(matches!(first.kind, XmlKind::Object(attributes) if attributes.members.len() == 2));
//! ```

/// The XML form of a type.
#[derive(Debug)]
pub struct XmlType {
    /// The element's local name, as the root of a document or as an item of a list.
    pub name: &'static str,
    /// The namespace of that element and of the elements of all members.
    pub namespace: &'static str,
    /// The members in the order of their elements. The order is required: the service silently
    /// skips an element that comes later than its position.
    pub members: &'static [XmlMember],
}

/// The XML form of a member.
#[derive(Debug)]
pub struct XmlMember {
    /// The element's local name.
    pub element: &'static str,
    /// The member's name in JSON.
    pub json: &'static str,
    /// The content of the element.
    pub kind: XmlKind,
}

impl XmlMember {
    /// Creates a member of a table.
    pub const fn new(element: &'static str, json: &'static str, kind: XmlKind) -> Self {
        Self {
            element,
            json,
            kind,
        }
    }
}

/// The content of an element.
#[derive(Clone, Copy, Debug)]
pub enum XmlKind {
    /// Text.
    Text,
    /// `true` or `false`; `1` and `0` mean the same.
    Boolean,
    /// A whole number.
    Integer,
    /// An element for each member.
    Object(&'static XmlType),
    /// An element for each item, named after the item's type.
    List(&'static XmlType),
}

impl XmlType {
    /// Returns the member with this element name or this name in JSON.
    pub fn member(&self, name: &str) -> Option<&'static XmlMember> {
        let mut members = self.members.iter();
        members.find(|member| member.element == name || member.json == name)
    }
}
