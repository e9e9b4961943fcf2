//! A service, a journal and a clock in memory, which run without waiting.

pub(crate) mod clock;
pub(crate) mod drive;
pub(crate) mod journal;
pub(crate) mod service;
