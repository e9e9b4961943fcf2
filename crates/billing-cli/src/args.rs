//! The argument tree.

pub(crate) mod emulator;
mod examples;
mod taken;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use billing_core::{CorrelationId, RequestId};
use clap::{
    ArgAction, Args, ColorChoice, CommandFactory as _, Parser, Subcommand, ValueEnum, ValueHint,
};
use clap_complete::Shell;
use partner_client::{Accept, ContentType, MediaType};

use crate::credential::Kind;
use crate::hint::shell_word;
use crate::output::{is_hidden, one_line};
use emulator::EmulatorArgs;
pub(crate) use taken::{check, shown};

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

/// What `--color` says, before the arguments are parsed: their errors and the help have colours, too.
pub(crate) fn wanted_color(args: impl Iterator<Item = OsString>) -> ColorChoice {
    wanted("--color", args).unwrap_or(ColorChoice::Auto)
}

/// Whether errors are to be JSON, before the arguments are parsed, as their errors are errors, too.
pub(crate) fn wants_json_errors(args: impl Iterator<Item = OsString>) -> bool {
    let args: Vec<_> = args.collect();
    let output = wanted("--output", args.iter().cloned());
    let global = Global {
        error_format: wanted("--error-format", args.iter().cloned()),
        output: output.or_else(|| wanted("-o", args.into_iter())),
        ..Global::default()
    };
    global.wants_json_errors()
}

/// The last value of an option that has a good one.
fn wanted<T: ValueEnum>(option: &str, args: impl Iterator<Item = OsString>) -> Option<T> {
    let mut wanted = None;
    let mut is_next = false;
    for arg in args.take_while(|arg| arg != "--") {
        let arg = arg.to_string_lossy();
        let value = if is_next {
            Some(arg.as_ref())
        } else {
            let rest = arg.strip_prefix(option);
            let is_long = option.starts_with("--");
            rest.and_then(|rest| rest.strip_prefix('=').or((!is_long).then_some(rest)))
        };
        if let Some(value) = value.and_then(|value| T::from_str(value, false).ok()) {
            wanted = Some(value);
        }
        is_next = arg == option;
    }
    wanted
}

/// An error of the arguments that repeats them harmlessly: where one of them has something hidden, the error is that
/// of the same arguments with it escaped.
pub(crate) fn harmless(error: clap::Error, args: impl Iterator<Item = OsString>) -> clap::Error {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    if !args.iter().any(|arg| arg.contains(is_hidden)) {
        return error;
    }
    let escaped = args.iter().map(|arg| one_line(arg));
    match shown(Cli::command()).try_get_matches_from(escaped) {
        Err(escaped) => escaped,
        // What is wrong is the hidden part itself, which the message had better not repeat.
        Ok(_) => {
            shown(Cli::command()).error(error.kind(), "an argument holds what cannot be shown")
        }
    }
}

/// What may be meant by arguments that are not understood: a value of `--set` with spaces and without quotes.
pub(crate) fn unquoted(args: impl Iterator<Item = OsString>) -> Option<String> {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut rest = args.as_slice();
    while let [first, after @ ..] = rest {
        rest = after;
        let value = match first.strip_prefix("--set=") {
            Some(value) => value,
            None if first == "--set" => {
                let (value, after) = rest.split_first()?;
                rest = after;
                value
            }
            None => continue,
        };
        let words = rest.iter().take_while(|word| !word.starts_with('-'));
        let words: Vec<_> = words.map(String::as_str).collect();
        if value.contains('=') && !words.is_empty() {
            let whole = format!("{value} {}", words.join(" "));
            let quoted = shell_word(&whole);
            return Some(format!(
                "a value with spaces goes into quotes\n  --set {quoted}"
            ));
        }
    }
    None
}

