//! Everything the command writes: data on stdout, everything else on stderr.
//!
//! Text from outside could steer a terminal or hide in it. It is escaped here, where it is written,
//! whatever its source: see [`painted::Painted`].

pub(crate) mod escape;
pub(crate) mod json_line;
pub(crate) mod page;
pub(crate) mod painted;
pub(crate) mod report;
pub(crate) mod stderr;
pub(crate) mod stdout;
