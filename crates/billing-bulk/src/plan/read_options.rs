//! How many profiles are read at once, and how fast.

use std::fmt;
use std::sync::Arc;

use billing_core::{Clock, SystemClock};

use crate::pacing::Rate;

/// How profiles are read: for a plan, or to [verify](mod@crate::verify) a run.
///
/// ```
/// use billing_bulk::plan::{PlanOptions, ReadOptions};
///
/// let reading = ReadOptions::default().with_concurrency(8);
/// let options = PlanOptions::default().with_reading(reading);
/// # drop(options);
/// ```
#[derive(Clone)]
pub struct ReadOptions {
    pub(crate) concurrency: usize,
    pub(crate) rate: Rate,
    pub(crate) clock: Arc<dyn Clock>,
}

impl ReadOptions {
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

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            concurrency: 32,
            rate: Rate::default(),
            clock: Arc::new(SystemClock::new()),
        }
    }
}

impl fmt::Debug for ReadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOptions")
            .field("concurrency", &self.concurrency)
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}
