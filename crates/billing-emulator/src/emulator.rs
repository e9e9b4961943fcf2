//! The running emulator: its addresses, what it stores, and its clock.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use crate::{
    authority,
    context::Context,
    error::Error,
    faults::plan::FaultPlan,
    http::tls::Tls,
    partner,
    rate_limits::{active::RateLimitLevel, limit::RateLimit},
    server::{self, Listeners},
    snapshot::Snapshot,
    store::{
        log::LoggedRequest,
        resource::{ProfileKey, Resource},
    },
    token::Token,
};

/// Both services and their authority, running on loopback until it is shut down or dropped.
///
/// Dropping it stops it as [`shutdown`](Self::shutdown) does, without waiting for the requests in
/// flight.
pub struct Emulator {
    pub(crate) context: Arc<Context>,
    stop: watch::Sender<()>,
    tasks: JoinSet<()>,
    ca_certificate_pem: Option<String>,
}

impl Emulator {
    pub(crate) async fn serve(
        listeners: Listeners,
        mut context: Context,
        tls: Option<Tls>,
    ) -> Self {
        let (stop, stopped) = watch::channel(());
        context.events.last_until(&stopped);
        let context = Arc::new(context);
        let ca_certificate_pem = tls.as_ref().map(|tls| tls.ca_certificate_pem().to_owned());
        let tasks =
            server::serve(listeners, Arc::clone(&context), tls.map(Arc::new), &stopped).await;
        Self {
            context,
            stop,
            tasks,
            ca_certificate_pem,
        }
    }

    /// Creates an emulator without listeners.
    pub(crate) fn in_process(mut context: Context) -> Self {
        let (stop, stopped) = watch::channel(());
        context.events.last_until(&stopped);
        Self {
            context: Arc::new(context),
            stop,
            tasks: JoinSet::new(),
            ca_certificate_pem: None,
        }
    }

    /// Returns the base address of Partner Center, as in `http://127.0.0.1:4711`.
    pub fn partner_url(&self) -> &str {
        &self.context.addresses.partner
    }

    /// Returns the base address of Azure Resource Manager, which has another origin than Partner
    /// Center.
    pub fn arm_url(&self) -> &str {
        &self.context.addresses.arm
    }

    /// Returns the base address of the control API, which demands no token.
    pub fn control_url(&self) -> &str {
        &self.context.addresses.control
    }

    /// Returns the base address of the authority, which stands in for
    /// `https://login.microsoftonline.com`: its token endpoint is at `/{tenant}/oauth2/v2.0/token`.
    pub fn authority_url(&self) -> &str {
        &self.context.addresses.authority
    }

    /// Returns the certificate, as PEM, of the authority that a client has to trust; `None` without
    /// TLS (`EmulatorBuilder::tls`, feature `tls`).
    pub fn ca_certificate_pem(&self) -> Option<&str> {
        self.ca_certificate_pem.as_deref()
    }

    /// Returns a bearer token that both services accept as long as they run, as the tenant
    /// [`SAMPLE_TENANT_ID`](crate::SAMPLE_TENANT_ID). They accept the authority's tokens, too.
    pub fn token(&self) -> &Token {
        &self.context.token
    }

    /// Returns the billing profile of a customer as Partner Center sends it, without the byte order
    /// mark; `None` if there is no such customer.
    pub fn customer_billing_profile(&self, id: &str) -> Option<Value> {
        self.customer(id, |found| Value::clone(&found.document))
    }

    /// Returns the number of writes of a customer's billing profile that took effect; `None` if
    /// there is no such customer.
    pub fn customer_effective_writes(&self, id: &str) -> Option<u64> {
        self.customer(id, |found| found.effective_writes)
    }

    fn customer<T>(&self, id: &str, read: fn(&Resource) -> T) -> Option<T> {
        let id = Uuid::try_parse(id).ok()?;
        self.context.state().customers.get(&id).map(read)
    }

    /// Returns a billing profile as it is stored, with the members of every api version under the
    /// names of 2019-10-01-preview; `None` if there is no such profile.
    pub fn billing_profile(&self, account: &str, profile: &str) -> Option<Value> {
        self.profile(account, profile, |found| Value::clone(&found.document))
    }

    /// Returns the number of writes of a billing profile that took effect; `None` if there is no
    /// such profile. A long-running update counts when it has succeeded.
    pub fn billing_profile_effective_writes(&self, account: &str, profile: &str) -> Option<u64> {
        self.profile(account, profile, |found| found.effective_writes)
    }

    fn profile<T>(&self, account: &str, profile: &str, read: fn(&Resource) -> T) -> Option<T> {
        let key = ProfileKey::new(account, profile);
        self.context.state().profiles.get(&key).map(read)
    }

