#![doc = include_str!("../README.md")]

pub mod arm;
pub mod contract;
mod generated;
pub mod partner;
mod support;

pub use support::{AdditionalProperties, Json, Number};
