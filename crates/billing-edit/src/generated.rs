//! The generated tables of members. This file is written by hand: declare a new file under
//! `generated/` here.
//!
//! To change a table, change its spec under `specs/` and run `cargo xtask codegen`.

#[rustfmt::skip]
pub(crate) mod arm_v2019_10_01_preview;
#[rustfmt::skip]
pub(crate) mod arm_v2020_05_01;
#[rustfmt::skip]
pub(crate) mod arm_v2024_04_01;
#[rustfmt::skip]
pub(crate) mod partner_v1;
