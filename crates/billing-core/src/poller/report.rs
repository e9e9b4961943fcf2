//! What a body says about an operation: a report on it, or a resource that is still being changed.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};
use url::Url;

use crate::decode::strip_bom;
use crate::identity::is_about;

/// Where an operation or a resource stands, by its own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperationState {
    Running,
    Succeeded,
    Failed(FailedState),
}

/// An end without success, which `Debug` names as the service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailedState {
    Failed,
    Canceled,
}

impl OperationState {
    /// Three names are final, and every other, known or not, means that it is running (Resource Manager,
    /// "Asynchronous API reference", "Azure-AsyncOperation Resource format" and "ProvisioningState
    /// property"). Services do not agree on the letter case, nor on how `Canceled` is spelled, so Azure's
    /// own clients (`azure_core`'s `PollerStatus`) take both.
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

/// What a service tells of a running operation, in so far as it is no text that could be about a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Progress {
    pub(super) status: Option<String>,
    pub(super) percent_complete: Option<f64>,
}

/// The members by which bodies are told apart; all else is skipped.
#[derive(Default, Deserialize)]
pub(super) struct Body {
    /// Whether there is a body of this form at all.
    #[serde(skip)]
    is_object: bool,
    /// `null` too.
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
    /// Never fails: a body of another shape has none of the members.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = strip_bom(bytes).trim_ascii_start();
        // serde takes a list for a struct, member by member.
        if !bytes.starts_with(b"{") {
            return Self::default();
        }
        let body: Result<Self, _> = match str::from_utf8(bytes) {
            // Looked at as a whole, the text need not be looked at again string by string.
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(bytes),
        };
        body.map_or_else(
            |_| Self::default(),
            |body| Self {
                is_object: true,
                ..body
            },
        )
    }

    /// Whether the body is a JSON object, whatever is in it.
    pub(super) fn is_object(&self) -> bool {
        self.is_object
    }

    /// What the status of an operation says; `None` without one, and for `null` and whatever else is no
    /// text.
    pub(super) fn status(&self) -> Option<OperationState> {
        self.status.as_ref()?.as_str().map(OperationState::of)
    }

    /// Whether the body reports on an operation (`{"status": "InProgress", …}`) where a resource is
    /// expected. Read leniently, it would pass for a resource without members.
    ///
    /// The type alone does not make a resource: a report may name its own. But a failure is one whatever
    /// else is in the body.
    pub(super) fn is_report(&self) -> bool {
        let has_content = self.resource_type.is_some() && self.properties.is_some();
        match self.status() {
            Some(OperationState::Failed(_)) => true,
            Some(_) => !has_content,
            None => self.status.is_some() && !self.is_resource(),
        }
    }

    /// Whether the body can be about the resource at `asked`.
    pub(super) fn is_about(&self, asked: &Url) -> bool {
        let text =
            |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
        let (id, name) = (text(&self.id), text(&self.name));
        is_about(asked, id.as_deref(), name.as_deref())
    }

    /// Whether the body is an object that says which resource it is. An error or a list answered with
    /// 200 does not.
    pub(super) fn is_resource(&self) -> bool {
        self.resource_type.is_some() || self.id.is_some() || self.name.is_some()
    }

    /// What the resource says of its own state; without a word it is as it should be.
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

/// A member that is there, `null` or not.
fn present<'de, D: Deserializer<'de>>(member: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(member).map(Some)
}

/// Whether the text is one word of ASCII, as every documented status is.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
