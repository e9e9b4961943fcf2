//! The builder of an [`Emulator`]: its documents, its options and its addresses.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, SystemTime},
};

use crate::{
    authority::registration::{App, SignIn},
    builder::source::Source,
    clock::Clock,
    context::{Context, Origins},
    emulator::Emulator,
    error::Error,
    faults::{active::Faults, plan::FaultPlan},
    http::{cors, host, tls::Tls},
    ids::{self, IdGenerator},
    options::{
        Addresses, ArmRateLimits, EmulatorOptions, LocationStyle, PartnerMfa, ReadOnlyMembers,
        StaleEtag,
    },
    rate_limits::{active::RateLimits, check, limit::RateLimit, preset},
    server::Listeners,
    store::state::State,
    token::Token,
};

mod documents;
mod source;

/// The documents, options and addresses of an emulator, from [`Emulator::builder`] to
/// [`start`](EmulatorBuilder::start).
///
/// [`EmulatorOptions`] describes the options of the services.
///
/// ```
/// use std::time::Duration;
///
/// use billing_emulator::Emulator;
///
/// # async fn example() -> Result<(), billing_emulator::Error> {
/// let builder = Emulator::builder()
///     .sample_data()
///     .seed(7)
///     .operation_time(Duration::from_secs(2))
///     .without_rate_limits();
/// let emulator = builder.start().await?;
/// println!("{}", emulator.partner_url());
/// # emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct EmulatorBuilder {
    listen: SocketAddr,
    /// The further names of the certificate.
    tls: Option<Vec<String>>,
    seed: Option<u64>,
    clock_at: Option<SystemTime>,
    token: Option<Token>,
    sources: Vec<Source>,
    faults: FaultPlan,
    rate_limits: Vec<RateLimit>,
    cors_origins: Vec<String>,
    options: EmulatorOptions,
}

impl Emulator {
    /// Returns a builder for an emulator that holds nothing yet and listens on free ports of
    /// 127.0.0.1.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: None,
            seed: None,
            clock_at: None,
            token: None,
            sources: Vec::new(),
            faults: FaultPlan::default(),
            rate_limits: Vec::new(),
            cors_origins: Vec::new(),
            options: EmulatorOptions::default(),
        }
    }
}

/// Makes a method for each option that is set to its argument.
macro_rules! options {
    ($($name:ident: $type:ty,)*) => {
        impl EmulatorBuilder {
            $(
                #[doc = concat!("Sets [`EmulatorOptions::", stringify!($name), "`].")]
                #[must_use]
                pub fn $name(mut self, $name: $type) -> Self {
                    self.options.$name = $name.into();
                    self
                }
            )*
        }
    };
}

options! {
    polls_until_done: u32,
    retry_after: Duration,
    operation_time: Duration,
    location: LocationStyle,
    read_only_members: ReadOnlyMembers,
    page_size: usize,
    byte_order_mark: bool,
    expand_on_request: bool,
    json_patch: bool,
    require_etag: bool,
    stale_etag: StaleEtag,
    check_addresses: bool,
    empty_not_found: bool,
    partner_requests_per_minute: u32,
    arm_reads_per_hour: u32,
    arm_writes_per_hour: u32,
    exposed: bool,
    max_connections: usize,
    documents_limit: usize,
    shutdown_timeout: Duration,
    token_lifetime: Duration,
    single_use_refresh_tokens: bool,
    partner_mfa: PartnerMfa,
    require_arm_mfa: bool,
    sign_in: SignIn,
}

impl EmulatorBuilder {
    /// Sets [`EmulatorOptions::arm_rate_limits`], in place of numbers that were set before.
    #[must_use]
    pub fn arm_rate_limits(mut self, limits: ArmRateLimits) -> Self {
        self.options.arm_rate_limits = limits;
        self.options.arm_reads_per_hour = None;
        self.options.arm_writes_per_hour = None;
        self
    }

    /// Turns all documented rate limits off: only those of [`rate_limit`](Self::rate_limit) are in
    /// force. Without any no request is throttled, and Resource Manager does not send how many are
    /// left.
    #[must_use]
    pub fn without_rate_limits(self) -> Self {
        self.partner_requests_per_minute(0)
            .arm_reads_per_hour(0)
            .arm_writes_per_hour(0)
    }

