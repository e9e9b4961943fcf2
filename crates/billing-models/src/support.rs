//! What the generated shapes are built from: the map of unknown members, open enums, setters, and hidden values.

mod additional_properties;
mod hidden;
mod open_enum;
mod setters;
mod strict;
#[cfg(test)]
#[allow(
    unreachable_pub,
    reason = "what the macros make is public, as in the generated modules"
)]
mod tests;

pub use additional_properties::AdditionalProperties;
pub(crate) use hidden::{hidden, hidden_update};
pub(crate) use open_enum::open_enum;
#[cfg(feature = "schemars")]
pub(crate) use open_enum::open_enum_schema;
pub(crate) use setters::setters;
