//! The options of making a plan.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use billing_edit::Service;

use crate::plan::filter::Filter;
use crate::plan::preflight::CountryRules;
use crate::plan::progress::OnProgress;
use crate::plan::read_options::ReadOptions;

/// What the findings of a preflight mean.
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
/// use billing_bulk::{Members, Service};
///
/// let members = Members::of(Service::Partner);
/// let german = Filter::parse(members, "defaultAddress.country=DE")?;
/// let options = PlanOptions::default().with_filter(german);
/// # drop(options);
/// # Ok::<(), billing_bulk::plan::FilterError>(())
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct PlanOptions {
    pub(super) reading: ReadOptions,
    pub(super) filters: Vec<Filter>,
    pub(super) preflight: Option<Strictness>,
    pub(super) country_rules: Option<Arc<dyn CountryRules>>,
    pub(super) on_progress: Option<OnProgress>,
    pub(super) token_expiries: BTreeMap<Service, SystemTime>,
}

impl PlanOptions {
    /// Sets how the profiles are read.
    #[must_use]
    pub fn with_reading(mut self, reading: ReadOptions) -> Self {
        self.reading = reading;
        self
    }

    /// Plans only profiles that meet this condition, and those of all other filters. A profile that
    /// cannot be read is unplanned.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// Checks each changed profile before it is sent: in Azure Resource Manager for the members
    /// that its api version requires, in Partner Center by the
    /// [rules of its country](Self::with_country_rules). Not by default.
    #[must_use]
    pub fn with_preflight(mut self, strictness: Strictness) -> Self {
        self.preflight = Some(strictness);
        self
    }

    /// Sets where a [preflight](Self::with_preflight) reads the rules of countries; without them,
    /// profiles of Partner Center are not checked.
    #[must_use]
    pub fn with_country_rules(mut self, rules: Arc<dyn CountryRules>) -> Self {
        self.country_rules = Some(rules);
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
}

impl fmt::Debug for PlanOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanOptions")
            .field("reading", &self.reading)
            .field("filters", &self.filters)
            .finish_non_exhaustive()
    }
}
