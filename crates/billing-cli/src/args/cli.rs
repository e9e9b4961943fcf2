//! The command with its verbs, as `clap` parses it.

use std::path::PathBuf;

use clap::{ArgAction, ColorChoice, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use crate::args::arm::ArmVerb;
use crate::args::bulk::BulkVerb;
use crate::args::emulator::EmulatorArgs;
use crate::args::global::Global;
use crate::args::partner::PartnerVerb;

/// Read and update billing profiles of Partner Center and Azure Resource Manager
///
/// Data goes to stdout, everything else to stderr.
#[derive(Debug, Parser)]
#[command(
    name = "billing",
    bin_name = "billing",
    version,
    after_help = "Exit codes: 0 done, 1 refused, failed or not applied, 2 usage or configuration, \
                  3 stopped before the end (resumable), 4 outcome of a write unknown. \
                  On Ctrl-C the process ends by the signal.\n\
                  Environment: BILLING_TOKEN is the token, BILLING_CONTEXT the context; HTTPS_PROXY, \
                  ALL_PROXY and NO_PROXY choose the proxy.\n\
                  Without an account, try: billing demo"
)]
pub(crate) struct Cli {
    /// Use colour; by default on a terminal unless NO_COLOR is set
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        display_order = 900,
        default_value = "auto",
        hide_default_value = true
    )]
    pub(crate) color: ColorChoice,
    /// Log to stderr: -v requests, -vv also connections and retries, -vvv everything
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 901)]
    pub(crate) verbose: u8,
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show both updates on an emulator: before, request, response, after
    Demo {
        #[command(subcommand)]
        verb: Option<DemoVerb>,
    },
    /// Read and update customers' billing profiles in Partner Center
    Partner {
        #[command(subcommand)]
        verb: PartnerVerb,
    },
    /// Read and update billing profiles in Azure Resource Manager
    Arm {
        #[command(subcommand)]
        verb: ArmVerb,
    },
    /// Update many billing profiles of both services: plan, apply, resume (feature bulk)
    ///
    /// `plan` reads the profiles and writes a plan, `apply` does what it says, each profile exactly
    /// once, and `status`, `reconcile` and `explain` tell what became of it. A run that was stopped
    /// or killed is continued by the same command.
    Bulk {
        #[command(subcommand)]
        verb: BulkVerb,
    },
    /// Show the settings and create the config file
    ///
    /// A setting comes from the first of: the option, the environment variable, the context in the
    /// config file, the default. The config file holds no secrets.
    Config {
        #[command(subcommand)]
        verb: ConfigVerb,
    },
    /// Serve both services on loopback until interrupted
    ///
    /// Prints one line of JSON when ready:
    /// {"partner":URL,"arm":URL,"control":URL,"authority":URL,"token":STRING}. The authority issues
    /// tokens as login.microsoftonline.com does, to any application. Requests are logged to stderr.
    Emulator(EmulatorArgs),
    /// Generate shell completions
    ///
    /// In the current bash: source <(billing completions bash)
    Completions {
        /// Shell to generate completions for
        shell: Shell,
    },
    /// Print the manual page (feature man)
    Man {
        /// Write one page per command into this folder instead
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: Option<PathBuf>,
    },
}

/// The verbs of `billing demo`.
#[derive(Debug, Subcommand)]
pub(crate) enum DemoVerb {
    /// Show a bulk update of 200 profiles with faults, a kill and its resumption (feature bulk)
    ///
    /// Runs `billing bulk` in other processes, against an emulator of its own, and kills one of
    /// them half way. Corrects the rows that fail, verifies the run and writes a report. Takes less
    /// than a minute.
    Bulk {
        /// Keep the files in this folder, which must be empty or new; a temporary one by default
        #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: Option<PathBuf>,
    },
}

/// The verbs of `billing config`.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Write a config file that explains every setting; never overwrites a file
    Init,
    /// Print each setting with its source
    Show,
    /// Print the path of the config file
    Path,
    /// Store the refresh token from stdin in the refresh-token-store
    RefreshToken,
}
