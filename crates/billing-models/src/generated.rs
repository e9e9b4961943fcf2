//! The generated modules. This file is written by hand: declare a new file under `generated/` here
//! and re-export it in `arm.rs` or `partner.rs`.
//!
//! To change a generated file, change its spec under `specs/` and run `cargo xtask codegen`.

#![allow(
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    clippy::doc_lazy_continuation,
    reason = "the descriptions are the pages' own, which were not written for rustdoc"
)]

#[rustfmt::skip]
pub(crate) mod arm_v2019_10_01_preview;
#[rustfmt::skip]
pub(crate) mod arm_v2019_10_01_preview_address_and_permissions;
#[rustfmt::skip]
pub(crate) mod arm_v2020_05_01;
#[rustfmt::skip]
pub(crate) mod arm_v2024_04_01;
#[rustfmt::skip]
pub(crate) mod partner_v1;
#[rustfmt::skip]
pub(crate) mod partner_v1_address_validation;
#[rustfmt::skip]
pub(crate) mod partner_v1_country_rules;
#[rustfmt::skip]
pub(crate) mod partner_v1_customer;
#[rustfmt::skip]
pub(crate) mod partner_v1_customers;
