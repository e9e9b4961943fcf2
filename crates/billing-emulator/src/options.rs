//! The options of the services.

use std::time::Duration;

use crate::{
    authority::registration::{App, SignIn},
    service::Service,
    weight,
};

/// The form of the links under which an accepted update is polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LocationStyle {
    /// `/providers/Microsoft.Billing/billingOperations/{id}?api-version=2018-05-31-preview`: a path
    /// without an origin, with another api-version than the request had, as in the example of the
    /// reference page (Billing Profiles - Update, Examples). Some SDKs cannot follow it.
    Relative,
    /// `http://…/billingAccounts/{account}/operationResults/{id}?api-version=…`: an absolute URL,
    /// in the form that was recorded from the service, and as Resource Manager requires it
    /// ("Asynchronous API reference"). Its host is the `Host` of the request; its scheme is that of
    /// `X-Forwarded-Proto` if a proxy sends it.
    #[default]
    Absolute,
    /// The absolute `Location`, and an `Azure-AsyncOperation`, which answers every poll with 200
    /// and a report of the status. No recording of the service has it; Resource Manager allows it
    /// with every PATCH ("Asynchronous API reference", "Updating using PATCH").
    AsyncOperation,
}

/// What a PATCH or a PUT of Resource Manager does with members that only the service writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadOnlyMembers {
    /// Leaves them as they are and applies the rest.
    #[default]
    Ignore,
    /// Is refused with 400, and nothing is written.
    Refuse,
}

/// How Partner Center refuses a PUT with a stale etag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StaleEtag {
    /// With 400 and code 2055, as documented ("Partner Center REST error codes").
    #[default]
    BadRequest,
    /// With 412 and code 2055: the status that HTTP has for it (RFC 9110, section 13.1.1).
    PreconditionFailed,
}

/// What Partner Center does with a user's token that shows no multi-factor authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartnerMfa {
    /// Refuses it: 401 with code 900421.
    #[default]
    Required,
    /// Refuses it with the older code, 10001.
    RequiredOlderCode,
    /// Accepts it, and sends `isMfaCompliant: false` in response to `ValidateMfa: true`.
    Optional,
}

/// The documented rate limits that Resource Manager applies to each principal of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArmRateLimits {
    /// The public cloud since 2024: 250 reads, refilled by 25 per second, and 200 writes, refilled
    /// by 10 per second; 15 times that over all principals of a tenant ("Understand how Azure
    /// Resource Manager throttles requests", "Regional throttling and token bucket algorithm").
    #[default]
    Public,
    /// Azure operated by 21Vianet: 12,000 reads and 1,200 writes per hour (the same page in its
    /// documentation).
    China,
    /// The public cloud until 2024: the figures of [`China`](Self::China), as in the known
    /// recordings.
    Classic,
}

