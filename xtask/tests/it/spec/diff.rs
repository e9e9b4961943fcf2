//! Comparing documents.

mod mutations;
mod pairs;
mod upstream;
mod verb;
