//! The options of making a plan.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use billing_core::{Clock, SystemClock};
use billing_edit::Service;

use crate::pacing::Rate;
use crate::plan::filter::Filter;
use crate::plan::preflight::CountryRules;
use crate::plan::progress::OnProgress;

/// What findings of the countries' rules mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// They are reported.
    Report,
    /// A profile that the service will certainly refuse is not planned.
    Strict,
}

/// The options of making a plan.
///
/// ```
/// use billing_bulk::plan::{Filter, PlanOptions};
/// use billing_bulk::Service;
///
/// let german = Filter::parse(Service::Partner, "defaultAddress.country=DE")?;
/// let options = PlanOptions::default().with_concurrency(8).with_filter(german);
/// # drop(options);
/// # Ok::<(), billing_bulk::plan::FilterError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct PlanOptions {
    pub(super) concurrency: usize,
    pub(super) rate: Rate,
    pub(super) filters: Vec<Filter>,
    pub(super) preflight: Option<(Arc<dyn CountryRules>, Strictness)>,
    pub(super) on_progress: Option<OnProgress>,
    pub(super) token_expiries: BTreeMap<Service, SystemTime>,
    pub(super) clock: Arc<dyn Clock>,
}

impl PlanOptions {
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

    /// Plans only profiles that meet this condition, and those of all other filters. A profile that
    /// cannot be read is unplanned.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// Checks each changed profile of Partner Center against its country's rules; not by default.
    #[must_use]
    pub fn with_preflight(mut self, rules: Arc<dyn CountryRules>, strictness: Strictness) -> Self {
        self.preflight = Some((rules, strictness));
        self
    }

    /// Calls a function after each row, and when reads wait for a rate limit.
    #[must_use]
    pub fn on_progress(mut self, call: OnProgress) -> Self {
        self.on_progress = Some(call);
        self
    }

    /// Sets when the token for a service expires, if it is not renewed. A run that would end later
    /// gets a warning.
    #[must_use]
    pub fn with_token_expiry(mut self, service: Service, expires: SystemTime) -> Self {
        self.token_expiries.insert(service, expires);
        self
    }

    /// Sets the clock; the machine's by default.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            concurrency: 32,
            rate: Rate::Learned,
            filters: Vec::new(),
            preflight: None,
            on_progress: None,
            token_expiries: BTreeMap::new(),
            clock: Arc::new(SystemClock::new()),
        }
    }
}

impl fmt::Debug for PlanOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanOptions")
            .field("concurrency", &self.concurrency)
            .field("rate", &self.rate)
            .field("filters", &self.filters)
            .finish_non_exhaustive()
    }
}
