//! The building blocks of the generated types: codec, unknown members, open enums, setters and
//! hidden values.

mod additional_properties;
mod hidden;
mod json;
mod object;
mod open_enum;
mod parts;
mod raw;
mod read_only;
mod scan;
mod setters;
#[cfg(test)]
#[allow(
    unreachable_pub,
    reason = "the macros define public items, as in the generated modules"
)]
mod tests;

pub use additional_properties::AdditionalProperties;
pub(crate) use hidden::{hidden, hidden_update};
pub use json::{Json, Number};
pub(crate) use object::{Object, ObjectVisitor, object, read_change, read_member, read_unknown};
pub(crate) use open_enum::open_enum;
#[cfg(feature = "schemars")]
pub(crate) use open_enum::open_enum_schema;
pub(crate) use raw::Name;
pub(crate) use read_only::{ReadOnly, read_only};
pub(crate) use setters::setters;
