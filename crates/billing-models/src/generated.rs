//! The parent of the generated files, itself written by hand: a new file under `generated/` is declared here and given
//! a public name in a face such as `arm.rs`. Change the files through `specs/` and `cargo xtask codegen`.

#![allow(
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    clippy::doc_lazy_continuation,
    reason = "the descriptions are the page's words, which were not written for rustdoc"
)]

#[rustfmt::skip]
pub(crate) mod arm_v2019_10_01_preview;
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
