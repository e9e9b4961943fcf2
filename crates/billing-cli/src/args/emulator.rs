//! The arguments of `billing emulator`; most are options of the emulator's builder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use billing_emulator::{
    ArmRateLimits, Error, LocationStyle, PartnerMfa, RateLimit, ReadOnlyMembers, SignIn, StaleEtag,
};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// Print variables for other commands instead of the JSON line, then close stdout
    ///
    /// For example: eval "$(billing emulator --env &)"
    #[arg(long, value_name = "SHELL", num_args = 0..=1, require_equals = true, default_missing_value = "sh")]
    pub(crate) env: Option<EnvShell>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    #[command(flatten)]
    pub(crate) documents: Documents,
    #[command(flatten)]
    pub(crate) behaviour: Behaviour,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

/// The address of the emulator, and who may use it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Address and access")]
pub(crate) struct AccessArgs {
    /// Listen on this port and the next three; with port 0, on free ports
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// Allow --listen to name an address that other machines reach; they get full access
    #[arg(long)]
    pub(crate) expose: bool,
    /// Serve over TLS, with a certificate authority made at each start (feature emulator-tls)
    #[arg(long)]
    pub(crate) tls: bool,
    /// Write the certificate of that authority to this file, as PEM, for clients to trust
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Add a host name or address to the certificate and treat it like localhost; repeatable
    #[arg(long, value_name = "NAME", requires = "tls")]
    pub(crate) tls_name: Vec<String>,
    /// Allow web pages of this origin to send requests; repeatable
    #[arg(long, value_name = "ORIGIN", value_hint = ValueHint::Url)]
    pub(crate) cors: Vec<String>,
    /// Accept every request, with any token or none
    #[arg(long, conflicts_with_all = [
        "token_lifetime", "single_use_refresh_tokens", "sign_in", "partner_mfa", "require_arm_mfa",
    ])]
    pub(crate) no_auth: bool,
    /// Accept a token of the authority for this time
    #[arg(long, value_name = "DUR", default_value = "1h", value_parser = humantime::parse_duration)]
    pub(crate) token_lifetime: Duration,
    /// Accept each refresh token only once
    #[arg(long)]
    pub(crate) single_use_refresh_tokens: bool,
    /// Decide what happens when a user signs in or a refresh token is used
    #[arg(long, value_name = "HOW", default_value = "with-second-factor", value_parser = one_of(&SIGN_INS))]
    pub(crate) sign_in: SignIn,
    /// Decide whether Partner Center requires a second factor of users
    #[arg(long, value_name = "WHAT", default_value = "required", value_parser = one_of(&PARTNER_MFA))]
    pub(crate) partner_mfa: PartnerMfa,
    /// Refuse writes to Azure Resource Manager by users without a second factor
    #[arg(long)]
    pub(crate) require_arm_mfa: bool,
}

