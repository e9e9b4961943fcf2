//! Profiles as a file, which is planned again.

mod columns;
mod round_trip;
