//! Tests of the models against the specs: they read types, members and values from `specs/`, so
//! they also test new members.
//!
//! `PROPTEST_CASES=10000` runs more cases, `PROPTEST_RNG_SEED=7` other cases; without them every
//! run is the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support {
    //! The specs, the models by name, and documents that are derived from the specs.
    pub(crate) mod documents;
    #[rustfmt::skip]
    pub(crate) mod inventory;
    pub(crate) mod models;
    pub(crate) mod property;
    pub(crate) mod spec;
    pub(crate) mod strategies;
    pub(crate) mod update_setters;

    #[allow(
        dead_code,
        unreachable_pub,
        reason = "the test data use a part of it, as if they stood in billing-models"
    )]
    mod product;

    pub(crate) use product::{
        AdditionalProperties, Json, Name, Number, Object, ObjectVisitor, ReadOnly, hidden,
        hidden_update, object, open_enum, open_enum_schema, read_change, read_member, read_only,
        read_unknown, setters,
    };
}

/// Forms that the generator accepts and no present spec has: the same properties hold.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "they are written as if they stood in billing-models"
)]
#[path = "../../../../xtask/test_data/generated.rs"]
mod generated;

// As above: they name `crate::xml_schema`.
use billing_models::xml_schema;

mod additional_properties;
mod construction;
mod debug;
mod error_messages;
mod gate;
mod hostile;
mod inventory;
mod json_and_numbers;
mod paths;
mod read_only;
mod round_trip;
mod schema;
mod serde_json_features;
mod snapshots;
mod spelling;
mod unknown;
mod updates;
mod validation;
mod wrong_kinds;