/// The options of the services, which an [`EmulatorBuilder`](crate::EmulatorBuilder) sets one by
/// one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use billing_emulator::{Emulator, LocationStyle, StaleEtag};
///
/// let emulator = Emulator::builder()
///     .sample_data()
///     // Long-running updates of Resource Manager
///     .polls_until_done(3)
///     .retry_after(Duration::from_secs(5))
///     .operation_time(Duration::from_secs(60))
///     .location(LocationStyle::AsyncOperation)
///     // Partner Center
///     .require_etag(true)
///     .stale_etag(StaleEtag::PreconditionFailed)
///     // Rate limits and tokens
///     .partner_requests_per_minute(60)
///     .token_lifetime(Duration::from_secs(300))
///     .start()
///     .await?;
/// # emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EmulatorOptions {
    /// The number of polls that a PATCH, PUT or DELETE of a billing profile takes (default 2): a
    /// 202, then polls that find the operation running, and the last of them finds it done. With 0
    /// the write itself gets its result.
    ///
    /// The update is written when the operation is done, not when it is accepted: until then a GET
    /// shows the old document. The operation is also done by the clock, after
    /// [`operation_time`](Self::operation_time).
    pub polls_until_done: u32,
    /// The `Retry-After` of each 202 (default 1 s), rounded up to whole seconds. An earlier poll
    /// gets its response, too.
    pub retry_after: Duration,
    /// The time that such a write takes on the emulator's clock, polled or not (default
    /// `None`: as long as [`polls_until_done`](Self::polls_until_done) polls take, each after
    /// [`retry_after`](Self::retry_after) and at least 1 s).
    ///
    /// Enough polls finish the update earlier. On a standing clock only polls do, until the clock
    /// is moved. With a time of 0 the first poll finds the update done.
    pub operation_time: Option<Duration>,
    /// The form of the `Location` of each 202 (default: absolute).
    pub location: LocationStyle,
    /// What a PATCH or a PUT of a billing profile does with members that only the service writes
    /// (default: ignores them).
    pub read_only_members: ReadOnlyMembers,
    /// The number of billing profiles on one page of a list (default 0: all of them).
    pub page_size: usize,
    /// Whether Partner Center's success bodies begin with a byte order mark (default `true`, as in
    /// every exact recording of the service).
    pub byte_order_mark: bool,
    /// Whether reads of billing profiles have `enabledAzurePlans` and `invoiceSections` in
    /// 2019-10-01-preview only if `$expand` names them, as in recordings of the service (default
    /// `false`: they always have them).
    pub expand_on_request: bool,
    /// Whether a PATCH is read as a JSON Patch (RFC 6902), so that each merge patch is refused with
    /// 400 (default `false`). A neighbouring operation of the service was recorded to do that
    /// (azure-sdk-for-net, `InvoiceSectionsOperationsTest`, `UpdateInvoiceSectionTest`).
    pub json_patch: bool,
    /// Whether a PUT of a customer's billing profile without an etag, in `If-Match` or in
    /// `attributes.etag`, is refused with 400 (default `false`). The page demands an etag ("Update
    /// a customer's billing profile", request headers), but its sample and the known clients send
    /// none in the header.
    pub require_etag: bool,
    /// How a PUT with a stale etag is refused (default: with 400).
    pub stale_etag: StaleEtag,
    /// Whether a PUT of a customer's billing profile is refused with 400 and code 27002 if its
    /// state or its postal code does not fit the validation rules of its country (default `false`:
    /// the error was recorded only with a state, and with the creation of a customer; that with a
    /// postal code has the same form by analogy).
    pub check_addresses: bool,
    /// Whether a 404 of Partner Center has no body, as documented for some operations ("Verify
    /// domain availability") (default `false`: it tells what was not found).
    pub empty_not_found: bool,
    /// The requests per minute that Partner Center accepts for each customer, and for lists of
    /// customers (default 500, as documented in "Customer resources"); 0 is no limit. Operations on
    /// no customer have no documented number, and no limit.
    ///
    /// It is a token bucket on the emulator's clock, as the limits of Resource Manager are: full at
    /// first, and filling evenly. A throttled request counts as well, as documented ("API
    /// throttling guidance"). [`rate_limit`](crate::EmulatorBuilder::rate_limit) sets others.
    pub partner_requests_per_minute: u32,
    /// The documented rate limits that Resource Manager applies (default: those of the public
    /// cloud).
    ///
    /// Each response has the number of requests of its kind that are left
    /// (`x-ms-ratelimit-remaining-tenant-reads` or `-writes`). A 429 has the body that was recorded
    /// with the limits.
    pub arm_rate_limits: ArmRateLimits,
    /// The reads per hour that Resource Manager accepts of a principal, instead of those of
    /// [`arm_rate_limits`](Self::arm_rate_limits) (default `None`); 0 is no limit.
    pub arm_reads_per_hour: Option<u32>,
    /// The writes per hour that Resource Manager accepts of a principal, instead of those of
    /// [`arm_rate_limits`](Self::arm_rate_limits) (default `None`); 0 is no limit.
    pub arm_writes_per_hour: Option<u32>,
    /// Whether an address that is not a loopback one may be listened on (default `false`).
    ///
    /// Anyone who reaches the emulator can do anything with it: the control API demands no token,
    /// and without TLS all data is sent in the open. On `0.0.0.0` or `[::]` the emulator's own
    /// addresses name the loopback address, since only a client elsewhere knows
    /// another name. Absolute links in responses lead to the `Host` of the request.
    pub exposed: bool,
    /// The connections that the services and the authority serve at a time, and as many that the
    /// control API serves, which responds even if all the others are in use (default 1,024, at
    /// least 1). Further connections are not refused: they wait until one ends.
    pub max_connections: usize,
    /// The bytes of memory that all documents may take, by a cautious estimate (default 256 MiB,
    /// enough for 30,000 invented customers). More are refused: at the start, by a snapshot that is
    /// loaded, and by writes, with 413. The state that a [`reset`](crate::Emulator::reset) goes
    /// back to takes the same again.
    pub documents_limit: usize,
    /// The time that a shutdown waits for clients that do not finish a request or do not read the
    /// response (default 10 s). Then their connections are closed.
    pub shutdown_timeout: Duration,
    /// Whether the services demand a token (default `true`). Without it all requests are one
    /// tenant's.
    pub authentication: bool,
    /// The lifetime of an access token (default 3600 s), in whole seconds.
    pub token_lifetime: Duration,
    /// Whether a refresh token can be used only once, so that a client that loses the next one is
    /// noticed (default `false`: it can be used again, as Microsoft Entra ID allows; "Refresh
    /// tokens", "Token lifetime").
    pub single_use_refresh_tokens: bool,
    /// What Partner Center does with a user's token without a second factor (default: refuses it).
    pub partner_mfa: PartnerMfa,
    /// Whether Resource Manager refuses writes with a user's token without a second factor, with
    /// 401 and a claims challenge, as Azure does since October 2025 (default `false`). Reads and
    /// tokens of applications are not affected.
    pub require_arm_mfa: bool,
    /// What happens when a user signs in to an application that is not registered, or a refresh
    /// token of such an application is used (default: success with a second factor).
    pub sign_in: SignIn,
    /// The registered applications. If there is one, the authority issues tokens only to registered
    /// applications, and demands their secret; otherwise to every client id with any secret.
    pub apps: Vec<App>,
}

