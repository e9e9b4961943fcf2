//! The schemas of both services' billing profiles.

use crate::contract::schema::{Access, Member, MemberKind, Schema};

/// `CustomerBillingProfile`, in the order of its recorded responses.
pub(crate) static CUSTOMER_BILLING_PROFILE: &Schema = &[
    text("id"),
    text("firstName"),
    text("lastName"),
    text("email"),
    text("culture"),
    text("language"),
    text("companyName"),
    object("defaultAddress", ADDRESS),
    object("links", RESOURCE_LINKS),
    object("attributes", RESOURCE_ATTRIBUTES),
];

pub(super) static ADDRESS: &Schema = &[
    text("id"),
    text("country"),
    text("region"),
    text("city"),
    text("state"),
    text("district"),
    text("addressLine1"),
    text("addressLine2"),
    text("addressLine3"),
    text("postalCode"),
    text("firstName"),
    text("lastName"),
    text("emailAddress"),
    text("phoneNumber"),
    text("middleName"),
];

pub(super) static RESOURCE_LINKS: &Schema = &[
    object("self", LINK),
    object("next", LINK),
    object("previous", LINK),
];

static LINK: &Schema = &[
    text("uri"),
    text("method"),
    list("headers", KEY_VALUE_PAIR, "key"),
    text("body"),
];

static KEY_VALUE_PAIR: &Schema = &[text("key"), text("value")];

pub(super) static RESOURCE_ATTRIBUTES: &Schema = &[text("etag"), text("objectType")];

/// `BillingProfile` of 2019-10-01-preview, with `hasReadAccess`, which the service sends and its
/// specification does not have.
pub(crate) static ARM_BILLING_PROFILE: &Schema = &[
    read_only("id"),
    read_only("name"),
    read_only("type"),
    object(
        "properties",
        &[
            text("displayName"),
            text("poNumber"),
            object("address", ADDRESS_DETAILS),
            flag("invoiceEmailOptIn"),
            list("enabledAzurePlans", AZURE_PLAN, "skuId"),
            list("invoiceSections", INVOICE_SECTION, "id"),
            read_only("billingRelationshipType"),
            read_only("currency"),
            read_only("hasReadAccess"),
            read_only("indirectRelationshipInfo"),
            read_only("invoiceDay"),
            read_only("spendingLimit"),
            read_only("status"),
            read_only("statusReasonCode"),
            read_only("targetClouds"),
        ],
    ),
];

static ADDRESS_DETAILS: &Schema = &[
    text("firstName"),
    text("lastName"),
    text("companyName"),
    text("addressLine1"),
    text("addressLine2"),
    text("addressLine3"),
    text("city"),
    text("region"),
    text("country"),
    text("postalCode"),
];

static AZURE_PLAN: &Schema = &[text("skuId"), read_only("skuDescription")];

static INVOICE_SECTION: &Schema = &[
    identity("id"),
    identity("name"),
    identity("type"),
    object(
        "properties",
        &[
            text("displayName"),
            read_only("state"),
            read_only("targetCloud"),
        ],
    ),
];

pub(super) const fn text(name: &'static str) -> Member {
    member(name, MemberKind::Text, Access::Open)
}

pub(super) const fn flag(name: &'static str) -> Member {
    member(name, MemberKind::Flag, Access::Open)
}

pub(super) const fn any(name: &'static str) -> Member {
    member(name, MemberKind::Any, Access::Open)
}

const fn read_only(name: &'static str) -> Member {
    member(name, MemberKind::Any, Access::ReadOnly)
}

const fn identity(name: &'static str) -> Member {
    member(name, MemberKind::Text, Access::Identity)
}

pub(super) const fn object(name: &'static str, schema: &'static Schema) -> Member {
    member(name, MemberKind::Object(schema), Access::Open)
}

pub(super) const fn list(name: &'static str, item: &'static Schema, key: &'static str) -> Member {
    member(name, MemberKind::List { item, key }, Access::Open)
}

const fn member(name: &'static str, kind: MemberKind, access: Access) -> Member {
    Member { name, kind, access }
}
