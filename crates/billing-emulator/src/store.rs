//! What the emulator remembers between requests.

pub(crate) mod change;
pub(crate) mod device_codes;
pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod idempotency;
pub(crate) mod log;
pub(crate) mod operation;
pub(crate) mod operations;
pub(crate) mod redeemed;
pub(crate) mod resource;
pub(crate) mod state;