    /// Adds a rate limit. It replaces the documented limits of the same scope and class; a limit
    /// of a principal at Resource Manager also replaces those of its tenant.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use billing_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder()
    ///     .sample_data()
    ///     .rate_limit("bucket arm.write=200,10/s;headers=off;retry-after=x0.3".parse()?)
    ///     .rate_limit("window partner.write=500/60s,fixed;phase=40s".parse()?)
    ///     .start()
    ///     .await?;
    /// # emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limits.push(limit);
        self
    }

    /// Accepts every request, with any token or none: all requests are one tenant's.
    #[must_use]
    pub fn without_authentication(mut self) -> Self {
        self.options.authentication = false;
        self
    }

    /// Registers an application ([`EmulatorOptions::apps`]).
    #[must_use]
    pub fn app(mut self, app: App) -> Self {
        self.options.apps.push(app);
        self
    }

    /// Sets the seed of everything generated except tokens and codes (etags, ids, correlation
    /// vectors), so that the same requests get the same bytes except for dates. Without it each
    /// start draws a seed, which [`Emulator::seed`] returns.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the faults that are injected; by default there are none.
    #[must_use]
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.faults = plan;
        self
    }

    /// Sets the time of the emulator's clock, and stops it there: it moves only by
    /// [`Emulator::advance_clock`], [`Emulator::set_clock`] or the control API's `POST /api/clock`.
    /// Without this it is the machine's clock.
    ///
    /// Responses are dated by it. With a [`seed`](Self::seed) as well, the same requests get the
    /// same bytes, dates included.
    #[must_use]
    pub fn clock_at(mut self, time: SystemTime) -> Self {
        self.clock_at = Some(time);
        self
    }

    /// Sets the bearer token that both services accept beside the authority's tokens. Without it
    /// each start generates one.
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Sets where to listen; by default on four free ports of 127.0.0.1.
    ///
    /// Partner Center takes the port of `address`, followed by Azure Resource Manager, the control
    /// API and the authority; with port 0 each takes a free one. An address that other machines can
    /// reach is refused unless it is [`exposed`](Self::exposed).
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Serves everything by TLS, and nothing without: the addresses begin with `https://`.
    ///
    /// Each start makes a certificate authority, and a certificate for `localhost`, `127.0.0.1`,
    /// `[::1]` and the address that is listened on. A client has to trust the authority:
    /// [`Emulator::ca_certificate_pem`].
    ///
    /// Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls.get_or_insert_default();
        self
    }

    /// Serves everything by TLS as [`tls`](Self::tls) does, for one more name: a host name or an
    /// address under which others reach the emulator. It counts as a name of this machine, so that
    /// requests that need no token are served under it without [`exposed`](Self::exposed), too.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls_name(mut self, name: impl Into<String>) -> Self {
        self.tls.get_or_insert_default().push(name.into());
        self
    }

    /// Lets the pages of an origin, such as `http://localhost:3000`, send requests to the services
    /// and the authority through a browser. The control API is for its own page alone.
    ///
    /// A preflight needs no token, allows any header, and is also answered if the browser asks for
    /// this machine's network ("Private Network Access"). The page may read every header of a
    /// response. Cookies and other credentials of the browser are never allowed.
    #[must_use]
    pub fn cors(mut self, origin: impl Into<String>) -> Self {
        self.cors_origins.push(origin.into());
        self
    }

    /// Starts listening, and serves until the [`Emulator`] is shut down or dropped.
    ///
    /// # Errors
    ///
    /// Nothing is listening after an error.
    /// - [`Error::NotLoopback`]: the address can be reached from other machines, and is not
    ///   [`exposed`](Self::exposed).
    /// - [`Error::Bind`]: one of the four ports is in use, or does not exist.
    /// - [`Error::InvalidData`]: a customer's id is no GUID, a document does not match its schema,
    ///   a name is empty or cannot be in a certificate, the token cannot be sent in a header, a
    ///   fault contradicts itself, a rate limit is not valid, or the clock is outside of the years
    ///   1970 to 9999.
    pub async fn start(self) -> Result<Emulator, Error> {
        let names = self.tls.clone();
        let tls = names.map(|names| Tls::new(self.listen.ip(), names));
        let tls = tls.transpose()?;
        let listeners = Listeners::bind(self.listen, self.options.exposed).await?;
        let addresses = listeners.addresses(if tls.is_some() { "https" } else { "http" });
        Ok(Emulator::serve(listeners, self.context(addresses)?, tls).await)
    }

    /// Returns an emulator that listens nowhere: [`Emulator::handle`] gets its requests.
    ///
    /// It needs no runtime, and nothing happens in it between two requests, except to the clock,
    /// which a simulation sets ([`clock_at`](Self::clock_at), [`Emulator::set_clock`]). With a
    /// [`seed`](Self::seed) and a [`token`](Self::token) as well, the same requests get the same
    /// bytes. [`listen`](Self::listen) and `tls` have no effect.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidData`], as of [`start`](Self::start).
    pub fn in_process(self) -> Result<Emulator, Error> {
        let context = self.context(Addresses::in_process())?;
        Ok(Emulator::in_process(context))
    }

    /// Checks everything that was given, and creates the documents.
    fn context(self, addresses: Addresses) -> Result<Context, Error> {
        let token = self.token.unwrap_or_else(Token::random);
        if !token.is_sendable() {
            let reason = "must be one or more visible ASCII characters";
            return Err(Error::invalid("the token", reason));
        }
        let clock = match self.clock_at {
            Some(time) => Clock::standing(time)?,
            None => Clock::running(),
        };
        let seed = self.seed.unwrap_or_else(ids::random_seed);
        let generator = IdGenerator::new(seed);
        check::all(&self.rate_limits)?;
        let limits = preset::in_force(&self.options, &self.rate_limits);
        let mut state = State {
            faults: Faults::new(self.faults, seed)?,
            rate_limits: RateLimits::new(limits, clock.now(), seed),
            ..State::default()
        };
        let limit = self.options.documents_limit;
        for source in self.sources {
            source.put_into(&mut state, &generator, limit)?;
        }
        // Once for all sources: each check weighs every document.
        state.check_weight(limit)?;
        let origins = self.cors_origins.iter().map(|origin| cors::origin(origin));
        let names = self.tls.iter().flatten();
        let origins = Origins {
            own_names: names.map(|name| host::compared(name)).collect(),
            cors: origins.collect::<Result<_, _>>()?,
        };
        Ok(Context::new(
            self.options,
            origins,
            token,
            clock,
            generator,
            addresses,
            state,
        ))
    }
}
