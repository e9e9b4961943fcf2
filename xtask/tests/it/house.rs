//! Rules about the source itself: imports, wording, documentation, public API.
//!
//! Each rule lists what breaks it by file and line, with what to do. Violations from before the
//! rule are listed under `house/ratchet/`, one file per rule: a new violation fails the test, and
//! so does an entry that is no longer needed. After moving or cleaning up files, rewrite the lists
//! and read the diff; they must only shrink:
//!
//! ```text
//! RATCHET=write cargo test -p xtask --test it house
//! ```
//!
//! To see all violations, the listed ones too:
//!
//! ```text
//! RATCHET=show cargo test -p xtask --test it house -- --nocapture | grep crates/billing-core
//! ```

mod api;
mod blocking;
mod changelog;
mod expand;
mod imports;
mod item_text;
mod layers;
mod public_api;
mod ratchet;
mod resolve;
mod source;
mod tidy;
