//! The argument tree.

pub(crate) mod applicable;
pub(crate) mod arm;
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
