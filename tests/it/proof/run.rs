//! Runs of the three operations against a hostile service, each summed up in one line.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use arm_client::{ArmClient, ArmClientOptions};
use billing_core::{Clock, Endpoint, Error, RetryPolicy, SendOptions, StaticToken};
use billing_test::{Received, TestClock};
use partner_client::models::{CustomerBillingProfile, ResourceAttributes};
use partner_client::{PartnerClient, PartnerClientOptions};

use super::hostile::{Hostile, Kept, Plan, etag, id};

pub(crate) const TOKEN: &str = "canary-token-of-the-proof";
pub(crate) const CUSTOMER: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";
pub(crate) const ACCOUNT: &str = "account:1";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A read, which is retried.
    Get,
    /// Partner Center's PUT, which is retried under its request id.
    Put,
    /// Resource Manager's PATCH, which is read back and not retried while its outcome is unknown.
    Patch,
    /// The wait for a PATCH that the service has accepted, which is all reads.
    Poll,
}

impl Operation {
    pub(crate) const ALL: [Self; 4] = [Self::Get, Self::Put, Self::Patch, Self::Poll];

    pub(crate) fn kept(self) -> Kept {
        match self {
            Self::Get | Self::Put => Kept::AtPartnerCenter,
            Self::Patch | Self::Poll => Kept::AtResourceManager,
        }
    }

    fn path(self) -> String {
        match self.kept() {
            Kept::AtPartnerCenter => format!("/v1/customers/{CUSTOMER}/profiles/billing"),
            Kept::AtResourceManager => {
                "/providers/Microsoft.Billing/billingAccounts/account%3A1/billingProfiles/p1?api-version=2019-10-01-preview"
                    .to_owned()
            }
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Poll => "POLL",
        }
    }

    /// Sends it and returns the status of the success.
    pub(crate) async fn call(self, origin: &str, options: SendOptions) -> Result<u16, Error> {
        self.finish(origin, options).await.map(|(status, _)| status)
    }

    /// Sends it and returns the status of the success, and whether the response shows the change,
    /// if that is known.
    async fn finish(
        self,
        origin: &str,
        options: SendOptions,
    ) -> Result<(u16, Option<bool>), Error> {
        let mut is_applied = None;
        let status = match self {
            Self::Get => {
                let client = partner(origin, options);
                let get = client.get_customer_billing_profile(CUSTOMER);
                get.send().await?.status()
            }
            Self::Put => {
                let client = partner(origin, options);
                let put = client.update_customer_billing_profile(CUSTOMER, &changed());
                put.send().await?.status()
            }
            Self::Patch | Self::Poll => {
                let client = arm(origin, options);
                let patch = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
                let response = patch.send().await?.wait().await?;
                is_applied = response.outcome().map(|outcome| outcome.is_applied());
                response.status()
            }
        };
        Ok((status.as_u16(), is_applied))
    }
}

pub(crate) fn partner(origin: &str, options: SendOptions) -> PartnerClient {
    let endpoint: Endpoint = origin.parse().unwrap();
    let options = PartnerClientOptions::default().with_send_options(options);
    PartnerClient::with_options(endpoint, StaticToken::new(TOKEN), options).unwrap()
}

pub(crate) fn arm(origin: &str, options: SendOptions) -> ArmClient {
    let endpoint: Endpoint = origin.parse().unwrap();
    let options = ArmClientOptions::default().with_send_options(options);
    ArmClient::with_options(endpoint, StaticToken::new(TOKEN), options).unwrap()
}

fn changed() -> CustomerBillingProfile {
    CustomerBillingProfile::default()
        .company_name("after")
        .attributes(ResourceAttributes::default().etag(etag(0).to_string()))
}

pub(crate) fn update() -> BillingProfileUpdate {
    BillingProfileUpdate::default()
        .properties(BillingProfilePropertiesUpdate::default().po_number("after"))
}

