//! The argument tree.

pub(crate) mod arm;
pub(crate) mod change;
pub(crate) mod cli;
pub(crate) mod config;
pub(crate) mod emulator;
mod examples;
pub(crate) mod global;
pub(crate) mod partner;
pub(crate) mod raw;
pub(crate) mod taken;
#[cfg(test)]
mod tests;
pub(crate) mod value;
