//! What the generated shapes are built from: the map of unknown members, open enums, setters, and hidden values.

mod additional_properties;
mod hidden;
mod open_enum;
mod setters;
mod strict;

pub use additional_properties::AdditionalProperties;
pub(crate) use hidden::{hidden, hidden_update};
pub(crate) use open_enum::open_enum;
pub(crate) use setters::setters;
