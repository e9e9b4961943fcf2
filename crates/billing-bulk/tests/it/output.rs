//! Files in the form of an input.

mod files;
mod round_trip;