/// What goes with every call of a service.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Use an emulator with sample data, started for this command only
    #[arg(long, global = true)]
    pub(crate) emulator: bool,
    /// Where Partner Center is; overrides --cloud
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) partner_endpoint: Option<String>,
    /// Where Azure Resource Manager is; overrides --cloud
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) arm_endpoint: Option<String>,
    /// The cloud whose services to use; public by default
    #[arg(long, global = true)]
    pub(crate) cloud: Option<Cloud>,
    /// The config file, instead of the one in the usual place
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The context of the config file; `default` by default
    // It was called a profile once.
    #[arg(long, alias = "profile", global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// How to get a token; the one in BILLING_TOKEN by default
    #[arg(long, global = true, value_name = "KIND")]
    pub(crate) credential: Option<Kind>,
    /// The environment variable that holds the bearer token; BILLING_TOKEN by default
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) token_env: Option<String>,
    /// Print a table for people, or the service's document as JSON; table by default
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// How errors are printed on stderr: text for people, or one JSON object; json with --output json
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) error_format: Option<ErrorFormat>,
    /// How often a request is sent again after a failure that may pass; 3 by default
    #[arg(long, global = true, value_name = "N")]
    pub(crate) retries: Option<u32>,
    /// Print the request as it would leave, the token hidden, and do not send it
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Do not ask before a write
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// Show no running line while an update is waited for
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// The id of the request, instead of a random one
    #[arg(long, global = true, value_name = "GUID")]
    pub(crate) request_id: Option<RequestId>,
    /// The correlation id of all requests to Partner Center, instead of a random one
    #[arg(long, global = true, value_name = "GUID")]
    pub(crate) correlation_id: Option<CorrelationId>,
}

