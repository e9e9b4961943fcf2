//! Reading files of changes.

mod cells;
mod columns;
mod csv;
mod encodings;
mod identity;
mod json;
mod limits;
mod mistakes;
mod passes;
mod round_trip;
mod setup;
mod shards;
mod xlsx;
