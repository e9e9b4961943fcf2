//! Settings from options, the environment, and a file with contexts.
//!
//! Each setting is taken from the first of these that has it: the option, the environment variable,
//! the context, the default. Its source is kept, for `billing config show` and for messages.

pub(crate) mod file;
pub(crate) mod key;
pub(crate) mod load;
pub(crate) mod location;
pub(crate) mod refresh_token_store;
pub(crate) mod setting;
