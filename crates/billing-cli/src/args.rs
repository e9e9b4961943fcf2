//! The argument tree.

pub(crate) mod applicable;
pub(crate) mod arm;
#[cfg_attr(
    not(feature = "bulk"),
    allow(
        dead_code,
        reason = "a build without the verb parses its arguments, and names the feature"
    )
)]
pub(crate) mod bulk;
pub(crate) mod change;
pub(crate) mod cli;
pub(crate) mod emulator;
mod examples;
pub(crate) mod global;
pub(crate) mod parse;
pub(crate) mod partner;
#[cfg(test)]
mod tests;
pub(crate) mod value;
