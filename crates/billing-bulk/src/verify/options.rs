//! The options of the verification of a run.

use std::fmt;
use std::sync::Arc;

use billing_core::{Clock, SystemClock};

use crate::pacing::Rate;

/// The options of [`verify`](super::verify).
///
/// ```
/// use billing_bulk::verify::VerifyOptions;
///
/// let options = VerifyOptions::default().with_concurrency(8);
/// # drop(options);
/// ```
#[derive(Clone)]
pub struct VerifyOptions {
    pub(super) concurrency: usize,
    pub(super) rate: Rate,
    pub(super) clock: Arc<dyn Clock>,
}

impl VerifyOptions {
    /// Sets how many profiles are read at once; 32 by default.
    #[must_use]
    pub fn with_concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// Sets how fast requests are sent; by default as fast as the services allow.
    #[must_use]
    pub fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// Sets the clock; the machine's by default.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

impl Default for VerifyOptions {
    fn default() -> Self {
        Self {
            concurrency: 32,
            rate: Rate::default(),
            clock: Arc::new(SystemClock::new()),
        }
    }
}

impl fmt::Debug for VerifyOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyOptions")
            .field("concurrency", &self.concurrency)
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}
