//! The connection to a service: its endpoint and credential, or an emulator in their place.

use std::sync::Arc;
use std::time::Duration;

use arm_client::{ArmClient, ArmClientOptions};
use billing_core::{Endpoint, Error, PollOptions, RetryPolicy, SendOptions};
use billing_edit::Service;
use billing_emulator::Emulator;
use partner_client::{PartnerClient, PartnerClientOptions};

use crate::args::arm::ArmVersion;
use crate::args::global::Global;
use crate::args::value;
use crate::credential::sign_in::SignIn;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::network::send_options;
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::service::endpoint_option;
use crate::settings::load::Settings;
use crate::shell::shell_word;

/// A service at an endpoint, with a credential for it.
pub(crate) struct Connection {
    pub(crate) service: Service,
    endpoint: Endpoint,
    pub(crate) sign_in: Arc<SignIn>,
    /// The options of this connection, each after a space, for commands that hints propose.
    pub(crate) options: String,
    /// The api version that a command has without `--api-version`.
    pub(crate) arm_api_version: ArmVersion,
    retry: RetryPolicy,
    /// How long to read a billing profile back after an update whose outcome is unknown.
    pub(crate) read_back: Option<Duration>,
    /// Runs as long as the command.
    emulator: Option<Emulator>,
}

impl Connection {
    /// Opens the connection that options, environment and config file choose.
    ///
    /// # Errors
    /// A usage failure for an endpoint that cannot be used, or options that contradict each other.
    pub(crate) async fn open(service: Service, global: &Global) -> Result<Self> {
        if global.emulator {
            let elsewhere = global.partner_endpoint.is_some()
                || global.arm_endpoint.is_some()
                || global.cloud.is_some()
                || global.config.is_some()
                || global.context.is_some()
                || global.credential.is_some()
                || global.token_env.is_some();
            if elsewhere {
                return Err(Failure::usage(
                    "--emulator has its own endpoints and token",
                    "leave out --partner-endpoint, --arm-endpoint, --cloud, --config, --context, \
                     --credential and --token-env, or leave out --emulator",
                ));
            }
            return Self::emulated(service).await;
        }
        let settings = Settings::load(global).await?;
        let endpoint = settings.service_endpoint(service)?;
        let retry = retry_policy(global.retries);
        Ok(Self {
            service,
            sign_in: Arc::new(SignIn::open(&settings, service, &endpoint, &retry)?),
            endpoint: endpoint.endpoint,
            options: options(&[service], global),
            arm_api_version: settings.arm_api_version()?,
            retry,
            read_back: None,
            emulator: None,
        })
    }

    async fn emulated(service: Service) -> Result<Self> {
        let cannot_start = |error: Box<dyn std::error::Error + Send + Sync>| {
            Failure::new(Exit::Failed, error).during("could not start the emulator")
        };
        // Waiting for an operation of the emulator serves no purpose.
        let builder = Emulator::builder()
            .sample_data()
            .retry_after(Duration::ZERO);
        let emulator = builder.start().await;
        let emulator = emulator.map_err(|error| cannot_start(error.into()))?;
        let url = match service {
            Service::Partner => emulator.partner_url(),
            Service::Arm => emulator.arm_url(),
        };
        let endpoint: Result<Endpoint, Error> = url.parse();
        let endpoint = endpoint.map_err(|error| cannot_start(error.into()))?;
        Ok(Self {
            service,
            sign_in: Arc::new(SignIn::with_token(
                emulator.token().reveal(),
                service,
                &endpoint,
            )),
            endpoint,
            options: " --emulator".to_owned(),
            arm_api_version: ArmVersion::default(),
            retry: RetryPolicy::default(),
            read_back: None,
            emulator: Some(emulator),
        })
    }

    pub(crate) fn origin(&self) -> String {
        self.endpoint.origin()
    }

    /// Whether it is an emulator of this command, whose data needs no confirmation.
    pub(crate) fn is_own_emulator(&self) -> bool {
        self.emulator.is_some()
    }

    /// Whether the service is on loopback, as emulators are.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        let origin = self.origin();
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        ["127.", "localhost", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    }

    pub(crate) fn partner(&self) -> Result<PartnerClient> {
        let options = PartnerClientOptions::default().with_send_options(self.send_options()?);
        PartnerClient::with_options(self.endpoint.clone(), self.sign_in.credential(), options)
            .map_err(cannot_start)
    }

    pub(crate) fn arm(&self) -> Result<ArmClient> {
        let options = ArmClientOptions::default().with_send_options(self.send_options()?);
        ArmClient::with_options(self.endpoint.clone(), self.sign_in.credential(), options)
            .map_err(cannot_start)
    }

    fn send_options(&self) -> Result<SendOptions> {
        let options = send_options(&self.endpoint)?.with_retry(self.retry.clone());
        Ok(match self.read_back {
            Some(time) => options.with_read_back(time),
            None => options,
        })
    }

    /// Returns the options for polling. Pauses beyond those of the service are shorter for an
    /// emulator, which needs no protection from load.
    pub(crate) fn poll_options(&self, timeout: Option<Duration>) -> PollOptions {
        let mut options = PollOptions::default();
        // Plain http is accepted for loopback only.
        if self.origin().starts_with("http://") {
            options = options
                .with_min_interval(Duration::ZERO)
                .with_default_interval(Duration::from_millis(500));
        }
        match timeout {
            Some(timeout) => options.with_deadline(timeout),
            None => options,
        }
    }
}

/// Returns the retry policy of the clients, with a message before each pause.
fn retry_policy(retries: Option<u32>) -> RetryPolicy {
    let policy = RetryPolicy::default();
    let policy = match retries {
        Some(retries) => policy.with_attempts(retries.saturating_add(1)),
        None => policy,
    };
    policy.on_retry(|error, pause| {
        let seconds = pause.as_secs_f64().ceil();
        say(one_line(&format!("{error}; retrying in {seconds} s")));
    })
}

fn cannot_start(error: Error) -> Failure {
    let exit = if error.is_invalid_input() {
        Exit::Usage
    } else {
        Exit::Failed
    };
    Failure::new(exit, error)
}

/// Returns the options of connections to these services, each after a space.
pub(crate) fn options(services: &[Service], global: &Global) -> String {
    let config = global
        .config
        .as_ref()
        .map(|path| path.display().to_string());
    let endpoints = services.iter().map(|service| {
        let endpoint = match service {
            Service::Partner => &global.partner_endpoint,
            Service::Arm => &global.arm_endpoint,
        };
        (endpoint_option(*service), endpoint.clone())
    });
    let before = [
        ("--config", config),
        ("--context", global.context.clone()),
        ("--cloud", global.cloud.map(value::name)),
    ];
    let after = [
        ("--credential", global.credential.map(value::name)),
        ("--token-env", global.token_env.clone()),
    ];
    let given = before.into_iter().chain(endpoints).chain(after);
    given
        .filter_map(|(option, value)| {
            let value = value?;
            // It would be taken for the next option.
            let between = if value.starts_with('-') { '=' } else { ' ' };
            Some(format!(" {option}{between}{}", shell_word(&value)))
        })
        .collect()
}
