//! Reads the status of an operation from a body: a report on it, or a resource that is still being
//! changed.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};
use url::Url;

use crate::identity::is_about;
use crate::text::strip_bom;

/// The state of an operation or a resource, as the service names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperationState {
    Running,
    Succeeded,
    Failed(FailedState),
}

/// The state of an operation without success; `Debug` shows the service's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailedState {
    Failed,
    Canceled,
}

impl OperationState {
    /// Returns the state of this name. Three names are final; every other, known or not, means
    /// running (Resource Manager, "Asynchronous API reference", "Azure-AsyncOperation Resource
    /// format" and "ProvisioningState property"). Services differ in the letter case and in the
    /// spelling of `Canceled`, so Azure's own clients (`azure_core`'s `PollerStatus`) accept both.
    fn of(name: &str) -> Self {
        let is = |other| name.eq_ignore_ascii_case(other);
        if is("Succeeded") {
            Self::Succeeded
        } else if is("Failed") {
            Self::Failed(FailedState::Failed)
        } else if is("Canceled") || is("Cancelled") {
            Self::Failed(FailedState::Canceled)
        } else {
            Self::Running
        }
    }
}

/// The progress of a running operation, without text that could be about a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Progress {
    pub(super) status: Option<String>,
    pub(super) percent_complete: Option<f64>,
}

/// The members that tell bodies apart; all others are skipped.
#[derive(Default, Deserialize)]
pub(super) struct Body {
    /// Whether the body is a JSON object.
    #[serde(skip)]
    is_object: bool,
    /// `Some` for `null`, too.
    #[serde(default, deserialize_with = "present")]
    status: Option<Value>,
    #[serde(rename = "percentComplete")]
    percent_complete: Option<Value>,
    #[serde(rename = "type")]
    resource_type: Option<IgnoredAny>,
    id: Option<Value>,
    name: Option<Value>,
    properties: Option<Properties>,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(rename = "provisioningState")]
    provisioning_state: Option<Value>,
}

impl Body {
    /// Reads a body and never fails: a body of another type has none of the members.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = strip_bom(bytes).trim_ascii_start();
        // serde also reads a struct from a list, member by member.
        if !bytes.starts_with(b"{") {
            return Self::default();
        }
        match serde_json::from_slice(bytes) {
            Ok(body) => Self {
                is_object: true,
                ..body
            },
            Err(_) => Self::default(),
        }
    }

    /// Returns whether the body is a JSON object, whatever its members.
    pub(super) fn is_object(&self) -> bool {
        self.is_object
    }

    /// Returns the status of an operation; `None` without one, and for a value that is not text.
    pub(super) fn status(&self) -> Option<OperationState> {
        self.status.as_ref()?.as_str().map(OperationState::of)
    }

    /// Returns whether the body reports on an operation (`{"status": "InProgress", …}`) where a
    /// resource is expected. It could be decoded as a resource without members.
    ///
    /// A type does not make it a resource: a report may name its own. A failure is a report
    /// whatever else is in the body.
    pub(super) fn is_report(&self) -> bool {
        let has_content = self.resource_type.is_some() && self.properties.is_some();
        match self.status() {
            Some(OperationState::Failed(_)) => true,
            Some(_) => !has_content,
            None => self.status.is_some() && !self.is_resource(),
        }
    }

    /// Returns whether the body can be about the resource at `url`.
    pub(super) fn is_about(&self, url: &Url) -> bool {
        let text =
            |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
        let (id, name) = (text(&self.id), text(&self.name));
        is_about(url, id.as_deref(), name.as_deref())
    }

    /// Returns whether the body is an object that names its resource. An error or a list answered
    /// with 200 does not.
    pub(super) fn is_resource(&self) -> bool {
        self.resource_type.is_some() || self.id.is_some() || self.name.is_some()
    }

    /// Returns the resource's provisioning state; a resource without one is finished.
    pub(super) fn provisioning_state(&self) -> OperationState {
        match self.state_name() {
            Some(name) => OperationState::of(name),
            None => OperationState::Succeeded,
        }
    }

    fn state_name(&self) -> Option<&str> {
        self.properties
            .as_ref()?
            .provisioning_state
            .as_ref()?
            .as_str()
    }

    pub(super) fn progress(&self) -> Progress {
        let status = self.status.as_ref().and_then(Value::as_str);
        Progress {
            status: status
                .or(self.state_name())
                .filter(|name| is_name(name))
                .map(str::to_owned),
            percent_complete: self
                .percent_complete
                .as_ref()
                .and_then(Value::as_number)
                .and_then(Number::as_f64)
                .filter(|percent| (0.0..=100.0).contains(percent)),
        }
    }
}

/// Reads a member that is present, `null` or not.
fn present<'de, D: Deserializer<'de>>(member: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(member).map(Some)
}

/// Returns whether the text is one word of ASCII, as every documented status is.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