/// The profiles that the emulator starts with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct Documents {
    /// Load the profiles from this JSON document instead of the sample data:
    /// {"customers":{ID:PROFILE},"billingAccounts":{NAME:{NAME:PROFILE}}}, each as printed by
    /// `get --output json`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["customers", "profiles", "account"])]
    pub(crate) data: Option<PathBuf>,
    /// Save all profiles to this file at the end, in the form of --data; may be the same file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) save: Option<PathBuf>,
    /// Invent this many customers instead of the sample data
    #[arg(long, value_name = "N")]
    pub(crate) customers: Option<u32>,
    /// Invent this many billing profiles of Azure Resource Manager instead of the sample data
    #[arg(long, value_name = "N")]
    pub(crate) profiles: Option<u32>,
    /// Invent billing profiles in one account, such as 70077777=5000, instead of the sample data;
    /// repeatable
    #[arg(long, value_name = "NAME=N", value_parser = account)]
    pub(crate) account: Vec<(String, u32)>,
    /// Refuse profiles that together take more than this many MiB of memory
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    pub(crate) documents_limit: u32,
    /// Make the same ids, etags and invented profiles in every run with this number
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// The behaviour of the services.
#[derive(Debug, Args)]
#[command(next_help_heading = "Behaviour")]
pub(crate) struct Behaviour {
    /// Inject the faults listed in this TOML or JSON file (see README)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) faults: Option<PathBuf>,
    /// Stop the clock at this time, such as 2026-01-31T08:30:00Z; the control API moves it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) clock_at: Option<SystemTime>,
    /// Finish an update of Azure Resource Manager after this many polls; 0 finishes at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) polls: u32,
    /// Ask clients to wait for this time before each poll
    #[arg(long, value_name = "DUR", default_value = "1s", value_parser = humantime::parse_duration)]
    pub(crate) retry_after: Duration,
    /// Finish an update after this time even without polls [default: --polls times --retry-after]
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) operation_time: Option<Duration>,
    /// Form of the Location header of an accepted update; some clients cannot follow a relative
    /// one
    #[arg(long, value_name = "FORM", default_value = "absolute", value_parser = one_of(&LOCATIONS))]
    pub(crate) location: LocationStyle,
    /// Ignore or refuse read-only members in an update
    #[arg(long, value_name = "WHAT", default_value = "ignore", value_parser = one_of(&READ_ONLY))]
    pub(crate) read_only: ReadOnlyMembers,
    /// List this many billing profiles per page; 0 lists all on one page
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) page_size: usize,
    /// Return plans and invoice sections only if $expand names them
    #[arg(long)]
    pub(crate) expand_on_request: bool,
    /// Require JSON Patch for updates of billing profiles and refuse merge patches
    #[arg(long)]
    pub(crate) json_patch: bool,
    /// Refuse an update of a customer's profile without an etag
    #[arg(long)]
    pub(crate) require_etag: bool,
    /// Refuse a stale etag with this status
    #[arg(long, value_name = "STATUS", default_value = "400", value_parser = one_of(&STALE_ETAGS))]
    pub(crate) stale_etag: StaleEtag,
    /// Refuse a customer's profile whose state or postal code its country does not have
    #[arg(long)]
    pub(crate) check_addresses: bool,
    /// Send 404 responses of Partner Center without a body
    #[arg(long)]
    pub(crate) empty_not_found: bool,
    /// Send responses of Partner Center without the byte order mark that the service sends
    #[arg(long)]
    pub(crate) no_bom: bool,
}

/// The rate limits of the services.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rate limits")]
pub(crate) struct Limits {
    /// Allow this many requests per minute to Partner Center for each customer, and for lists;
    /// 0 is no limit
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) partner_requests_per_minute: u32,
    /// Use these rate limits of Azure Resource Manager
    #[arg(
        long,
        // The former name.
        alias = "throttles",
        value_name = "WHICH",
        default_value = "public",
        value_parser = one_of(&ARM_RATE_LIMITS)
    )]
    pub(crate) arm_rate_limits: ArmRateLimits,
    /// Allow this many reads per hour from Azure Resource Manager instead of those of
    /// --arm-rate-limits; 0 is no limit
    #[arg(long, value_name = "N")]
    pub(crate) arm_reads_per_hour: Option<u32>,
    /// Allow this many writes per hour to Azure Resource Manager instead of those of
    /// --arm-rate-limits; 0 is no limit
    #[arg(long, value_name = "N")]
    pub(crate) arm_writes_per_hour: Option<u32>,
    /// Set a token bucket in place of the documented limit, such as arm.write=200,10/s; repeatable
    ///
    /// The scope is arm, arm.tenant, provider, partner or customer, alone or with .read, .write,
    /// .delete or .poll. Settings follow after semicolons: headers=off, retry-after=x0.3,
    /// refused=costs and others (see README)
    #[arg(long, value_name = "SCOPE=CAPACITY,REFILL/TIME", value_parser = bucket)]
    pub(crate) bucket: Vec<RateLimit>,
    /// Set a window in place of the documented limit, such as partner.write=500/60s,fixed (or
    /// sliding), with a scope and settings as of --bucket; repeatable
    #[arg(long, value_name = "SCOPE=REQUESTS/TIME", value_parser = window)]
    pub(crate) window: Vec<RateLimit>,
    /// Turn all rate limits off except those of --bucket and --window
    #[arg(long, alias = "no-throttles", conflicts_with_all = ["partner_requests_per_minute", "arm_rate_limits", "arm_reads_per_hour", "arm_writes_per_hour"])]
    pub(crate) no_rate_limits: bool,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "must be a numeric address with a port, such as 127.0.0.1:4711 or [::1]:4711")
}

