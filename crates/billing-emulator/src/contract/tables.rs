//! The schemas of both services' billing profiles.

use crate::contract::{
    schema::{Access, Member, MemberKind, Schema},
    version::ApiVersion::{self, V2019, V2020, V2024},
};

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

/// `BillingProfile` of all versions, under the names of 2019-10-01-preview. That version has
/// `hasReadAccess` and `productId`, too: the service sends them, and its specification does not
/// have them.
pub(crate) static ARM_BILLING_PROFILE: &Schema = &[
    read_only("id"),
    read_only("name"),
    read_only("type"),
    object("properties", ARM_PROPERTIES),
    texts("tags").since(V2024),
    read_only("systemData").since(V2024),
];

static ARM_PROPERTIES: &Schema = &[
    text("displayName"),
    text("poNumber"),
    object("address", ARM_ADDRESS).later_named("billTo"),
    flag("invoiceEmailOptIn"),
    list("enabledAzurePlans", AZURE_PLAN, "skuId"),
    list("invoiceSections", INVOICE_SECTION, "id")
        .access(Access::ReadOnlySince(V2020))
        .until(V2020),
    read_only("billingRelationshipType"),
    read_only("currency"),
    read_only("hasReadAccess"),
    object("indirectRelationshipInfo", RELATIONSHIP).access(Access::ReadOnlyBefore(V2024)),
    read_only("invoiceDay"),
    read_only("spendingLimit"),
    read_only("status"),
    read_only("statusReasonCode"),
    read_only("targetClouds"),
    read_only("systemId").since(V2020),
    texts("tags").since(V2020),
    read_only("provisioningState").since(V2024),
    text_list("invoiceRecipients").since(V2024),
    object("shipTo", ARM_ADDRESS).since(V2024),
    object("soldTo", ARM_ADDRESS).since(V2024),
    read_only("spendingLimitDetails").since(V2024),
    object("currentPaymentTerm", PAYMENT_TERM).since(V2024),
    read_only("otherPaymentTerms").since(V2024),
];

/// The names of the addresses, as they are stored.
pub(crate) const ARM_ADDRESSES: [&str; 3] = ["address", "shipTo", "soldTo"];

pub(crate) static ARM_ADDRESS: &Schema = &[
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
    text("middleName").since(V2020),
    text("district").since(V2020),
    text("email").since(V2020),
    text("phoneNumber").since(V2020),
    flag("isValidAddress").since(V2024),
];

static AZURE_PLAN: &Schema = &[
    text("productId"),
    text("skuId"),
    text("skuDescription").access(Access::ReadOnlyBefore(V2024)),
];

static RELATIONSHIP: &Schema = &[
    text("billingAccountName"),
    text("billingProfileName"),
    text("displayName"),
];

static PAYMENT_TERM: &Schema = &[
    text("term"),
    text("startDate"),
    text("endDate"),
    read_only("isDefault"),
];

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
            texts("labels").since(V2020),
            read_only("systemId").since(V2020),
            texts("tags").since(V2020),
        ],
    ),
];

/// A response of a version after 2019-10-01-preview, as recorded: members by name in any case, and
/// those of a plan as they are declared. The responses of 2019-10-01-preview have all members by
/// name.
pub(crate) static ARM_LATER_ORDER: &Schema = &[
    any("id"),
    any("name"),
    object(
        "properties",
        &[
            any("billingRelationshipType"),
            any("billTo"),
            any("currency"),
            any("currentPaymentTerm"),
            any("displayName"),
            list("enabledAzurePlans", AZURE_PLAN, "skuId"),
            any("hasReadAccess"),
            any("indirectRelationshipInfo"),
            any("invoiceDay"),
            any("invoiceEmailOptIn"),
            any("invoiceRecipients"),
            any("invoiceSections"),
            any("otherPaymentTerms"),
            any("poNumber"),
            any("provisioningState"),
            any("shipTo"),
            any("soldTo"),
            any("spendingLimit"),
            any("spendingLimitDetails"),
            any("status"),
            any("statusReasonCode"),
            any("systemId"),
            any("tags"),
            any("targetClouds"),
        ],
    ),
    any("systemData"),
    any("tags"),
    any("type"),
];

/// A page of such a response.
pub(crate) static ARM_LATER_PAGE_ORDER: &Schema = &[list("value", ARM_LATER_ORDER, "id")];

pub(super) const fn text(name: &'static str) -> Member {
    member(name, MemberKind::Text, Access::Open)
}

pub(super) const fn flag(name: &'static str) -> Member {
    member(name, MemberKind::Flag, Access::Open)
}

pub(super) const fn any(name: &'static str) -> Member {
    member(name, MemberKind::Any, Access::Open)
}

const fn texts(name: &'static str) -> Member {
    member(name, MemberKind::Texts, Access::Open)
}

const fn text_list(name: &'static str) -> Member {
    member(name, MemberKind::TextList, Access::Open)
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
    Member {
        name,
        kind,
        access,
        versions: V2019..=V2024,
        later_name: None,
    }
}

impl Member {
    const fn since(mut self, first: ApiVersion) -> Self {
        self.versions = first..=V2024;
        self
    }

    const fn until(mut self, last: ApiVersion) -> Self {
        self.versions = V2019..=last;
        self
    }

    const fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    const fn later_named(mut self, name: &'static str) -> Self {
        self.later_name = Some(name);
        self
    }
}
