//! How the services behave.

use std::time::Duration;

use hyper::header::HeaderValue;

use crate::{
    authority::registration::{App, SignIn},
    rate_limits::Limits,
    weight,
};

/// Where an accepted update says that its result can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LocationStyle {
    /// `/providers/Microsoft.Billing/billingOperations/{id}?api-version=2018-05-31-preview`: a path
    /// alone, with another api-version than the request had, as the reference page's example has it
    /// (Billing Profiles - Update, Examples). Some SDKs cannot follow it.
    Relative,
    /// `http://…/billingAccounts/{account}/operationResults/{id}?api-version=…`: a whole address,
    /// in the form that was recorded from the service, and as Resource Manager requires it
    /// ("Asynchronous API reference"). Its host is the `Host` of the request, its scheme the one of
    /// `X-Forwarded-Proto` if a proxy sends it.
    #[default]
    Absolute,
    /// The absolute `Location`, and beside it an `Azure-AsyncOperation`, which answers every poll
    /// with 200 and a report of the status. No recording of the service has it; Resource Manager
    /// allows it with every PATCH ("Asynchronous API reference", "Updating using PATCH").
    AsyncOperation,
}

/// What a PATCH does with members that only the service writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadOnlyMembers {
    /// It leaves them as they are and takes the rest.
    #[default]
    Ignore,
    /// It is refused with 400, and nothing is written.
    Refuse,
}

/// How Partner Center refuses a PUT whose etag is not the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StaleEtag {
    /// With 400 and code 2055, as documented ("Partner Center REST error codes").
    #[default]
    BadRequest,
    /// With 412 and code 2055: what HTTP has for it (RFC 9110, section 13.1.1).
    PreconditionFailed,
}

/// How the services behave.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) polls_until_done: u32,
    pub(crate) retry_after: Duration,
    /// `None` for the time that the polls would take.
    pub(crate) operation_time: Option<Duration>,
    pub(crate) location: LocationStyle,
    pub(crate) read_only: ReadOnlyMembers,
    pub(crate) page_size: usize,
    pub(crate) byte_order_mark: bool,
    pub(crate) expand_on_request: bool,
    pub(crate) json_patch: bool,
    pub(crate) require_etag: bool,
    pub(crate) stale_etag: StaleEtag,
    pub(crate) check_states: bool,
    pub(crate) empty_not_found: bool,
    pub(crate) limits: Limits,
    pub(crate) exposed: bool,
    /// Further names of this machine, in lower case.
    pub(crate) own_names: Vec<String>,
    /// The origins whose pages may call the services and the authority.
    pub(crate) cors_origins: Vec<HeaderValue>,
    pub(crate) max_connections: usize,
    pub(crate) documents_limit: usize,
    pub(crate) shutdown_timeout: Duration,
    pub(crate) checks_tokens: bool,
    pub(crate) token_lifetime: Duration,
    pub(crate) single_use_refresh_tokens: bool,
    pub(crate) partner_mfa: PartnerMfa,
    pub(crate) requires_arm_mfa: bool,
    /// How users of an application that is not registered sign in.
    pub(crate) sign_in: SignIn,
    /// Without any, the authority knows every application.
    pub(crate) apps: Vec<App>,
}

impl Options {
    /// How long an operation runs that nobody polls.
    pub(crate) fn operation_time(&self) -> Duration {
        self.operation_time.unwrap_or_else(|| {
            let wait = Duration::from_secs(self.retry_after_seconds().max(1));
            wait.saturating_mul(self.polls_until_done)
        })
    }

    /// The `Retry-After` of an operation, which is in whole seconds.
    pub(crate) fn retry_after_seconds(&self) -> u64 {
        let has_rest = self.retry_after.subsec_nanos() > 0;
        self.retry_after.as_secs().saturating_add(has_rest.into())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            polls_until_done: 2,
            retry_after: Duration::from_secs(1),
            operation_time: None,
            location: LocationStyle::default(),
            read_only: ReadOnlyMembers::default(),
            page_size: 0,
            byte_order_mark: true,
            expand_on_request: false,
            json_patch: false,
            require_etag: false,
            stale_etag: StaleEtag::default(),
            check_states: false,
            empty_not_found: false,
            limits: Limits::DOCUMENTED,
            exposed: false,
            own_names: Vec::new(),
            cors_origins: Vec::new(),
            max_connections: 1024,
            documents_limit: weight::DOCUMENTS_LIMIT,
            shutdown_timeout: Duration::from_secs(10),
            checks_tokens: true,
            token_lifetime: Duration::from_secs(3600),
            single_use_refresh_tokens: false,
            partner_mfa: PartnerMfa::default(),
            requires_arm_mfa: false,
            sign_in: SignIn::default(),
            apps: Vec::new(),
        }
    }
}

/// What Partner Center does with a user's token that shows no multi-factor authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartnerMfa {
    /// It refuses it: 401 with code 900421.
    #[default]
    Required,
    /// It refuses it with the older code, 10001.
    RequiredOlderCode,
    /// It takes it, and says `isMfaCompliant: false` to a request with `ValidateMfa: true`.
    Optional,
}

/// Base addresses without a slash at the end, as in `http://127.0.0.1:4711`.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    pub(crate) partner: String,
    pub(crate) arm: String,
    pub(crate) control: String,
    pub(crate) authority: String,
}
