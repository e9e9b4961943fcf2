use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, SystemTime},
};

use serde_json::Value;
use uuid::Uuid;

use crate::{
    arm,
    authority::registration::{App, SignIn},
    clock::Clock,
    context::Context,
    emulator::Emulator,
    error::Error,
    faults::{active::Faults, plan::FaultPlan},
    http::{cors, host, tls::Tls},
    ids::IdGenerator,
    options::{LocationStyle, Options, PartnerMfa, ReadOnlyMembers, StaleEtag},
    partner,
    rate_limits::{Limits, Throttles},
    sample,
    server::Listeners,
    snapshot::Snapshot,
    store::state::State,
    synthetic,
    token::Token,
};

/// Where documents come from that an emulator holds at the start.
#[derive(Clone)]
enum Source {
    Customer(String, Value),
    BillingProfile(String, String, Value),
    Snapshot(Snapshot),
    Synthetic {
        seed: u64,
        customers: u32,
        profiles: u32,
    },
}

impl Source {
    fn put_into(self, state: &mut State, ids: &IdGenerator, limit: usize) -> Result<(), Error> {
        match self {
            Self::Customer(id, profile) => partner::documents::add(state, ids, &id, profile),
            Self::BillingProfile(account, name, profile) => {
                arm::documents::add(state, &account, &name, profile)
            }
            Self::Snapshot(snapshot) => snapshot.put_into(state, ids),
            Self::Synthetic {
                seed,
                customers,
                profiles,
            } => synthetic::put_into(state, ids, (seed, customers, profiles), limit),
        }
    }
}

/// What an emulator holds and how it behaves, from [`Emulator::builder`] to
/// [`start`](Builder::start).
#[derive(Clone)]
pub struct EmulatorBuilder {
    listen: SocketAddr,
    /// The further names of the certificate.
    tls: Option<Vec<String>>,
    seed: Option<u64>,
    clock_at: Option<SystemTime>,
    token: Option<Token>,
    sources: Vec<Source>,
    faults: FaultPlan,
    cors_origins: Vec<String>,
    options: Options,
}

impl Emulator {
    /// Returns a builder for an emulator that holds nothing yet and listens on free ports of
    /// 127.0.0.1.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }
}

