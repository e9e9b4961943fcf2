//! Items of the models' `support` that the generator's own test data import from `crate::support`.

#[path = "../../../src/support/additional_properties.rs"]
mod additional_properties;
#[path = "../../../src/support/hidden.rs"]
mod hidden;
#[path = "../../../src/support/json.rs"]
mod json;
#[path = "../../../src/support/object.rs"]
mod object;
#[path = "../../../src/support/open_enum.rs"]
mod open_enum;
#[path = "../../../src/support/parts.rs"]
mod parts;
#[path = "../../../src/support/raw.rs"]
mod raw;
#[path = "../../../src/support/read_only.rs"]
mod read_only;
#[path = "../../../src/support/scan.rs"]
mod scan;
#[path = "../../../src/support/setters.rs"]
mod setters;

pub(crate) use additional_properties::AdditionalProperties;
pub(crate) use hidden::{hidden, hidden_update};
pub(crate) use json::{Json, Number};
pub(crate) use object::{Object, ObjectVisitor, object, read_change, read_member, read_unknown};
pub(crate) use open_enum::{open_enum, open_enum_schema};
pub(crate) use raw::Name;
pub(crate) use read_only::{ReadOnly, read_only};
pub(crate) use setters::setters;
