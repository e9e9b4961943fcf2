//! The types of Partner Center as .NET's serializer sees them, written down from its own output and
//! not from the clients' tables, so that a mistake in those shows in tests.

/// A type of Partner Center.
#[derive(Debug)]
pub(super) struct Type {
    /// The name of its element in a document or as an item.
    pub(super) name: &'static str,
    pub(super) namespace: &'static str,
    /// In the ordinal order of the elements' names, in which they are written and have to be read.
    pub(super) members: &'static [Member],
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) element: &'static str,
    pub(super) holds: Holds,
}

#[derive(Debug)]
pub(super) enum Holds {
    Text,
    Object(&'static Type),
    List(&'static Type),
    /// Strings in the serializer's namespace for arrays.
    Texts,
}

/// The namespace of arrays of plain values.
pub(super) const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";

const CUSTOMERS: &str =
    "http://schemas.datacontract.org/2004/07/Microsoft.Partner.Service.Customers.Contracts.V1";
const COLLECTIONS: &str =
    "http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core.Collections";

pub(super) static CUSTOMER_BILLING_PROFILE: Type = Type {
    name: "CustomerBillingProfile",
    namespace: CUSTOMERS,
    members: &[
        object("Attributes", &RESOURCE_ATTRIBUTES),
        text("CompanyName"),
        text("Culture"),
        object("DefaultAddress", &ADDRESS),
        text("Email"),
        text("FirstName"),
        text("Id"),
        text("Language"),
        text("LastName"),
        object("Links", &RESOURCE_LINKS),
    ],
};

static ADDRESS: Type = Type {
    name: "Address",
    namespace: CUSTOMERS,
    members: &[
        text("AddressLine1"),
        text("AddressLine2"),
        text("AddressLine3"),
        text("City"),
        text("Country"),
        text("District"),
        text("EmailAddress"),
        text("FirstName"),
        text("Id"),
        text("LastName"),
        text("MiddleName"),
        text("PhoneNumber"),
        text("PostalCode"),
        text("Region"),
        text("State"),
    ],
};

static RESOURCE_ATTRIBUTES: Type = Type {
    name: "ResourceAttributes",
    namespace: COLLECTIONS,
    members: &[text("Etag"), text("ObjectType")],
};

static RESOURCE_LINKS: Type = Type {
    name: "ResourceLinks",
    namespace: COLLECTIONS,
    members: &[
        object("Next", &LINK),
        object("Previous", &LINK),
        object("Self", &LINK),
    ],
};

static LINK: Type = Type {
    name: "Link",
    namespace: COLLECTIONS,
    members: &[
        text("Body"),
        member("Headers", Holds::List(&KEY_VALUE_PAIR)),
        text("Method"),
        text("Uri"),
    ],
};

static KEY_VALUE_PAIR: Type = Type {
    name: "KeyValuePairOfstringstring",
    namespace: "http://schemas.datacontract.org/2004/07/System.Collections.Generic",
    members: &[text("key"), text("value")],
};

/// The name and the namespace of an error are documented nowhere; this is the name in Microsoft's
/// own client.
pub(super) static API_FAULT: Type = Type {
    name: "ApiFault",
    namespace: "http://schemas.datacontract.org/2004/07/Microsoft.Partner.Core",
    members: &[
        text("Code"),
        member("Data", Holds::Texts),
        text("Description"),
        text("Source"),
    ],
};

/// Returns the name of a member in JSON.
pub(super) fn json_name(element: &str) -> String {
    let mut letters = element.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

const fn text(element: &'static str) -> Member {
    member(element, Holds::Text)
}

const fn object(element: &'static str, of: &'static Type) -> Member {
    member(element, Holds::Object(of))
}

const fn member(element: &'static str, holds: Holds) -> Member {
    Member { element, holds }
}