/// Up to four attempts, with pauses of one, two and four seconds on a clock that does not wait.
pub(crate) fn persistent(clock: &Arc<TestClock>) -> SendOptions {
    let policy = RetryPolicy::default()
        .with_backoff(Duration::from_secs(1), Duration::from_secs(60))
        .with_jitter(false);
    SendOptions::default()
        .with_clock(Arc::clone(clock) as Arc<dyn Clock>)
        .with_retry(policy)
}

/// The result of a run.
pub(crate) struct Run {
    pub(crate) outcome: Result<(u16, Option<bool>), Error>,
    pub(crate) written: usize,
    /// Formats the result as one line.
    pub(crate) told: String,
}

/// Runs `operation` against a service that misbehaves as `plan` says.
pub(crate) async fn run(
    operation: Operation,
    plan: Plan,
    limits: fn(SendOptions) -> SendOptions,
) -> Run {
    let server = Hostile::start(plan).await;
    let clock = Arc::new(TestClock::default());
    let options = limits(persistent(&clock));
    let outcome = operation.finish(&server.origin(), options).await;
    let mut told = requests(&server.received(), &operation.path());
    for pause in clock.sleeps() {
        told.push_str(&format!(" +{pause:?}"));
    }
    told.push_str(" -> ");
    match &outcome {
        Ok((status, Some(false))) => told.push_str(&format!("{status} NOT APPLIED")),
        Ok((status, _)) => told.push_str(&format!("{status}")),
        Err(error) => told.push_str(&error_line(error)),
    }
    let told = told.replace(&server.origin(), "[origin]");
    assert!(!told.contains(TOKEN), "{told}");
    Run {
        outcome,
        written: server.written(),
        told,
    }
}

/// Returns the method and the number of the request id of each request, with paths that are not
/// `usual`.
pub(crate) fn requests(seen: &[Received], usual: &str) -> String {
    let mut numbers = HashMap::new();
    let told = seen.iter().map(|one| {
        let next = numbers.len() + 1;
        let number = *numbers.entry(id(one)).or_insert(next);
        let path = match one.path() {
            path if path == usual => String::new(),
            path => format!("[{path}]"),
        };
        format!("{}{path}#{number}", one.method())
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() {
        return "nothing".to_owned();
    }
    told.join(" ")
}

/// Formats the error and its causes, without those of the HTTP library.
pub(crate) fn error_line(error: &Error) -> String {
    let mut text = format!("\"{error}\"");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        match error.downcast_ref::<Error>() {
            Some(own) => text.push_str(&format!(" < \"{own}\"")),
            None => {
                text.push_str(" < …");
                break;
            }
        }
        cause = error.source();
    }
    let holds = [
        ("invalid input", error.is_invalid_input()),
        ("credential", error.is_credential()),
        ("setup", error.is_setup()),
        ("connect", error.is_connect()),
        ("timeout", error.is_timeout()),
        ("interrupted", error.is_interrupted()),
        ("too large", error.is_too_large()),
        ("throttled", error.is_throttled()),
        ("conflict", error.is_conflict()),
        ("stale etag", error.is_stale_etag()),
        ("not found", error.is_not_found()),
        ("unauthorized", error.is_unauthorized()),
        ("forbidden", error.is_forbidden()),
        ("decode", error.is_decode()),
        ("protocol", error.is_protocol()),
        ("foreign origin", error.is_foreign_origin()),
        ("still running", error.is_still_running()),
        ("operation failed", error.is_operation_failed()),
        ("operation canceled", error.is_operation_canceled()),
        ("operation lost", error.is_operation_lost()),
        ("other resource", error.is_other_resource()),
        ("MAY HAVE TAKEN EFFECT", error.may_have_taken_effect()),
    ];
    let holds: Vec<_> = holds
        .into_iter()
        .filter_map(|(name, holds)| holds.then_some(name))
        .collect();
    format!("{text} ({})", holds.join(", "))
}