fn account(text: &str) -> Result<(String, u32), &'static str> {
    let both = text.rsplit_once('=');
    let both = both.and_then(|(name, profiles)| Some((name.to_owned(), profiles.parse().ok()?)));
    both.filter(|(name, _)| !name.is_empty())
        .ok_or("must be an account and a number of profiles, such as 70077777=5000")
}

fn bucket(text: &str) -> Result<RateLimit, String> {
    rate_limit("bucket", text)
}

fn window(text: &str) -> Result<RateLimit, String> {
    rate_limit("window", text)
}

fn rate_limit(kind: &str, text: &str) -> Result<RateLimit, String> {
    let limit = format!("{kind} {text}").parse();
    limit.map_err(|error: Error| match error {
        // clap names the option and its value.
        Error::InvalidData { place, reason } => match place.rsplit_once("`, ") {
            Some((_, key)) => format!("{key}: {reason}"),
            None => reason,
        },
        error => error.to_string(),
    })
}

fn time(text: &str) -> Result<SystemTime, &'static str> {
    humantime::parse_rfc3339(text)
        .map_err(|_| "must be a time in UTC, such as 2026-01-31T08:30:00Z, from 1970 to 9999")
}

/// The shell whose syntax sets the variables.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EnvShell {
    /// sh, bash and zsh; fish with `source`
    Sh,
    Powershell,
}

/// A value of an option: its name on the command line, its help, and the emulator's own value.
type Choice<T> = (&'static str, &'static str, T);

/// Parses one of these values.
fn one_of<T: Copy + Send + Sync, const N: usize>(
    choices: &'static [Choice<T>; N],
) -> impl TypedValueParser<Value = T> {
    let values = choices.iter().map(|(name, help, _)| {
        let value = PossibleValue::new(name);
        if help.is_empty() {
            value
        } else {
            value.help(help)
        }
    });
    PossibleValuesParser::new(values).try_map(|given| {
        let chosen = choices.iter().find(|(name, ..)| *name == given);
        chosen.map(|(.., value)| *value).ok_or("is unknown")
    })
}

const SIGN_INS: [Choice<SignIn>; 6] = [
    ("with-second-factor", "", SignIn::WithSecondFactor),
    ("password-only", "", SignIn::PasswordOnly),
    ("second-factor-on-demand", "", SignIn::SecondFactorOnDemand),
    ("second-factor-required", "", SignIn::SecondFactorRequired),
    ("consent-required", "", SignIn::ConsentRequired),
    ("revoked", "", SignIn::Revoked),
];

const PARTNER_MFA: [Choice<PartnerMfa>; 3] = [
    ("required", "", PartnerMfa::Required),
    ("required-older-code", "", PartnerMfa::RequiredOlderCode),
    ("optional", "", PartnerMfa::Optional),
];

const LOCATIONS: [Choice<LocationStyle>; 3] = [
    (
        "absolute",
        "An absolute URL, as the service sends it",
        LocationStyle::Absolute,
    ),
    (
        "relative",
        "A path with another api-version, as in the example of the reference page",
        LocationStyle::Relative,
    ),
    (
        "async-operation",
        "An absolute URL, with an Azure-AsyncOperation header",
        LocationStyle::AsyncOperation,
    ),
];

const READ_ONLY: [Choice<ReadOnlyMembers>; 2] = [
    ("ignore", "", ReadOnlyMembers::Ignore),
    ("refuse", "", ReadOnlyMembers::Refuse),
];

const STALE_ETAGS: [Choice<StaleEtag>; 2] = [
    ("400", "", StaleEtag::BadRequest),
    ("412", "", StaleEtag::PreconditionFailed),
];

const ARM_RATE_LIMITS: [Choice<ArmRateLimits>; 3] = [
    (
        "public",
        "Since 2024: 250 reads, refilled by 25 per second; 200 writes, refilled by 10 per second",
        ArmRateLimits::Public,
    ),
    (
        "china",
        "In Azure China: 12,000 reads and 1,200 writes per hour",
        ArmRateLimits::China,
    ),
    (
        "classic",
        "Until 2024: 12,000 reads and 1,200 writes per hour",
        ArmRateLimits::Classic,
    ),
];
