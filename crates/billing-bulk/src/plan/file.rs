//! A plan as a SQLite file.

mod columns;
pub(crate) mod error;
pub(crate) mod reader;
pub(crate) mod rows;
mod schema;
pub(crate) mod writer;
