//! Importing, reading and comparing documents of the services.

mod add_version;
mod checked_in;
mod checkout;
mod diff;
mod documents;
mod emit;
mod import;
mod outline;
mod overlay;
pub(crate) mod pages;
mod same_everywhere;
mod survey;
mod upstream;
mod upstream_specs;
