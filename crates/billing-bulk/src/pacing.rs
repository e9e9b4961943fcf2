//! Rate control: never faster than a service allows, and close to it.

pub mod signal;
