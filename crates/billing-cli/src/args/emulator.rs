//! The arguments of `billing emulator`: each is a face of a method of `billing_emulator::EmulatorBuilder`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use billing_emulator::{LocationStyle, ReadOnlyMembers, StaleEtag, Throttles};
use clap::{Args, ValueEnum, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct EmulatorArgs {
    /// Print the variables that other commands need in place of the JSON line, then close stdout:
    /// eval "$(billing emulator --env &)"
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

/// Where it is, and who gets in.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where it is, and for whom")]
pub(crate) struct AccessArgs {
    /// Where to listen; with port 0 on free ports, else on this one and the next three
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// Let --listen name an address that other machines reach: they may do everything
    #[arg(long)]
    pub(crate) expose: bool,
    /// Serve by TLS, under an authority that is made at each start
    #[arg(long)]
    pub(crate) tls: bool,
    /// Write the authority's certificate to this file, as PEM, for callers to trust
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Have the authority vouch for one more host name or address, which is answered like localhost; repeatable
    #[arg(long, value_name = "NAME", requires = "tls")]
    pub(crate) tls_name: Vec<String>,
    /// Let the web pages of this origin call the services and the authority; repeatable
    #[arg(long, value_name = "ORIGIN", value_hint = ValueHint::Url)]
    pub(crate) cors: Vec<String>,
    /// Take every request, whatever token it has, or none
    #[arg(long, conflicts_with_all = [
        "token_lifetime", "single_use_refresh_tokens", "sign_in", "partner_mfa", "require_arm_mfa",
    ])]
    pub(crate) no_auth: bool,
    /// How long a token of the authority is taken
    #[arg(long, value_name = "DUR", default_value = "1h", value_parser = humantime::parse_duration)]
    pub(crate) token_lifetime: Duration,
    /// Take each refresh token once only
    #[arg(long)]
    pub(crate) single_use_refresh_tokens: bool,
    /// What happens when a user signs in, or a refresh token is used
    #[arg(long, value_name = "HOW", default_value = "with-second-factor")]
    pub(crate) sign_in: SignIn,
    /// What Partner Center does with a user's token without a second factor
    #[arg(long, value_name = "WHAT", default_value = "required")]
    pub(crate) partner_mfa: PartnerMfa,
    /// Refuse writes to Azure Resource Manager with a user's token without a second factor
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

/// What it holds.
#[derive(Debug, Args)]
#[command(next_help_heading = "What it holds")]
pub(crate) struct Documents {
    /// Hold the profiles of this JSON document, not the sample data:
    /// {"customers":{ID:PROFILE},"billingAccounts":{NAME:{NAME:PROFILE}}}, each as `get --output json` prints it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["customers", "profiles"])]
    pub(crate) data: Option<PathBuf>,
    /// Write all profiles to this file when it is stopped, as --data reads them; it may be the same file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) save: Option<PathBuf>,
    /// Hold this many invented customers, not the sample data
    #[arg(long, value_name = "N")]
    pub(crate) customers: Option<u32>,
    /// Hold this many invented billing profiles of Azure Resource Manager, not the sample data
    #[arg(long, value_name = "N")]
    pub(crate) profiles: Option<u32>,
    /// How many MiB of memory all profiles may take together; more are refused
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    pub(crate) documents_limit: u32,
    /// Make the same ids, etags and invented profiles as every run with this number
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// How the services behave.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it behaves")]
pub(crate) struct Behaviour {
    /// Inject the faults listed in this TOML or JSON file (see README)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) faults: Option<PathBuf>,
    /// Stop the clock at this time, such as 2026-01-31T08:30:00Z; the control API moves it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) clock_at: Option<SystemTime>,
    /// How many polls an update of Azure Resource Manager takes; with 0 it is done at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) polls: u32,
    /// How long each of its answers asks to wait for the next poll
    #[arg(long, value_name = "DUR", default_value = "1s", value_parser = humantime::parse_duration)]
    pub(crate) retry_after: Duration,
    /// How long such an update takes if nobody polls it [default: --polls times --retry-after]
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) operation_time: Option<Duration>,
    /// Form of the Location header of an accepted update: some clients cannot follow a relative one
    #[arg(long, value_name = "FORM", default_value = "absolute")]
    pub(crate) location: Location,
    /// What it does with members that only the service writes
    #[arg(long, value_name = "WHAT", default_value = "ignore")]
    pub(crate) read_only: ReadOnly,
    /// How many billing profiles a page of its lists has; with 0 one page has all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) page_size: usize,
    /// Show plans and invoice sections only where $expand asks for them
    #[arg(long)]
    pub(crate) expand_on_request: bool,
    /// Read each change of a billing profile as a JSON Patch, and refuse merge patches
    #[arg(long)]
    pub(crate) json_patch: bool,
    /// Refuse an update of a customer's profile that brings no etag
    #[arg(long)]
    pub(crate) require_etag: bool,
    /// With which status an etag that is out of date is refused
    #[arg(long, value_name = "STATUS", default_value = "400")]
    pub(crate) stale_etag: StaleStatus,
    /// Refuse a customer's profile with a state that its country does not have
    #[arg(long)]
    pub(crate) check_states: bool,
    /// Answer 404 without a body in Partner Center
    #[arg(long)]
    pub(crate) empty_not_found: bool,
    /// Begin Partner Center's answers without the byte order mark that the service sends
    #[arg(long)]
    pub(crate) no_bom: bool,
}

/// How many requests the services take.
#[derive(Debug, Args)]
#[command(next_help_heading = "How many requests it takes")]
pub(crate) struct Limits {
    /// Requests per minute to Partner Center for each customer, and for lists; with 0 any number
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) partner_requests_per_minute: u32,
    /// Rate limits of Azure Resource Manager
    #[arg(long, value_name = "WHICH", default_value = "public")]
    pub(crate) throttles: ArmThrottles,
    /// Reads per hour from Azure Resource Manager, in place of those of --throttles; with 0 any number
    #[arg(long, value_name = "N")]
    pub(crate) arm_reads_per_hour: Option<u32>,
    /// Writes per hour to Azure Resource Manager, in place of those of --throttles; with 0 any number
    #[arg(long, value_name = "N")]
    pub(crate) arm_writes_per_hour: Option<u32>,
    /// Turn all rate limits off
    #[arg(long, conflicts_with_all = ["partner_requests_per_minute", "throttles", "arm_reads_per_hour", "arm_writes_per_hour"])]
    pub(crate) no_throttles: bool,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "it is a numeric address with a port, such as 127.0.0.1:4711 or [::1]:4711")
}

fn time(text: &str) -> Result<SystemTime, &'static str> {
    humantime::parse_rfc3339(text)
        .map_err(|_| "it is a time in UTC, such as 2026-01-31T08:30:00Z, from 1970 to 9999")
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Location {
    /// A whole address, as the service sends it
    Absolute,
    /// A path with another api-version, as the reference page's example has it
    Relative,
    /// A whole address, and an Azure-AsyncOperation header beside it
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

/// Whose syntax sets the variables.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EnvShell {
    /// sh, bash, zsh, and fish by `source`
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
