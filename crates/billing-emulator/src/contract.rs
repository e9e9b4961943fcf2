//! The schemas of both services' documents: how members are named, what they hold, in which order
//! they are written, and which of them a client cannot write.

mod read;
mod related;
mod schema;
mod show;
mod tables;
mod version;
mod write;

pub(crate) use read::{Mismatch, Nulls, ReadOnly, Reading, read, restore};
pub(crate) use related::{
    ADDRESS_VALIDATION, COUNTRY_VALIDATION_RULES, CUSTOMER, CUSTOMER_COLLECTION,
    CUSTOMER_COMPANY_PROFILE, VALIDATED_ADDRESS,
};
pub(crate) use schema::{Schema, misplaced};
pub(crate) use show::show;
pub(crate) use tables::{
    ARM_ADDRESS, ARM_ADDRESSES, ARM_BILLING_PROFILE, ARM_LATER_ORDER, ARM_LATER_PAGE_ORDER,
    CUSTOMER_BILLING_PROFILE,
};
pub(crate) use version::ApiVersion;
pub(crate) use write::{ordered, to_json};