impl Global {
    pub(crate) fn wants_json_errors(&self) -> bool {
        match self.error_format {
            Some(format) => format == ErrorFormat::Json,
            None => self.output == Some(Format::Json),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub(crate) enum Cloud {
    #[default]
    Public,
    // Azure Government.
    Usgov,
    // Operated by 21Vianet.
    China,
}

impl Cloud {
    /// The name that options and contexts have for it.
    pub(crate) fn name(self) -> String {
        name(self)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::from_str(name, false).ok()
    }
}

/// What a value is called on the command line.
pub(crate) fn name(value: impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Table,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum ErrorFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PartnerVerb {
    /// Print the customers: their ids, names and domains
    ///
    /// The id of a customer is what the other verbs take. Prints each page as it comes.
    List {
        /// Only customers whose company name starts with this, in either letter case
        #[arg(long, value_name = "NAME")]
        filter: Option<String>,
        /// Stop after this many customers
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
    },
    /// Print a customer: company profile, domain and relationship to the partner
    Customer {
        /// The customer's tenant id, as `billing partner list` prints it
        customer_id: String,
    },
    /// Print a customer's billing profile
    Get {
        /// The customer's tenant id, as `billing partner list` prints it
        customer_id: String,
        #[command(flatten)]
        accept: AcceptArgs,
    },
    /// Change a customer's billing profile
    ///
    /// Partner Center takes the profile as a whole. With --set and --clear it is read, changed and
    /// written back, and read again if somebody else changed it meanwhile. With --body the document is written
    /// instead, if it has all that the profile has; see --replace.
    Update(PartnerUpdate),
    /// Check a customer's billing profile against its country's address rules
    ///
    /// Prints what the service would refuse, and writes nothing. Exits with 1 if there is anything.
    Check {
        /// The customer's tenant id, as `billing partner list` prints it
        customer_id: String,
        /// Check as well whether the sign-in used multi-factor authentication
        #[arg(long)]
        mfa: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PartnerUpdate {
    /// The customer's tenant id, as `billing partner list` prints it
    pub(crate) customer_id: String,
    #[command(flatten)]
    pub(crate) change: Change,
    /// Check the changed profile against its country's address rules before it is written
    #[arg(long)]
    pub(crate) check: bool,
    /// Write only if the profile's etag is this one; * for any
    #[arg(long, value_name = "TAG")]
    pub(crate) if_match: Option<String>,
    /// Send no If-Match header: what others change meanwhile is overwritten
    #[arg(long, conflicts_with = "if_match")]
    pub(crate) no_if_match: bool,
    /// Remove what the profile has and --body does not
    #[arg(long, requires = "body")]
    pub(crate) replace: bool,
    /// Send members of --body that neither the service's description nor the profile has
    #[arg(long, requires = "body")]
    pub(crate) allow_unknown: bool,
    /// Send the profile in this media type, such as application/xml; JSON by default
    #[arg(long, value_name = "TYPE")]
    pub(crate) media_type: Option<ContentType>,
    #[command(flatten)]
    pub(crate) accept: AcceptArgs,
}

/// In which form answers are welcome.
#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    /// Ask for this media type, such as application/xml; repeatable, the best first; JSON by default
    #[arg(long = "accept", value_name = "TYPE")]
    types: Vec<MediaType>,
}

impl AcceptArgs {
    pub(crate) fn accept(&self) -> Accept {
        self.types.iter().copied().collect()
    }
}

/// What to change.
#[derive(Debug, Args)]
pub(crate) struct Change {
    /// Set a member; repeatable. Text is taken as it is, other values as JSON, and a list always as a
    /// whole: address.city=Redmond,
    /// invoiceEmailOptIn=true, 'enabledAzurePlans=[{"skuId":"0001"}]'
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Clear a member; repeatable
    #[arg(long, value_name = "PATH")]
    pub(crate) clear: Vec<String>,
    /// Send this JSON document, in camelCase or PascalCase; - for stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["set", "clear"])]
    pub(crate) body: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ArmVerb {
    /// Print a billing profile
    Get {
        /// The billing account's name, or the whole resource id of the profile
        account: String,
        /// The billing profile's name; leave it out after a resource id
        profile: Option<String>,
    },
    /// Print all billing profiles of a billing account
    ///
    /// The Azure portal shows the names of billing accounts under Cost Management + Billing, Properties, as billing
    /// account id; `az billing account list` prints them. Prints each page as it comes.
    List {
        /// The billing account's name, such as 7f3d1c52-…:5a8f3c1e-…_2019-05-31, or its whole resource id
        account: String,
    },
    /// Change a billing profile, and wait until the change is done
    ///
    /// Only what --set, --clear or --body name is sent; the rest stays as it is.
    Update(ArmUpdate),
    /// Go on waiting for an update that was accepted earlier
    Wait {
        /// The resume token, one word; - reads stdin, where each line is one
        token: String,
        #[command(flatten)]
        patience: Patience,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ArmUpdate {
    /// The billing account's name, or the whole resource id of the profile
    pub(crate) account: String,
    /// The billing profile's name; leave it out after a resource id
    #[arg(default_value = "", hide_default_value = true)]
    pub(crate) profile: String,
    #[command(flatten)]
    pub(crate) change: Change,
    /// Send the update even if it changes nothing; an earlier one may still be running
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not wait: print a resume token for `billing arm wait` as soon as the update is accepted
    #[arg(long, conflicts_with = "timeout")]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) patience: Patience,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Patience {
    /// Give up waiting after this time, such as 90s or 5m, and print a resume token
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// Read the profile back for this time if the outcome is unknown or not seen yet; 2m by default, 0s for not at all
    #[arg(long, value_name = "DUR", value_parser = humantime::parse_duration)]
    pub(crate) read_back: Option<Duration>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Write a config file that explains every setting; an existing file is not overwritten
    Init,
    /// Print what is in force, and where each setting was found
    Show,
    /// Print where the file is
    Path,
    /// Keep the refresh token on stdin where refresh-token-store says
    RefreshToken,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn the_argument_tree_holds_together() {
        super::shown(Cli::command()).debug_assert();
    }

    #[test]
    fn each_command_of_the_readme_is_one() {
        let readme = include_str!("../README.md");
        let lines = readme.lines().filter(|line| line.starts_with("billing "));
        let commands = lines.flat_map(|line| {
            let command = line.split('#').next().unwrap_or_default();
            command.split('|').collect::<Vec<_>>()
        });
        let mut count = 0;
        for command in commands {
            let parsed = Cli::try_parse_from(command.split_whitespace());
            assert!(parsed.is_ok(), "{command}: {}", parsed.unwrap_err());
            count += 1;
        }
        assert_eq!(count, 16);
    }
}
