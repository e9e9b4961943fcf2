//! Rate limits: token buckets and windows on the emulator's clock, and what they tell of
//! themselves.

pub(crate) mod active;
pub(crate) mod check;
pub(crate) mod counted;
pub(crate) mod limit;
mod meter;
#[cfg(test)]
mod model;
pub(crate) mod preset;
pub(crate) mod rejection;
mod text;
mod timeline;
mod token_bucket;
mod window;
