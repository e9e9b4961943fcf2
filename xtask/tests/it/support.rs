//! The support module of the models, from which generated files are built, so that the golden files
//! compile here.

#![allow(dead_code, reason = "the golden files use a part of it")]

#[path = "../../../crates/billing-models/src/support/additional_properties.rs"]
mod additional_properties;
#[path = "../../../crates/billing-models/src/support/hidden.rs"]
mod hidden;
#[path = "../../../crates/billing-models/src/support/json.rs"]
mod json;
#[path = "../../../crates/billing-models/src/support/object.rs"]
mod object;
#[path = "../../../crates/billing-models/src/support/open_enum.rs"]
mod open_enum;
#[path = "../../../crates/billing-models/src/support/parts.rs"]
mod parts;
#[path = "../../../crates/billing-models/src/support/raw.rs"]
mod raw;
#[path = "../../../crates/billing-models/src/support/read_only.rs"]
mod read_only;
#[path = "../../../crates/billing-models/src/support/scan.rs"]
mod scan;
#[path = "../../../crates/billing-models/src/support/setters.rs"]
mod setters;

pub(crate) use additional_properties::AdditionalProperties;
pub(crate) use hidden::{hidden, hidden_update};
pub(crate) use json::{Json, Number};
pub(crate) use object::{Object, ObjectVisitor, object, read_change, read_member, read_unknown};
pub(crate) use open_enum::open_enum;
pub(crate) use raw::Name;
pub(crate) use read_only::{ReadOnly, read_only};
pub(crate) use setters::setters;