    /// Issues a refresh token as if the user had just signed in to the application: what App+User
    /// needs in its store. The other way is to get a code from the authority's `/authorize` and to
    /// redeem it.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: the tenant is neither a GUID nor a domain.
    pub fn refresh_token(&self, tenant: &str, client_id: &str) -> Result<Token, Error> {
        authority::refresh_token(&self.context, tenant, client_id)
    }

    /// Replaces a customer's billing profile as another client's PUT without an etag would: the
    /// etag is renewed, and the write counts.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is written: there is no such customer, or the document
    /// does not match the schema.
    pub fn replace_customer_billing_profile(
        &self,
        id: &str,
        billing_profile: Value,
    ) -> Result<(), Error> {
        partner::documents::replace(&self.context, id, billing_profile)
    }

    /// Returns the seed of everything generated:
    /// [`EmulatorBuilder::seed`](crate::EmulatorBuilder::seed), or one that was drawn at the start.
    pub fn seed(&self) -> u64 {
        self.context.ids.seed()
    }

    /// Returns every document that is stored now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.context.state())
    }

    /// Replaces every document by those of a snapshot. Effective writes are counted from 0 again;
    /// operations that are running and idempotency records are forgotten. The log, the rate limits,
    /// the faults and the clock stay as they are, and a [`reset`](Self::reset) still goes back to
    /// the start.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is replaced: a customer's id is no GUID, a document does
    /// not match its schema, or a name is empty.
    pub fn load(&self, snapshot: Snapshot) -> Result<(), Error> {
        snapshot.load_into(&self.context)
    }

    /// Returns the latest 10,000 requests to the two services and the authority, in the order of
    /// their responses.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        let state = self.context.state();
        state.log.latest(usize::MAX).cloned().collect()
    }

    /// Returns the rate limits in force.
    pub fn rate_limits(&self) -> Vec<RateLimit> {
        self.context.state().rate_limits.limits().to_vec()
    }

    /// Replaces all rate limits, also the documented ones. They begin now, and none of them has
    /// counted anything. A [`reset`](Self::reset) puts those of the start in force again.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is replaced: a limit is not valid.
    pub fn set_rate_limits(&self, limits: Vec<RateLimit>) -> Result<(), Error> {
        self.context.set_rate_limits(limits)
    }

    /// Returns what the rate limits have counted of each caller; no other caller has used any.
    pub fn rate_limit_levels(&self) -> Vec<RateLimitLevel> {
        let state = self.context.state();
        state.rate_limits.levels(self.context.clock.now())
    }

    /// Replaces the fault plan; the counts of its faults begin at 0.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is replaced: a fault contradicts itself.
    pub fn set_faults(&self, plan: FaultPlan) -> Result<(), Error> {
        self.context.set_faults(plan)
    }

    /// Returns the time of the emulator's clock.
    pub fn now(&self) -> SystemTime {
        self.context.clock.now()
    }

    /// Moves the clock forward, whether it is running or standing.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and the clock is not moved: it would leave the year 9999.
    pub fn advance_clock(&self, by: Duration) -> Result<(), Error> {
        self.context.move_clock(|clock| clock.advance(by))
    }

    /// Sets the clock, forward or back. A running clock continues from there.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and the clock is not moved: the time is outside of the years 1970 to
    /// 9999.
    pub fn set_clock(&self, time: SystemTime) -> Result<(), Error> {
        self.context.move_clock(|clock| clock.set(time))
    }

    /// Puts everything back to the start: the documents, counters, records, the request log,
    /// generated ids and the clock. The addresses and the token stay, and so do the tokens that the
    /// authority issued, until they expire.
    ///
    /// A request that is being served meanwhile falls before or after the reset.
    pub fn reset(&self) {
        self.context.reset();
    }

    /// Stops accepting connections, and returns when the requests in flight are answered. Idle
    /// connections are closed at once. Connections of clients that do not finish a request, or do
    /// not read the response, are closed after
    /// [`shutdown_timeout`](crate::EmulatorOptions::shutdown_timeout).
    pub async fn shutdown(mut self) {
        self.drain().await;
    }

    /// Stops as [`shutdown`](Self::shutdown) does, and keeps the state for inspection.
    pub async fn drain(&mut self) {
        // Without receivers every task has already ended.
        let _ = self.stop.send(());
        while self.tasks.join_next().await.is_some() {}
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("partner_url", &self.partner_url())
            .field("arm_url", &self.arm_url())
            .field("control_url", &self.control_url())
            .field("authority_url", &self.authority_url())
            .finish_non_exhaustive()
    }
}
