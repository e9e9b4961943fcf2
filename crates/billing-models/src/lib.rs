#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod arm;
mod generated;
pub mod partner;
mod support;
pub mod xml_schema;

pub use support::{AdditionalProperties, Json, Number};
