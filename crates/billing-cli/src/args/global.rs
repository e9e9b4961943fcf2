//! The global options.

use std::path::PathBuf;

use billing_core::{CorrelationId, RequestId};
use clap::{Args, ValueEnum};

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
    pub(crate) credential: Option<CredentialKind>,
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
    /// Returns the output format.
    pub(crate) fn format(&self) -> Format {
        self.output.unwrap_or_default()
    }

    pub(crate) fn wants_json_errors(&self) -> bool {
        match self.error_format {
            Some(format) => format == ErrorFormat::Json,
            None => self.output == Some(Format::Json),
        }
    }
}

/// How to get a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialKind {
    // A bearer token in an environment variable
    Token,
    // Whoever signed in by `az login`
    AzureCli,
    // The Azure CLI, else the Azure Developer CLI
    DeveloperTools,
    // The identity of the Azure machine that this runs on
    ManagedIdentity,
    // The identity of the Kubernetes pod that this runs in
    WorkloadIdentity,
    // An application of its own, by its secret
    ClientSecret,
    // An application in the name of a user, by a refresh token
    AppUser,
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
