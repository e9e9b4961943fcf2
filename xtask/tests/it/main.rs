//! Behaviour of the verbs, and of the files that they read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(
    unexpected_cfgs,
    unreachable_pub,
    reason = "the golden files are written as if they stood in billing-models"
)]

mod bad_imports;
mod bad_keywords;
mod bad_manifests;
mod bad_names;
mod bad_specs;
mod features;
mod golden;
mod house;
mod minimum_rust;
mod openapi;
mod packages;
mod repository;
mod spec;
mod specs;
mod support;
mod up_to_date;
mod write;
#[allow(dead_code, reason = "the golden files use a part of it")]
#[path = "../../../crates/billing-models/src/xml_schema.rs"]
mod xml_schema;
