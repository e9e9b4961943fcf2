//! Where a command goes: the endpoints, the token, and the emulator that stands in for both.

use std::time::Duration;

use arm_client::{ArmClient, ArmClientOptions};
use billing_core::{
    AccessToken, BoxFuture, Cloud, Credential, Endpoint, Error, PollOptions, RetryPolicy,
    SendOptions, StaticToken, TokenCredential,
};
use billing_emulator::Emulator;
use partner_client::{PartnerClient, PartnerClientOptions};

use crate::args::{self, Global};
use crate::failure::{Exit, Failure};
use crate::output;
use crate::proxy::sending;

/// The variable that holds the token unless `--token-env` names another.
const TOKEN_VARIABLE: &str = "BILLING_TOKEN";

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
    token_variable: String,
    /// The options that lead here, to be repeated in commands that we propose.
    options: String,
    retry: RetryPolicy,
    /// Runs as long as the command does.
    emulator: Option<Emulator>,
}

impl Target {
    /// # Errors
    /// A usage failure for an endpoint that may not be used, or options that contradict each other.
    pub(crate) async fn open(service: Service, global: &Global) -> Result<Self, Failure> {
        let token_variable = global.token_env.as_deref().unwrap_or(TOKEN_VARIABLE);
        if global.emulator {
            let elsewhere = global.partner_endpoint.is_some()
                || global.arm_endpoint.is_some()
                || global.cloud.is_some()
                || global.token_env.is_some();
            if elsewhere {
                return Err(Failure::usage(
                    "--emulator brings its own endpoints and token",
                    "leave out --partner-endpoint, --arm-endpoint, --cloud and --token-env, or \
                     leave out --emulator",
                ));
            }
            return Self::emulated(service).await;
        }
        let (url, options) = address(service, global);
        let endpoint = url.parse::<Endpoint>().map_err(|error| {
            Failure::new(Exit::Usage, error)
                // Not the address itself: it may carry a password.
                .during(service.option())
                .hint("give the address of the service, such as https://management.azure.com, or that \
                       of an emulator, such as http://127.0.0.1:8080")
        })?;
        Ok(Self {
            service,
            endpoint,
            token_variable: token_variable.to_owned(),
            options: match &global.token_env {
                Some(name) => format!("{options} --token-env {name}"),
                None => options,
            },
            retry: retry(global.retries),
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
            token_variable: TOKEN_VARIABLE.to_owned(),
            options: " --emulator".to_owned(),
            retry: RetryPolicy::default(),
            emulator: Some(emulator),
        })
    }

    pub(crate) fn service(&self) -> Service {
        self.service
    }

    pub(crate) fn origin(&self) -> String {
        self.endpoint.origin()
    }

    pub(crate) fn token_variable(&self) -> &str {
        &self.token_variable
    }

    /// The options that lead here, each after a space.
    pub(crate) fn options(&self) -> &str {
        &self.options
    }

    /// Whether it is an emulator of our own, in which nothing is worth a question.
    pub(crate) fn is_own_emulator(&self) -> bool {
        self.emulator.is_some()
    }

    /// Plain http is accepted for loopback only.
    pub(crate) fn is_loopback(&self) -> bool {
        self.origin().starts_with("http://")
    }

    pub(crate) fn partner(&self) -> Result<PartnerClient, Failure> {
        let options = PartnerClientOptions::default().with_send_options(self.sending()?);
        PartnerClient::with_options(self.endpoint.clone(), self.credential(), options)
            .map_err(cannot_start)
    }

    pub(crate) fn arm(&self) -> Result<ArmClient, Failure> {
        let options = ArmClientOptions::default().with_send_options(self.sending()?);
        ArmClient::with_options(self.endpoint.clone(), self.credential(), options)
            .map_err(cannot_start)
    }

    fn sending(&self) -> Result<SendOptions, Failure> {
        Ok(sending(&self.endpoint)?.with_retry(self.retry.clone()))
    }

    fn credential(&self) -> Credential {
        match &self.emulator {
            Some(emulator) => StaticToken::new(emulator.token().reveal()).into(),
            None => TokenVariable(self.token_variable.clone()).into(),
        }
    }

    /// The pace of polling. The shortest pause is there to spare the service; on this machine there is
    /// none to spare.
    pub(crate) fn poll_options(&self, timeout: Option<Duration>) -> PollOptions {
        let mut options = PollOptions::default();
        if self.is_loopback() {
            options = options.with_min_interval(Duration::ZERO);
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
    policy.with_listener(|error, pause| {
        let seconds = pause.as_secs_f64().ceil();
        let told = format!("{error}; trying again in {seconds} s");
        output::say(&output::one_line(&told));
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

/// The address of a service, and the options that say so.
fn address(service: Service, global: &Global) -> (String, String) {
    let given = match service {
        Service::Partner => &global.partner_endpoint,
        Service::Arm => &global.arm_endpoint,
    };
    if let Some(url) = given {
        return (url.clone(), format!(" {} {url}", service.option()));
    }
    let (cloud, option) = match global.cloud.unwrap_or_default() {
        args::Cloud::Public => (Cloud::public(), ""),
        args::Cloud::Usgov => (Cloud::us_government(), " --cloud usgov"),
        args::Cloud::China => (Cloud::china(), " --cloud china"),
    };
    let url = match service {
        Service::Partner => cloud.partner_endpoint(),
        Service::Arm => cloud.arm_endpoint(),
    };
    (url.to_owned(), option.to_owned())
}

/// A token from an environment variable, looked for only when a request needs it.
struct TokenVariable(String);

impl TokenCredential for TokenVariable {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move {
            let name = &self.0;
            let refuse =
                |why: &str| Error::credential(format!("the environment variable {name} {why}"));
            let token = match std::env::var(name) {
                Ok(token) => token,
                Err(std::env::VarError::NotPresent) => return Err(refuse("is not set")),
                Err(std::env::VarError::NotUnicode(_)) => return Err(refuse("is not text")),
            };
            match token.trim() {
                "" => Err(refuse("is empty")),
                token if token.contains(char::is_whitespace) => Err(refuse(
                    "holds more than one word: put the token alone into it",
                )),
                token => Ok(AccessToken::new(token)),
            }
        })
    }
}
