//! One fault, as it is built in Rust and read from TOML and JSON.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Deserializer, Serialize};
use toml::value::Datetime;

use crate::{clock, service::Service};

/// A planned fault: what goes wrong, and for which requests. [`FaultPlan`](crate::FaultPlan)
/// describes its members.
///
/// ```
/// use billing_emulator::{Fault, FaultPlan};
///
/// // The second PUT is done, but its response is a 500.
/// let fault = Fault::new().method("PUT").nth(2).status(500).committed();
/// let plan = FaultPlan::new().fault(fault);
/// # drop(plan);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a fault with its members")]
pub struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) enabled: Enabled,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service: Option<Service>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nth: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) per_resource: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) committed: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) duplicate: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) locked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) reset: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) garbage: Option<Garbage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) truncate: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<OperationOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation_time_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clock_advance_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "time")]
    pub(super) clock_set: Option<String>,
    // Last, since a table ends the plain values of the one that it is in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes it by reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// Reads a time from text, or from TOML's own times without quotes.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "must be a time as in \"2026-01-31T08:30:00Z\"")]
    enum Time {
        Text(String),
        Toml(Datetime),
    }

    Ok(Some(match Time::deserialize(deserializer)? {
        Time::Text(text) => text,
        Time::Toml(time) => time.to_string(),
    }))
}

/// Whether a fault can hit, which it can by default.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Enabled(pub(super) bool);

impl Default for Enabled {
    fn default() -> Self {
        Self(true)
    }
}

/// Bytes that are not HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "must be 1 to 1048576 bytes, or a text")]
pub enum Garbage {
    /// This many bytes generated from the plan's seed, different for each hit.
    Random(usize),
    /// This text.
    Text(String),
}

/// How a long-running update ends that meets a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "lowercase",
    expecting = r#"must be "failed", "canceled", "never" or a list of names"#
)]
pub enum OperationOutcome {
    /// It fails when it would have succeeded, and nothing is written.
    Failed,
    /// It is canceled when it would have succeeded, and nothing is written.
    Canceled,
    /// Every poll finds it running, however much time passes.
    Never,
    /// Each poll finds the next of these statuses, and the last one from then on. The clock
    /// advances through them, too, in as much time for each as for one poll of another update.
    #[serde(untagged)]
    Statuses(Vec<String>),
}

impl Fault {
    /// Creates a fault that hits every request. Something that goes wrong has to be added.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a header to the response of [`status`](Self::status) or [`locked`](Self::locked).
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }
}

/// Makes a method for each member, with its argument and the value that it sets.
macro_rules! setters {
    ($(
        $(#[$doc:meta])*
        $name:ident($($argument:ident: $type:ty)?) sets $member:ident = $value:expr;
    )*) => {
        impl Fault {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $name(mut self $(, $argument: $type)?) -> Self {
                    self.$member = $value;
                    self
                }
            )*
        }
    };
}

setters! {
    /// Sets the name in the request log; by default `fault 2` by its number.
    name(name: impl Into<String>) sets name = Some(name.into());

    /// Sets whether the fault can hit (default `true`).
    enabled(enabled: bool) sets enabled = Enabled(enabled);

    /// Matches only requests to this service.
    service(service: Service) sets service = Some(service);

    /// Matches only requests with this method, in any case.
    method(method: impl Into<String>) sets method = Some(method.into());

    /// Matches only requests with this text in their path or query.
    path(part: impl Into<String>) sets path = Some(part.into());

    /// Hits the matching request with this number, from 1, and with [`times`](Self::times) those
    /// after it.
    nth(nth: u64) sets nth = Some(nth);

    /// Hits so many of the matching requests, from the [`nth`](Self::nth) or the first.
    times(times: u64) sets times = Some(times);

    /// Hits each of these requests with this probability, from 0 to 1.
    probability(probability: f64) sets probability = Some(probability);

    /// Counts the matching requests of each path apart, so that [`nth`](Self::nth) and
    /// [`times`](Self::times) choose among those of one resource.
    per_resource() sets per_resource = true;

    /// Has the service handle the request before a status, a reset or garbage.
    committed() sets committed = true;

    /// Has the service handle the request twice, as if a proxy had sent it again, and sends the
    /// second response.
    duplicate() sets duplicate = true;

    /// Refuses a request to Resource Manager because another operation has locked the resource: 429
    /// with the code `RetryableErrorDueToAnotherOperation`.
    locked() sets locked = true;

    /// Sends a response with this status, from 200 to 999, instead of the service's own.
    status(status: u16) sets status = Some(status);

    /// Sets the body of the response of [`status`](Self::status).
    body(body: impl Into<String>) sets body = Some(body.into());

    /// Resets the connection without a response.
    reset() sets reset = true;

    /// Sends bytes that are not HTTP, and closes the connection.
    garbage(garbage: Garbage) sets garbage = Some(garbage);

    /// Ends the response after so many bytes of its body, and closes the connection.
    truncate(bytes: usize) sets truncate = Some(bytes);

    /// Sets a `Content-Length` that may be wrong, and closes the connection after the response.
    content_length(bytes: u64) sets content_length = Some(bytes);

    /// Rewrites the links in the service's own response to this origin, as in
    /// `https://stranger.example.com`.
    location(origin: impl Into<String>) sets location = Some(origin.into());

    /// Ends the long-running update that the request begins in this way.
    operation(outcome: OperationOutcome) sets operation = Some(outcome);

    /// Ends the long-running update that the request begins after this time on the emulator's
    /// clock, and not before, however often it is polled.
    operation_time(time: Duration) sets operation_time_s = Some(time.as_secs_f64());

    /// Delays the response, in whole milliseconds of the emulator's clock.
    delay(delay: Duration) sets delay_ms =
        Some(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));

    /// Moves the emulator's clock forward when the fault hits.
    clock_advance(by: Duration) sets clock_advance_s = Some(by.as_secs_f64());

    /// Sets the emulator's clock to this whole second when the fault hits.
    clock_set(to: SystemTime) sets clock_set = Some(clock::rfc3339(to));
}
