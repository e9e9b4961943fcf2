//! The schemas of both services' documents: how members are named, what they hold, in which order
//! they are written, and which of them a client cannot write.

mod read;
mod related;
mod schema;
mod tables;
mod write;

pub(crate) use read::{Mismatch, Nulls, ReadOnly, read, restore_read_only};
pub(crate) use related::{
    ADDRESS_VALIDATION, COUNTRY_VALIDATION_RULES, CUSTOMER, CUSTOMER_COLLECTION,
    CUSTOMER_COMPANY_PROFILE, VALIDATED_ADDRESS,
};
pub(crate) use schema::Schema;
pub(crate) use tables::{ARM_BILLING_PROFILE, CUSTOMER_BILLING_PROFILE};
pub(crate) use write::{ordered, to_json};
