//! The global options.

use std::path::PathBuf;

use billing_core::{CorrelationId, RequestId};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

/// The options of every verb that uses a service.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Use an emulator with sample data that runs only for this command
    #[arg(long, global = true)]
    pub(crate) emulator: bool,
    /// Use Partner Center at this URL; overrides --cloud
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) partner_endpoint: Option<String>,
    /// Use Azure Resource Manager at this URL; overrides --cloud
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) arm_endpoint: Option<String>,
    /// Use the services of this cloud; public by default
    #[arg(long, global = true)]
    pub(crate) cloud: Option<Cloud>,
    /// Read this config file; `billing config path` prints the default
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Use this context of the config file; `default` by default
    // `--profile` is the former name.
    #[arg(long, alias = "profile", global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Get tokens in this way; by default, use the token in BILLING_TOKEN
    ///
    /// azure-cli, developer-tools, managed-identity and workload-identity need the feature
    /// azure-identity.
    #[arg(long, global = true, value_name = "KIND")]
    pub(crate) credential: Option<CredentialKind>,
    /// Read the bearer token from this environment variable; BILLING_TOKEN by default
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) token_env: Option<String>,
    /// Print a table or the service's document as JSON; table by default
    #[arg(short, long, global = true, value_name = "FORMAT", value_parser = table_or_json())]
    pub(crate) output: Option<Output>,
    /// Print errors as text or as one JSON object; json with --output json, else text
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) error_format: Option<ErrorFormat>,
    /// Retry a request at most this often after a transient failure; 3 by default
    #[arg(long, global = true, value_name = "N")]
    pub(crate) retries: Option<u32>,
    /// Print the request without its token instead of sending it
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Write without asking for confirmation
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// Show no progress line while waiting for an update
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Send this request id instead of a random one
    #[arg(long, global = true, value_name = "GUID")]
    pub(crate) request_id: Option<RequestId>,
    /// Send this correlation id to Partner Center instead of a random one
    #[arg(long, global = true, value_name = "GUID")]
    pub(crate) correlation_id: Option<CorrelationId>,
}

impl Global {
    /// Returns the output format.
    pub(crate) fn format(&self) -> Format {
        match self.output {
            Some(Output::Json) => Format::Json,
            Some(Output::Table | Output::Csv) | None => Format::Table,
        }
    }

    /// Returns the options that do not choose a connection, each after a space, for a command that
    /// does the same again.
    #[cfg(feature = "bulk")]
    pub(crate) fn given(&self) -> String {
        let mut given = String::new();
        if self.yes {
            given.push_str(" --yes");
        }
        if self.no_progress {
            given.push_str(" --no-progress");
        }
        if self.format() == Format::Json {
            given.push_str(" --output json");
        }
        match self.error_format {
            Some(ErrorFormat::Json) => given.push_str(" --error-format json"),
            Some(ErrorFormat::Text) => given.push_str(" --error-format text"),
            None => {}
        }
        given
    }

    /// Returns true if errors are printed as JSON.
    pub(crate) fn wants_json_errors(&self) -> bool {
        match self.error_format {
            Some(format) => format == ErrorFormat::Json,
            None => self.output == Some(Output::Json),
        }
    }
}

/// A way to get tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialKind {
    // A bearer token in an environment variable.
    Token,
    // The user of `az login`.
    AzureCli,
    // The user of the Azure CLI, else of the Azure Developer CLI.
    DeveloperTools,
    // The identity of this Azure machine.
    ManagedIdentity,
    // The identity of this Kubernetes pod.
    WorkloadIdentity,
    // An application with its own secret.
    ClientSecret,
    // An application on behalf of a user, with a refresh token.
    AppUser,
}

/// A cloud that `billing_core::Cloud` knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub(crate) enum Cloud {
    #[default]
    Public,
    // Azure Government.
    Usgov,
    // Operated by 21Vianet.
    China,
}

/// The form of data on stdout, as most verbs print it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Format {
    Table,
    Json,
}

/// A value of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Output {
    Table,
    Json,
    // Of `billing bulk show`, `bulk receipts` and the lists only.
    Csv,
}

/// Returns the parser of `--output` for verbs that print no CSV.
fn table_or_json() -> impl TypedValueParser<Value = Output> {
    PossibleValuesParser::new(["table", "json"]).map(|name| match name.as_str() {
        "json" => Output::Json,
        _ => Output::Table,
    })
}

/// The form of errors on stderr.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum ErrorFormat {
    Text,
    Json,
}