impl EmulatorBuilder {
    fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: None,
            seed: None,
            clock_at: None,
            token: None,
            sources: Vec::new(),
            faults: FaultPlan::default(),
            cors_origins: Vec::new(),
            options: Options::default(),
        }
    }

    /// Adds a Partner Center customer, known by its tenant id (a GUID), with its billing profile.
    ///
    /// Members are read in camelCase or PascalCase. `id` and `attributes.etag` are generated when
    /// absent; `links` always is. The same customer again replaces the first.
    #[must_use]
    pub fn customer(mut self, id: impl Into<String>, billing_profile: Value) -> Self {
        self.sources
            .push(Source::Customer(id.into(), billing_profile));
        self
    }

    /// Adds a billing profile to a billing account of Azure Resource Manager.
    ///
    /// The document is the resource, `{"properties": {…}}`; its `id`, `name` and `type` follow from
    /// the two names. The same profile again replaces the first.
    #[must_use]
    pub fn billing_profile(
        mut self,
        account: impl Into<String>,
        profile: impl Into<String>,
        resource: Value,
    ) -> Self {
        let source = Source::BillingProfile(account.into(), profile.into(), resource);
        self.sources.push(source);
        self
    }

    /// Adds every document of a snapshot, as [`Emulator::snapshot`] took it or a file has it.
    #[must_use]
    pub fn snapshot(mut self, snapshot: Snapshot) -> Self {
        self.sources.push(Source::Snapshot(snapshot));
        self
    }

    /// Adds a handful of customers and billing profiles, all of them invented; the constants
    /// `SAMPLE_…` hold the ids of some.
    #[must_use]
    pub fn sample_data(self) -> Self {
        sample::add(self)
    }

    /// Adds so many invented customers and billing profiles of Azure Resource Manager, in ten
    /// countries, some with every member and some with few.
    ///
    /// They are the same for the same seed, on every machine and in every release, and of a larger
    /// number the first are those of a smaller one. The profiles are spread over accounts of 1 to
    /// 300. Nobody in them is a person: companies are Microsoft's fictitious ones, names mean
    /// "example", addresses are of example.com.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use billing_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder().synthetic_data(1, 200, 40).start().await?;
    /// // `GET /v1/customers` of Partner Center lists all 200, and the control API everything.
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn synthetic_data(mut self, seed: u64, customers: u32, profiles: u32) -> Self {
        let source = Source::Synthetic {
            seed,
            customers,
            profiles,
        };
        self.sources.push(source);
        self
    }

    /// Sets how many polls a PATCH takes (2 at first): 202, then polls that find it running, and
    /// the last of the `polls` finds it done. With 0 the PATCH itself answers 200.
    ///
    /// The update is written when it is done, not when it is accepted: until then a GET shows what
    /// was there before. It is done by the clock, too, after the
    /// [`operation_time`](Self::operation_time).
    #[must_use]
    pub fn polls_until_done(mut self, polls: u32) -> Self {
        self.options.polls_until_done = polls;
        self
    }

    /// Sets the `Retry-After` of each 202 (1 s at first), in whole seconds rounded up. A poll that
    /// comes sooner is answered, too.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.options.retry_after = wait;
        self
    }

    /// Sets how long the update of a PATCH takes on the emulator's clock, polled or not. At first
    /// that is the time that [`polls_until_done`](Self::polls_until_done) polls would take, each
    /// after the [`retry_after`](Self::retry_after) that was answered, and after 1 s at least.
    ///
    /// Enough polls finish the update earlier, and on a clock that stands only polls do, until the
    /// clock is moved. With a time of 0 the first poll finds the update done.
    #[must_use]
    pub fn operation_time(mut self, time: Duration) -> Self {
        self.options.operation_time = Some(time);
        self
    }

    /// Sets the form of the `Location` of each 202; an absolute one at first.
    #[must_use]
    pub fn location(mut self, style: LocationStyle) -> Self {
        self.options.location = style;
        self
    }

    /// Sets what a PATCH does with members that only the service writes; it ignores them at first.
    #[must_use]
    pub fn read_only_members(mut self, read_only: ReadOnlyMembers) -> Self {
        self.options.read_only = read_only;
        self
    }

    /// Sets how many billing profiles one page of a list holds; with 0, as at first, one page holds
    /// all of them.
    #[must_use]
    pub fn page_size(mut self, profiles: usize) -> Self {
        self.options.page_size = profiles;
        self
    }

    /// Sets whether Partner Center's success bodies begin with a byte order mark; they do at first,
    /// as every exact recording of the service does.
    #[must_use]
    pub fn byte_order_mark(mut self, on: bool) -> Self {
        self.options.byte_order_mark = on;
        self
    }

    /// Sets whether reads of billing profiles have `enabledAzurePlans` and `invoiceSections` only
    /// where `$expand` asks for them, as in recordings of the service. At first they always have
    /// them.
    #[must_use]
    pub fn expand_on_request(mut self, on: bool) -> Self {
        self.options.expand_on_request = on;
        self
    }

    /// Sets whether a PATCH is read as a JSON Patch (RFC 6902), so that each merge patch is refused
    /// with 400. At first none is; a neighbouring operation of the service has been recorded to do
    /// it (azure-sdk-for-net, `InvoiceSectionsOperationsTest`, `UpdateInvoiceSectionTest`).
    #[must_use]
    pub fn json_patch(mut self, on: bool) -> Self {
        self.options.json_patch = on;
        self
    }

    /// Sets whether a PUT of a customer's billing profile must bring an etag, in `If-Match` or in
    /// `attributes.etag`, and is refused with 400 otherwise. At first it need not: the page demands
    /// one ("Update a customer's billing profile", request headers), and its sample and the known
    /// clients send none in the header.
    #[must_use]
    pub fn require_etag(mut self, on: bool) -> Self {
        self.options.require_etag = on;
        self
    }

    /// Sets how a PUT with an etag that is not the present one is refused; with 400 at first.
    #[must_use]
    pub fn stale_etag(mut self, answer: StaleEtag) -> Self {
        self.options.stale_etag = answer;
        self
    }

    /// Sets whether a PUT of a customer's billing profile is refused with 400 and code 27002 when
    /// its country has a list of states and the state is not on it. At first it is not: the refusal
    /// was recorded with the creation of a customer alone.
    #[must_use]
    pub fn check_states(mut self, on: bool) -> Self {
        self.options.check_states = on;
        self
    }

    /// Sets whether a 404 of Partner Center has no body, as documented for some operations ("Verify
    /// domain availability"). At first each says what was not found.
    #[must_use]
    pub fn empty_not_found(mut self, on: bool) -> Self {
        self.options.empty_not_found = on;
        self
    }

    /// Sets how many requests per minute Partner Center takes for each customer, and how many for
    /// its customers as a whole (lists); 500 at first, as documented ("Customer resources"), and
    /// with 0 as many as there are. Operations on no customer have no documented number, so no
    /// limit.
    ///
    /// All limits are token buckets on the emulator's clock: full at first, and filling evenly. A
    /// request that Partner Center refuses counts as well, as documented ("API throttling
    /// guidance").
    #[must_use]
    pub fn partner_requests_per_minute(mut self, requests: u32) -> Self {
        self.options.limits.set_partner_per_minute(requests);
        self
    }

    /// Sets which of its documented rate limits Resource Manager applies; [`Throttles::Public`] at
    /// first.
    ///
    /// Each response says how many requests of its kind are left
    /// (`x-ms-ratelimit-remaining-tenant-reads` or `-writes`). A 429 has the body that was recorded
    /// with the limits.
    #[must_use]
    pub fn throttles(mut self, throttles: Throttles) -> Self {
        self.options.limits = self.options.limits.with_throttles(throttles);
        self
    }

    /// Sets how many reads per hour Resource Manager takes of a principal, in place of those of its
    /// [`throttles`](Self::throttles); with 0 any number.
    #[must_use]
    pub fn arm_reads_per_hour(mut self, requests: u32) -> Self {
        self.options.limits.set_arm_reads_per_hour(requests);
        self
    }

    /// Sets how many writes per hour Resource Manager takes of a principal, in place of those of
    /// its [`throttles`](Self::throttles); with 0 any number.
    #[must_use]
    pub fn arm_writes_per_hour(mut self, requests: u32) -> Self {
        self.options.limits.set_arm_writes_per_hour(requests);
        self
    }

    /// Takes every limit away: no request is refused for coming too soon, and Resource Manager does
    /// not say how many are left.
    #[must_use]
    pub fn without_throttles(mut self) -> Self {
        self.options.limits = Limits::NONE;
        self
    }

    /// Sets the seed of everything generated but tokens and codes (etags, ids, correlation
    /// vectors), so that the same requests get the same bytes but for dates. Without it each start
    /// has another seed, which [`Emulator::seed`] tells.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Goes wrong as `plan` says; by default nothing does.
    #[must_use]
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.faults = plan;
        self
    }

    /// Sets what time it is in the emulator, and stops its clock there: it moves only by
    /// [`Emulator::advance_clock`], [`Emulator::set_clock`] or the control API's `POST /api/clock`.
    /// Without this it is the machine's clock.
    ///
    /// Answers are dated by it. With a [`seed`](Self::seed) beside it, the same requests get the
    /// same bytes, dates included.
    #[must_use]
    pub fn clock_at(mut self, time: SystemTime) -> Self {
        self.clock_at = Some(time);
        self
    }

    /// Sets the bearer token that both services take beside those of the authority. Without it each
    /// start has another one.
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Takes every request, whatever token it has, or none: all callers are one tenant.
    #[must_use]
    pub fn without_authentication(mut self) -> Self {
        self.options.checks_tokens = false;
        self
    }

    /// Registers an application. With one, the authority gives tokens to those that are registered
    /// only, and wants their secret; without any, to every client id with any secret.
    #[must_use]
    pub fn app(mut self, app: App) -> Self {
        self.options.apps.push(app);
        self
    }

    /// Sets how long an access token is taken (3600 s at first), in whole seconds.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.token_lifetime = lifetime;
        self
    }

    /// Sets what happens when a user signs in to an application that is not
    /// [registered](Self::app), or a refresh token of one is used. At first it works, with a second
    /// factor.
    #[must_use]
    pub fn sign_in(mut self, sign_in: SignIn) -> Self {
        self.options.sign_in = sign_in;
        self
    }

    /// Sets what Partner Center does with a user's token without a second factor; at first it
    /// refuses it.
    #[must_use]
    pub fn partner_mfa(mut self, mfa: PartnerMfa) -> Self {
        self.options.partner_mfa = mfa;
        self
    }

    /// Sets whether Resource Manager refuses writes with a user's token without a second factor, by
    /// 401 and a claims challenge, as Azure does since October 2025. At first it takes them. Reads
    /// and applications' own tokens are not affected.
    #[must_use]
    pub fn require_arm_mfa(mut self, on: bool) -> Self {
        self.options.requires_arm_mfa = on;
        self
    }

    /// Sets whether a refresh token can be used once only, so that a caller who loses the next one
    /// is noticed. At first it can be used again, as Microsoft Entra ID allows ("Refresh tokens",
    /// "Token lifetime").
    #[must_use]
    pub fn single_use_refresh_tokens(mut self, on: bool) -> Self {
        self.options.single_use_refresh_tokens = on;
        self
    }

    /// Sets where to listen; at first on four free ports of 127.0.0.1.
    ///
    /// Partner Center takes the port of `address`, then come Azure Resource Manager, the control
    /// API and the authority; with port 0 each takes a free one.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Says a second time that other machines may reach the emulator, which an address to
    /// [`listen`](Self::listen) on that is not a loopback one says first; without it such an
    /// address is refused.
    ///
    /// Whoever reaches it may do with it what they like: the control API demands no token, and
    /// without TLS all of it goes over the wire in the open. On `0.0.0.0` or `[::]` the emulator's
    /// own addresses name the loopback one, since only a caller elsewhere knows by which name it
    /// gets here; absolute links in answers lead to the `Host` that the request was sent to.
    #[must_use]
    pub fn exposed(mut self, exposed: bool) -> Self {
        self.options.exposed = exposed;
        self
    }

    /// Serves everything by TLS, and nothing without: the addresses begin with `https://`.
    ///
    /// At each start an authority is made that vouches for `localhost`, `127.0.0.1`, `[::1]` and
    /// the address that is listened on. A caller has to trust it: [`Emulator::ca_certificate_pem`].
    ///
    /// Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls.get_or_insert_default();
        self
    }

    /// As [`tls`](Self::tls), for one more name: a host name or an address under which others reach
    /// the emulator. It counts as a name of this machine, so that what demands no token is answered
    /// under it without [`exposed`](Self::exposed), too.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls_name(mut self, name: impl Into<String>) -> Self {
        self.tls.get_or_insert_default().push(name.into());
        self
    }

    /// Lets the pages of an origin, such as `http://localhost:3000`, call the services and the
    /// authority through a browser. No other page may, and the control API is for its own page
    /// alone.
    ///
    /// A preflight is answered without a token, for any header, and also where the browser asks for
    /// this machine's network ("Private Network Access"). The page may read every header of a
    /// response. Cookies and other credentials of the browser are never allowed.
    #[must_use]
    pub fn cors(mut self, origin: impl Into<String>) -> Self {
        self.cors_origins.push(origin.into());
        self
    }

    /// Sets how many connections are served at a time by the services and the authority together,
    /// and how many by the control API, which answers when all the others are taken (1,024 at
    /// first, and at least 1). More are not refused: they wait until one ends.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.options.max_connections = connections;
        self
    }

    /// Sets how many bytes of memory all documents may take together, by a cautious estimate (256
    /// MiB at first, which is enough for 30,000 invented customers). More are refused: at the
    /// start, by a snapshot that is loaded, and by writes, with
    /// 413. What a [`reset`](Emulator::reset) goes back to takes as much once more.
    #[must_use]
    pub fn documents_limit(mut self, bytes: usize) -> Self {
        self.options.documents_limit = bytes;
        self
    }

    /// Sets how long a stop waits for callers that do not bring a request to its end or do not read
    /// its answer (10 s at first); then their connections are closed.
    #[must_use]
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.options.shutdown_timeout = timeout;
        self
    }

    /// Starts listening, and serves until the [`Emulator`] is shut down or dropped.
    ///
    /// # Errors
    ///
    /// Nothing is listening when one is returned.
    /// - [`Error::NotLoopback`]: the address can be reached from other machines, and this was not
    ///   said to be wanted ([`exposed`](Self::exposed)).
    /// - [`Error::Bind`]: one of the four ports is taken, or there is no such port.
    /// - [`Error::InvalidData`]: a customer's id is no GUID, a document is not an object of its
    ///   contract, a name is empty or none that a certificate can be for, the token cannot stand in
    ///   a header, a fault contradicts itself, or the clock is outside of the years 1970 to 9999.
    pub async fn start(self) -> Result<Emulator, Error> {
        let token = self.token.unwrap_or_else(Token::random);
        if !token.is_sendable() {
            return Err(Error::invalid(
                "the token",
                "must be one or more visible ASCII characters",
            ));
        }
        let clock = match self.clock_at {
            Some(time) => Clock::standing(time)?,
            None => Clock::running(),
        };
        let seed = self.seed.unwrap_or_else(drawn_seed);
        let ids = IdGenerator::new(seed);
        let mut state = State {
            faults: Faults::new(self.faults, seed)?,
            ..State::default()
        };
        let limit = self.options.documents_limit;
        for source in self.sources {
            source.put_into(&mut state, &ids, limit)?;
            state.check_weight(limit)?;
        }
        let mut options = self.options;
        for origin in &self.cors_origins {
            options.cors_origins.push(cors::origin(origin)?);
        }
        let names = self.tls;
        options.own_names = names
            .iter()
            .flatten()
            .map(|name| host::compared(name))
            .collect();
        let tls = names
            .map(|names| Tls::new(self.listen.ip(), names))
            .transpose()?;
        let listeners = Listeners::bind(self.listen, options.exposed).await?;
        let addresses = listeners.addresses(if tls.is_some() { "https" } else { "http" });
        let context = Context::new(options, token, clock, ids, addresses, state);
        Ok(Emulator::serve(listeners, context, tls).await)
    }
}

/// One that can be given again: TOML has no larger numbers than 63 bits, and a browser none than
/// 53.
fn drawn_seed() -> u64 {
    Uuid::new_v4().as_u64_pair().0 >> 11
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the documents: whoever seeds real ones should not find them in a log.
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("seed", &self.seed)
            .field("clock_at", &self.clock_at)
            .field("token", &self.token)
            .field("sources", &self.sources.len())
            .field("faults", &self.faults)
            .field("options", &self.options)
            .finish()
    }
}
