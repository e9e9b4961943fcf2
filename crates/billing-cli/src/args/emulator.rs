//! The arguments of `billing emulator`. Each stands for a method of the emulator's builder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use billing_emulator::{LocationStyle, ReadOnlyMembers, StaleEtag, Throttles};
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
    #[arg(long, value_name = "HOW", default_value = "with-second-factor")]
    pub(crate) sign_in: SignIn,
    /// Decide whether Partner Center requires a second factor of users
    #[arg(long, value_name = "WHAT", default_value = "required")]
    pub(crate) partner_mfa: PartnerMfa,
    /// Refuse writes to Azure Resource Manager by users without a second factor
    #[arg(long)]
    pub(crate) require_arm_mfa: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SignIn {
    WithSecondFactor,
    PasswordOnly,
    SecondFactorOnDemand,
    SecondFactorRequired,
    ConsentRequired,
    Revoked,
}

impl From<SignIn> for billing_emulator::SignIn {
    fn from(sign_in: SignIn) -> Self {
        match sign_in {
            SignIn::WithSecondFactor => Self::WithSecondFactor,
            SignIn::PasswordOnly => Self::PasswordOnly,
            SignIn::SecondFactorOnDemand => Self::SecondFactorOnDemand,
            SignIn::SecondFactorRequired => Self::SecondFactorRequired,
            SignIn::ConsentRequired => Self::ConsentRequired,
            SignIn::Revoked => Self::Revoked,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PartnerMfa {
    Required,
    RequiredOlderCode,
    Optional,
}

impl From<PartnerMfa> for billing_emulator::PartnerMfa {
    fn from(mfa: PartnerMfa) -> Self {
        match mfa {
            PartnerMfa::Required => Self::Required,
            PartnerMfa::RequiredOlderCode => Self::RequiredOlderCode,
            PartnerMfa::Optional => Self::Optional,
        }
    }
}

/// The profiles that the emulator starts with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct Documents {
    /// Load the profiles from this JSON document instead of the sample data:
    /// {"customers":{ID:PROFILE},"billingAccounts":{NAME:{NAME:PROFILE}}}, each as printed by
    /// `get --output json`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["customers", "profiles"])]
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
    #[arg(long, value_name = "FORM", default_value = "absolute")]
    pub(crate) location: Location,
    /// Ignore or refuse read-only members in an update
    #[arg(long, value_name = "WHAT", default_value = "ignore")]
    pub(crate) read_only: ReadOnly,
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
    #[arg(long, value_name = "STATUS", default_value = "400")]
    pub(crate) stale_etag: StaleStatus,
    /// Refuse a customer's profile whose state is not one of its country
    #[arg(long)]
    pub(crate) check_states: bool,
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
    #[arg(long, value_name = "WHICH", default_value = "public")]
    pub(crate) throttles: ArmThrottles,
    /// Allow this many reads per hour from Azure Resource Manager instead of --throttles; 0 is no
    /// limit
    #[arg(long, value_name = "N")]
    pub(crate) arm_reads_per_hour: Option<u32>,
    /// Allow this many writes per hour to Azure Resource Manager instead of --throttles; 0 is no
    /// limit
    #[arg(long, value_name = "N")]
    pub(crate) arm_writes_per_hour: Option<u32>,
    /// Turn all rate limits off
    #[arg(long, conflicts_with_all = ["partner_requests_per_minute", "throttles", "arm_reads_per_hour", "arm_writes_per_hour"])]
    pub(crate) no_throttles: bool,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "must be a numeric address with a port, such as 127.0.0.1:4711 or [::1]:4711")
}

fn time(text: &str) -> Result<SystemTime, &'static str> {
    humantime::parse_rfc3339(text)
        .map_err(|_| "must be a time in UTC, such as 2026-01-31T08:30:00Z, from 1970 to 9999")
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Location {
    /// An absolute URL, as the service sends it
    Absolute,
    /// A path with another api-version, as in the example of the reference page
    Relative,
    /// An absolute URL, with an Azure-AsyncOperation header
    AsyncOperation,
}

impl From<Location> for LocationStyle {
    fn from(location: Location) -> Self {
        match location {
            Location::Relative => Self::Relative,
            Location::Absolute => Self::Absolute,
            Location::AsyncOperation => Self::AsyncOperation,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ArmThrottles {
    /// Since 2024: 250 reads, refilled by 25 per second; 200 writes, refilled by 10 per second
    Public,
    /// In Azure China: 12,000 reads and 1,200 writes per hour
    China,
    /// Until 2024: 12,000 reads and 1,200 writes per hour
    Classic,
}

impl From<ArmThrottles> for Throttles {
    fn from(throttles: ArmThrottles) -> Self {
        match throttles {
            ArmThrottles::Public => Self::Public,
            ArmThrottles::China => Self::China,
            ArmThrottles::Classic => Self::Classic,
        }
    }
}

/// The shell whose syntax sets the variables.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EnvShell {
    /// sh, bash and zsh; fish with `source`
    Sh,
    Powershell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum StaleStatus {
    #[value(name = "400")]
    BadRequest,
    #[value(name = "412")]
    PreconditionFailed,
}

impl From<StaleStatus> for StaleEtag {
    fn from(status: StaleStatus) -> Self {
        match status {
            StaleStatus::BadRequest => Self::BadRequest,
            StaleStatus::PreconditionFailed => Self::PreconditionFailed,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReadOnly {
    Ignore,
    Refuse,
}

impl From<ReadOnly> for ReadOnlyMembers {
    fn from(read_only: ReadOnly) -> Self {
        match read_only {
            ReadOnly::Ignore => Self::Ignore,
            ReadOnly::Refuse => Self::Refuse,
        }
    }
}