impl EmulatorOptions {
    /// Returns the time after which an operation is done without polls.
    pub(crate) fn time_of_operation(&self) -> Duration {
        self.operation_time.unwrap_or_else(|| {
            let wait = Duration::from_secs(self.retry_after_seconds().max(1));
            wait.saturating_mul(self.polls_until_done)
        })
    }

    /// Returns the `Retry-After` of an operation, in whole seconds.
    pub(crate) fn retry_after_seconds(&self) -> u64 {
        let has_rest = self.retry_after.subsec_nanos() > 0;
        self.retry_after.as_secs().saturating_add(has_rest.into())
    }
}

impl Default for EmulatorOptions {
    fn default() -> Self {
        Self {
            polls_until_done: 2,
            retry_after: Duration::from_secs(1),
            operation_time: None,
            location: LocationStyle::default(),
            read_only_members: ReadOnlyMembers::default(),
            page_size: 0,
            byte_order_mark: true,
            expand_on_request: false,
            json_patch: false,
            require_etag: false,
            stale_etag: StaleEtag::default(),
            check_addresses: false,
            empty_not_found: false,
            partner_requests_per_minute: 500,
            arm_rate_limits: ArmRateLimits::default(),
            arm_reads_per_hour: None,
            arm_writes_per_hour: None,
            exposed: false,
            max_connections: 1024,
            documents_limit: weight::DOCUMENTS_LIMIT,
            shutdown_timeout: Duration::from_secs(10),
            authentication: true,
            token_lifetime: Duration::from_secs(3600),
            single_use_refresh_tokens: false,
            partner_mfa: PartnerMfa::default(),
            require_arm_mfa: false,
            sign_in: SignIn::default(),
            apps: Vec::new(),
        }
    }
}

/// Base addresses without a slash at the end, as in `http://127.0.0.1:4711`.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) partner: String,
    pub(crate) arm: String,
    pub(crate) control: String,
    pub(crate) authority: String,
}

impl Addresses {
    /// Returns the addresses of an emulator without listeners, which lead nowhere: `localhost` and
    /// the names in it are those of this machine (RFC 6761, section 6.3).
    pub(crate) fn in_process() -> Self {
        let of = |name: &str| format!("http://{name}.localhost");
        Self {
            partner: of("partner"),
            arm: of("arm"),
            control: of("control"),
            authority: of("authority"),
        }
    }

    pub(crate) fn of(&self, service: Service) -> &str {
        match service {
            Service::Partner => &self.partner,
            Service::Arm => &self.arm,
            Service::Authority => &self.authority,
        }
    }
}
