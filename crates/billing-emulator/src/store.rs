//! What the emulator remembers between requests.

pub(crate) mod device_codes;
pub(crate) mod events;
pub(crate) mod redeemed;
