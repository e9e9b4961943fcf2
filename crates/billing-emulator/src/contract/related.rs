//! The schemas of Partner Center's documents beside the billing profile, each in the order of its
//! recorded or documented responses.

use crate::contract::schema::Schema;
use crate::contract::tables::{
    ADDRESS, CUSTOMER_BILLING_PROFILE, RESOURCE_ATTRIBUTES, RESOURCE_LINKS, any, flag, list,
    object, text,
};

pub(crate) static CUSTOMER: &Schema = &[
    text("id"),
    text("commerceId"),
    object("companyProfile", CUSTOMER_COMPANY_PROFILE),
    object("billingProfile", CUSTOMER_BILLING_PROFILE),
    text("relationshipToPartner"),
    flag("allowDelegatedAccess"),
    any("customDomains"),
    object("links", RESOURCE_LINKS),
    object("attributes", RESOURCE_ATTRIBUTES),
];

pub(crate) static CUSTOMER_COMPANY_PROFILE: &Schema = &[
    text("tenantId"),
    text("domain"),
    text("companyName"),
    object("address", ADDRESS),
    text("email"),
    object("links", RESOURCE_LINKS),
    object("attributes", RESOURCE_ATTRIBUTES),
];

pub(crate) static CUSTOMER_COLLECTION: &Schema = &[
    any("totalCount"),
    list("items", CUSTOMER, "id"),
    object("links", RESOURCE_LINKS),
    object("attributes", RESOURCE_ATTRIBUTES),
];

/// The address in a request for validation and in its response.
pub(crate) static VALIDATED_ADDRESS: &Schema = ADDRESS;

pub(crate) static ADDRESS_VALIDATION: &Schema = &[
    object("originalAddress", ADDRESS),
    list("suggestedAddresses", ADDRESS, "id"),
    text("status"),
    text("validationMessage"),
];

pub(crate) static COUNTRY_VALIDATION_RULES: &Schema = &[
    text("iso2Code"),
    text("defaultCulture"),
    flag("isStateRequired"),
    any("supportedStatesList"),
    any("supportedLanguagesList"),
    any("supportedCulturesList"),
    flag("isPostalCodeRequired"),
    text("postalCodeRegex"),
    flag("isCityRequired"),
    flag("isVatIdSupported"),
    text("taxIdFormat"),
    text("taxIdSample"),
    text("vatIdRegex"),
    text("phoneNumberRegex"),
    flag("isTaxIdSupported"),
    flag("isTaxIdOptional"),
    any("countryCallingCodesList"),
    object("attributes", RESOURCE_ATTRIBUTES),
];
