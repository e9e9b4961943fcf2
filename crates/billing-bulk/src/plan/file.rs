//! A plan as a SQLite file.

mod columns;
pub mod error;
pub mod reader;
pub mod rows;
mod schema;
pub mod writer;
