//! One fault, as it is written down and as it is built.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor, value::SeqAccessDeserializer},
};
use toml::value::Datetime;

use crate::{clock, service::Service};

/// One thing that goes wrong, and for which requests; [`FaultPlan`](crate::FaultPlan) describes
/// each of its members.
///
/// ```
/// use billing_emulator::{Fault, FaultPlan};
///
/// let plan = FaultPlan::new().fault(Fault::new().method("PUT").nth(2).status(500).committed());
/// # drop(plan);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a fault with its members")]
pub struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) enabled: bool,
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
    pub(super) committed: bool,
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

/// A time in text, or as TOML has it without quotes.
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

impl Default for Fault {
    fn default() -> Self {
        Self {
            name: None,
            enabled: true,
            service: None,
            method: None,
            path: None,
            nth: None,
            times: None,
            probability: None,
            committed: false,
            status: None,
            body: None,
            reset: false,
            garbage: None,
            truncate: None,
            content_length: None,
            location: None,
            operation: None,
            delay_ms: None,
            clock_advance_s: None,
            clock_set: None,
            headers: BTreeMap::new(),
        }
    }
}

/// Bytes that are no HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Garbage {
    /// So many from the plan's seed, others at each hit.
    Random(usize),
    /// These.
    Text(String),
}

/// How a long-running update ends that meets a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationOutcome {
    /// It fails when it would have been done, and nothing is written.
    Failed,
    /// It is canceled when it would have been done, and nothing is written.
    Canceled,
    /// Each poll finds it running, however much time passes.
    Never,
    /// Each poll finds the next of these statuses, and from then on the last. The clock goes
    /// through them, too, in as much time for each as for one poll of another update.
    Statuses(Vec<String>),
}

impl Fault {
    /// A fault that hits every request and does nothing; say at least what goes wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what the log calls it; `fault 2` by its number without one.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets whether it can hit; it can at first.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Only requests to this service fit.
    #[must_use]
    pub fn service(mut self, service: Service) -> Self {
        self.service = Some(service);
        self
    }

    /// Only requests with this method fit, in any case.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only requests with this in their path or query fit.
    #[must_use]
    pub fn path(mut self, part: impl Into<String>) -> Self {
        self.path = Some(part.into());
        self
    }

    /// Hits the request of this number among those that fit, from 1, and with
    /// [`times`](Self::times) those after it.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Hits so many of those that fit, beginning with the [`nth`](Self::nth) or the first.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Hits each of these with this probability, from 0 to 1.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// Has the service do what it was asked before a status, a reset or garbage.
    #[must_use]
    pub fn committed(mut self) -> Self {
        self.committed = true;
        self
    }

    /// Answers with this status, from 200 to 999, and not as the service would.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a header to the answer that [`status`](Self::status) begins.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Sets the body of the answer that [`status`](Self::status) begins.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Resets the connection, without an answer.
    #[must_use]
    pub fn reset(mut self) -> Self {
        self.reset = true;
        self
    }

    /// Sends bytes that are no HTTP, and closes the connection.
    #[must_use]
    pub fn garbage(mut self, garbage: Garbage) -> Self {
        self.garbage = Some(garbage);
        self
    }

    /// Ends the answer after so many bytes of its body, and closes the connection.
    #[must_use]
    pub fn truncate(mut self, bytes: usize) -> Self {
        self.truncate = Some(bytes);
        self
    }

    /// Has the answer say that its body is so many bytes long, and closes the connection after it.
    #[must_use]
    pub fn content_length(mut self, bytes: u64) -> Self {
        self.content_length = Some(bytes);
        self
    }

    /// Has the links in the right answer lead to this origin, as in `https://stranger.example.com`.
    #[must_use]
    pub fn location(mut self, origin: impl Into<String>) -> Self {
        self.location = Some(origin.into());
        self
    }

    /// Ends the long-running update that the request begins in this way.
    #[must_use]
    pub fn operation(mut self, outcome: OperationOutcome) -> Self {
        self.operation = Some(outcome);
        self
    }

    /// Answers so much later, in whole milliseconds of the emulator's clock.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_ms = Some(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Moves the emulator's clock forward when it hits.
    #[must_use]
    pub fn clock_advance(mut self, by: Duration) -> Self {
        self.clock_advance_s = Some(by.as_secs_f64());
        self
    }

    /// Sets the emulator's clock when it hits, to this whole second.
    #[must_use]
    pub fn clock_set(mut self, to: SystemTime) -> Self {
        self.clock_set = Some(clock::rfc3339(to));
        self
    }
}

impl<'de> Deserialize<'de> for Garbage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = Garbage;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("how many bytes, or the text itself")
            }

            fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<Garbage, E> {
                let bytes = usize::try_from(bytes);
                bytes.map(Garbage::Random).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, bytes: i64) -> Result<Garbage, E> {
                // Less than none is refused like none.
                self.visit_u64(u64::try_from(bytes).unwrap_or(0))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Garbage, E> {
                Ok(Garbage::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

impl Serialize for OperationOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Failed => serializer.serialize_str("failed"),
            Self::Canceled => serializer.serialize_str("canceled"),
            Self::Never => serializer.serialize_str("never"),
            Self::Statuses(names) => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OperationOutcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = OperationOutcome;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#""failed", "canceled", "never" or a list of names"#)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OperationOutcome, E> {
                match text {
                    "failed" => Ok(OperationOutcome::Failed),
                    "canceled" => Ok(OperationOutcome::Canceled),
                    "never" => Ok(OperationOutcome::Never),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }

            fn visit_seq<A: de::SeqAccess<'de>>(
                self,
                names: A,
            ) -> Result<OperationOutcome, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(names)).map(OperationOutcome::Statuses)
            }
        }

        deserializer.deserialize_any(Either)
    }
}
