//! Where a command goes: the endpoint, the credential, and the emulator that stands in for both.

use std::time::Duration;

use arm_client::{ArmClient, ArmClientOptions};
use billing_core::{Endpoint, Error, PollOptions, RetryPolicy, SendOptions};
use billing_emulator::Emulator;
use partner_client::{PartnerClient, PartnerClientOptions};

use crate::args::global::{self, Global};
use crate::config::Settings;
use crate::credential::{Kind, SignIn};
use crate::failure::{Exit, Failure};
use crate::hint::shell_word;
use crate::output;
use crate::proxy::sending;

/// One of the two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Partner,
    Arm,
}

impl Service {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Partner => "Partner Center",
            Self::Arm => "Azure Resource Manager",
        }
    }

    /// The option that says where it is.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Partner => "--partner-endpoint",
            Self::Arm => "--arm-endpoint",
        }
    }
}

/// A service at an endpoint, with a credential for it.
pub(crate) struct Target {
    service: Service,
    endpoint: Endpoint,
    sign_in: SignIn,
    /// The options that lead here, to be repeated in commands that we propose.
    options: String,
    retry: RetryPolicy,
    read_back: Option<Duration>,
    /// Runs as long as the command does.
    emulator: Option<Emulator>,
}

impl Target {
    /// # Errors
    /// A usage failure for an endpoint that may not be used, or options that contradict each other.
    pub(crate) async fn open(service: Service, global: &Global) -> Result<Self, Failure> {
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
                    "--emulator brings its own endpoints and token",
                    "leave out --partner-endpoint, --arm-endpoint, --cloud, --config, --context, \
                     --credential and --token-env, or leave out --emulator",
                ));
            }
            return Self::emulated(service).await;
        }
        let settings = Settings::load(global).await?;
        let places = settings.places(service)?;
        let retry = retry(global.retries);
        Ok(Self {
            service,
            sign_in: SignIn::open(&settings, service, &places, &retry)?,
            endpoint: places.endpoint,
            options: options(service, global),
            retry,
            read_back: None,
            emulator: None,
        })
    }

    async fn emulated(service: Service) -> Result<Self, Failure> {
        let failed = |error: anyhow::Error| {
            Failure::new(Exit::Failed, error).during("could not start the emulator")
        };
        // Nobody gains by waiting for it.
        let builder = Emulator::builder()
            .sample_data()
            .retry_after(Duration::ZERO);
        let emulator = builder
            .start()
            .await
            .map_err(|error| failed(error.into()))?;
        let url = match service {
            Service::Partner => emulator.partner_url(),
            Service::Arm => emulator.arm_url(),
        };
        Ok(Self {
            service,
            endpoint: url.parse().map_err(|error: Error| failed(error.into()))?,
            sign_in: SignIn::with_token(emulator.token().reveal()),
            options: " --emulator".to_owned(),
            retry: RetryPolicy::default(),
            read_back: None,
            emulator: Some(emulator),
        })
    }

    pub(crate) fn service(&self) -> Service {
        self.service
    }

    pub(crate) fn origin(&self) -> String {
        self.endpoint.origin()
    }

    pub(crate) fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// The options that lead here, each after a space.
    pub(crate) fn options(&self) -> &str {
        &self.options
    }

    /// Whether it is an emulator of our own, in which nothing is worth a question.
    pub(crate) fn is_own_emulator(&self) -> bool {
        self.emulator.is_some()
    }

    /// Whether it is reached on loopback, as an emulator is.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        let origin = self.origin();
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        ["127.", "localhost", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    }

    /// Plain http is accepted for loopback only.
    pub(crate) fn is_loopback(&self) -> bool {
        self.origin().starts_with("http://")
    }

    pub(crate) fn partner(&self) -> Result<PartnerClient, Failure> {
        let options = PartnerClientOptions::default().with_send_options(self.sending()?);
        PartnerClient::with_options(self.endpoint.clone(), self.sign_in.credential(), options)
            .map_err(cannot_start)
    }

    pub(crate) fn arm(&self) -> Result<ArmClient, Failure> {
        let options = ArmClientOptions::default().with_send_options(self.sending()?);
        ArmClient::with_options(self.endpoint.clone(), self.sign_in.credential(), options)
            .map_err(cannot_start)
    }

    fn sending(&self) -> Result<SendOptions, Failure> {
        let sending = sending(&self.endpoint)?.with_retry(self.retry.clone());
        Ok(match self.read_back {
            Some(time) => sending.with_read_back(time),
            None => sending,
        })
    }

    /// Reads a billing profile back for this time after an update whose outcome is unknown.
    pub(crate) fn with_read_back(mut self, time: Option<Duration>) -> Self {
        self.read_back = time;
        self
    }

    /// The pace of polling. The pauses of our own are there to spare the service; on this machine there is
    /// none to spare.
    pub(crate) fn poll_options(&self, timeout: Option<Duration>) -> PollOptions {
        let mut options = PollOptions::default();
        if self.is_loopback() {
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

/// The policy of the clients, and a word to the person in front before each pause.
fn retry(retries: Option<u32>) -> RetryPolicy {
    let policy = RetryPolicy::default();
    let policy = match retries {
        Some(retries) => policy.with_attempts(retries.saturating_add(1)),
        None => policy,
    };
    policy.on_retry(|error, pause| {
        let seconds = pause.as_secs_f64().ceil();
        let told = format!("{error}; trying again in {seconds} s");
        output::say(output::one_line(&told));
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

/// The options that lead to a service, each after a space.
fn options(service: Service, global: &Global) -> String {
    let endpoint = match service {
        Service::Partner => &global.partner_endpoint,
        Service::Arm => &global.arm_endpoint,
    };
    let config = global
        .config
        .as_ref()
        .map(|path| path.display().to_string());
    let given = [
        ("--config", config),
        ("--context", global.context.clone()),
        ("--cloud", global.cloud.map(global::Cloud::name)),
        (service.option(), endpoint.clone()),
        ("--credential", global.credential.map(Kind::name)),
        ("--token-env", global.token_env.clone()),
    ];
    let given = given.into_iter();
    given
        .filter_map(|(option, value)| {
            let value = value?;
            // Else it would pass for the next option.
            let between = if value.starts_with('-') { '=' } else { ' ' };
            Some(format!(" {option}{between}{}", shell_word(&value)))
        })
        .collect()
}
