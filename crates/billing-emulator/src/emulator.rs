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
    http::tls::Tls,
    partner,
    server::{self, Listeners},
    snapshot::Snapshot,
    store::{log::LoggedRequest, resource::ProfileKey, throttle::ThrottleLevel},
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

    /// The base address of Partner Center, as in `http://127.0.0.1:4711`.
    pub fn partner_url(&self) -> &str {
        &self.context.addresses.partner
    }

    /// The base address of Azure Resource Manager; another origin than Partner Center's.
    pub fn arm_url(&self) -> &str {
        &self.context.addresses.arm
    }

    /// The base address of the control API, which demands no token.
    pub fn control_url(&self) -> &str {
        &self.context.addresses.control
    }

    /// The base address of the authority, which stands in for `https://login.microsoftonline.com`:
    /// its token endpoint is at `/{tenant}/oauth2/v2.0/token`.
    pub fn authority_url(&self) -> &str {
        &self.context.addresses.authority
    }

    /// The certificate, as PEM, of the authority that a caller has to trust; `None` unless
    /// everything is served by TLS ([`EmulatorBuilder::tls`], feature `tls`).
    pub fn ca_certificate_pem(&self) -> Option<&str> {
        self.ca_certificate_pem.as_deref()
    }

    /// A bearer token that both services take for as long as they run, in the name of
    /// [`SAMPLE_TENANT_ID`](crate::SAMPLE_TENANT_ID). The authority's tokens are taken beside it.
    pub fn token(&self) -> &Token {
        &self.context.token
    }

    /// The billing profile of a customer as Partner Center would answer it now, without the byte
    /// order mark; `None` without such a customer.
    pub fn customer_billing_profile(&self, id: &str) -> Option<Value> {
        let id = Uuid::try_parse(id).ok()?;
        let state = self.context.state();
        state
            .customers
            .get(&id)
            .map(|found| Value::clone(&found.document))
    }

    /// How many writes of a customer's billing profile took effect; `None` without such a customer.
    pub fn customer_effective_writes(&self, id: &str) -> Option<u64> {
        let id = Uuid::try_parse(id).ok()?;
        let state = self.context.state();
        state.customers.get(&id).map(|found| found.effective_writes)
    }

    /// A billing profile as Azure Resource Manager would answer it now; `None` without one.
    pub fn billing_profile(&self, account: &str, profile: &str) -> Option<Value> {
        let key = ProfileKey::new(account, profile);
        let state = self.context.state();
        state
            .profiles
            .get(&key)
            .map(|found| Value::clone(&found.document))
    }

    /// How many writes of a billing profile took effect; `None` without one. A long-running update
    /// counts when it is done.
    pub fn billing_profile_effective_writes(&self, account: &str, profile: &str) -> Option<u64> {
        let key = ProfileKey::new(account, profile);
        let state = self.context.state();
        state.profiles.get(&key).map(|found| found.effective_writes)
    }

    /// The refresh token of a user who has just signed in to an application: what App+User needs in
    /// its store. Without it, one goes through the authority's `/authorize` for a code, and redeems
    /// that.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`]: the tenant is neither a GUID nor a domain.
    pub fn refresh_token(&self, tenant: &str, client_id: &str) -> Result<Token, Error> {
        authority::refresh_token(&self.context, tenant, client_id)
    }

    /// Replaces a customer's billing profile as another caller's PUT without an etag would: the
    /// etag is renewed, and the write counts.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is written: there is no such customer, or the document
    /// is not one of the contract.
    pub fn replace_customer_billing_profile(
        &self,
        id: &str,
        billing_profile: Value,
    ) -> Result<(), Error> {
        partner::documents::replace(&self.context, id, billing_profile)
    }

    /// The seed of everything generated: [`EmulatorBuilder::seed`], or the one that was drawn.
    pub fn seed(&self) -> u64 {
        self.context.ids.seed()
    }

    /// Every document that is stored now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.context.state())
    }

    /// Replaces every document by those of a snapshot. Effective writes are counted from 0 again,
    /// operations that are not done are forgotten, and so are answers that were kept to be given
    /// again. The rest stays: the log, the limits, the faults, the clock; and
    /// [`reset`](Self::reset) goes back to the start all the same.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and nothing is replaced: a customer's id is no GUID, a document is
    /// not one of its contract, or a name is empty.
    pub fn load(&self, snapshot: Snapshot) -> Result<(), Error> {
        snapshot.load_into(&self.context)
    }

    /// The latest 10,000 requests to the two services and the authority, in the order in which they
    /// were answered.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        let state = self.context.state();
        state.log.latest(usize::MAX).cloned().collect()
    }

    /// How full the buckets are that requests were drawn from so far; the others are full.
    pub fn throttle_levels(&self) -> Vec<ThrottleLevel> {
        let state = self.context.state();
        let now = self.context.clock.now();
        state.buckets.levels(self.context.limits, now)
    }

    /// What time it is in the emulator.
    pub fn now(&self) -> SystemTime {
        self.context.clock.now()
    }

    /// Moves the clock forward, whether it runs or stands.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and the clock is not moved: it would leave the year 9999.
    pub fn advance_clock(&self, by: Duration) -> Result<(), Error> {
        self.context.move_clock(|clock| clock.advance(by))
    }

    /// Sets the clock, forward or back. One that runs goes on from there.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], and the clock is not moved: the time is outside of the years 1970 to
    /// 9999.
    pub fn set_clock(&self, time: SystemTime) -> Result<(), Error> {
        self.context.move_clock(|clock| clock.set(time))
    }

    /// Makes everything as it was at the start: the documents, what is counted and remembered, the
    /// request log, what is generated, and the clock. The addresses and the token stay, and so do
    /// the tokens that the authority gave, each for its time.
    ///
    /// A request that is being answered meanwhile falls before or after it.
    pub fn reset(&self) {
        self.context.reset();
    }

    /// Stops accepting connections, and returns when the requests in flight are answered: idle
    /// connections are closed at once, and those of callers that stop in the middle of a request,
    /// or do not read the answer, after [`EmulatorBuilder::shutdown_timeout`].
    pub async fn shutdown(mut self) {
        self.drain().await;
    }

    /// Stops as [`shutdown`](Self::shutdown) does, and leaves what is stored to be looked at.
    pub async fn drain(&mut self) {
        // Nobody listens any more when every task has ended, which is what is wanted.
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
