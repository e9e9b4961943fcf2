//! The command with its verbs, as `clap` parses it.

use std::path::PathBuf;

use clap::{ArgAction, ColorChoice, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use crate::args::arm::ArmVerb;
use crate::args::config::ConfigVerb;
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
                  3 gave up waiting (resumable), 4 the outcome of a write is unknown; \
                  on Ctrl-C it ends by the signal.\n\
                  Environment: BILLING_TOKEN for the token; BILLING_CONTEXT for the context; HTTPS_PROXY, \
                  ALL_PROXY and NO_PROXY for the way to the services.\n\
                  Try it without an account: billing demo"
)]
pub(crate) struct Cli {
    /// When to use colour; by default where a terminal shows it and NO_COLOR is not set
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        display_order = 900,
        default_value = "auto",
        hide_default_value = true
    )]
    pub(crate) color: ColorChoice,
    /// Log on stderr: -v each request, -vv connections and further attempts too, -vvv everything
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 901)]
    pub(crate) verbose: u8,
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show both updates on an emulator: before, request, answer, after
    Demo,
    /// Customers' billing profiles in Partner Center
    Partner {
        #[command(subcommand)]
        verb: PartnerVerb,
    },
    /// Billing profiles in Azure Resource Manager
    Arm {
        #[command(subcommand)]
        verb: ArmVerb,
    },
    /// Settings, and the file that keeps them
    ///
    /// A setting is taken from the first of these that has it: the option, the environment variable, the
    /// context, the default. Secrets are never in the file.
    Config {
        #[command(subcommand)]
        verb: ConfigVerb,
    },
    /// Serve both services on loopback until interrupted
    ///
    /// Prints one line of JSON when ready:
    /// {"partner":URL,"arm":URL,"control":URL,"authority":URL,"token":STRING}. The authority gives tokens
    /// as login.microsoftonline.com does, to whatever application asks. Requests are logged on stderr.
    Emulator(EmulatorArgs),
    /// Generate shell completions
    ///
    /// For bash, in the current shell: source <(billing completions bash)
    Completions {
        /// The shell to generate them for
        shell: Shell,
    },
    /// Print the manual page
    Man {
        /// Write a page for each command into this folder instead
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: Option<PathBuf>,
    },
}
