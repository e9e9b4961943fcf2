//! Reads the errors of Microsoft Entra ID.

use uuid::Uuid;

use crate::credential::sign_in_cause::SignInCause;
use crate::credential::sign_in_failure::SignInFailure;
use crate::error::Error;
use crate::error::service::ServiceError;
use crate::exchange::Exchange;

/// The parts of an error that may be shown, numbers and ids, and its text, which may name the user.
pub(super) struct EntraError {
    code: Option<String>,
    cause: Option<SignInCause>,
    is_invalid_grant: bool,
    trace_id: Option<Uuid>,
    correlation_id: Option<Uuid>,
    text: String,
}

impl EntraError {
    /// Reads a text such as `AADSTS50076: … Trace ID: <guid> Correlation ID: <guid> Timestamp: …`.
    pub(super) fn read(text: &str) -> Self {
        let id = |name| text_after(text, name).and_then(|rest| rest.get(..36)?.parse().ok());
        let number = text_after(text, "AADSTS").and_then(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            matches!(digits.len(), 4..=12).then_some(digits)
        });
        Self {
            cause: number.as_deref().and_then(SignInCause::of_code),
            is_invalid_grant: false,
            code: number.map(|number| format!("AADSTS{number}")),
            trace_id: id("Trace ID: "),
            correlation_id: id("Correlation ID: "),
            text: text.to_owned(),
        }
    }

    /// Sets the ids that came as members of their own.
    #[cfg(feature = "oauth")]
    pub(super) fn with_ids(mut self, trace: Option<Uuid>, correlation: Option<Uuid>) -> Self {
        self.trace_id = trace.or(self.trace_id);
        self.correlation_id = correlation.or(self.correlation_id);
        self
    }

    /// Reads the members `error` and `suberror`, which also classify codes that we do not know.
    #[cfg(feature = "oauth")]
    pub(super) fn with_names(mut self, error: &str, suberror: &str) -> Self {
        self.is_invalid_grant = error == "invalid_grant";
        self.cause = self
            .cause
            .or_else(|| SignInCause::of_names(error, suberror));
        self
    }

    /// Creates the error: `what` failed, the code, what to do, and the ids for the support.
    pub(super) fn into_error(self, what: &str) -> Error {
        let mut message = what.to_owned();
        if let Some(code) = &self.code {
            message.push_str(&format!(", {code}"));
        }
        if let Some(cause) = self.cause {
            message.push_str(&format!(": {}", cause.next_step()));
        }
        let ids = [
            ("correlation id", self.correlation_id),
            ("trace id", self.trace_id),
        ];
        let ids = ids
            .iter()
            .filter_map(|(name, id)| Some(format!("{name} {}", (*id)?)));
        let ids: Vec<_> = ids.collect();
        if !ids.is_empty() {
            message.push_str(&format!(" ({})", ids.join(", ")));
        }
        Error::credential(message)
            .with_exchange(Exchange {
                request_id: self.trace_id.map(|id| id.to_string()),
                correlation_id: self.correlation_id.map(|id| id.to_string()),
                ..Exchange::default()
            })
            .with_service(Some(ServiceError::from_text(self.code, self.text)))
            .with_sign_in_failure(Some(SignInFailure {
                cause: self.cause,
                is_invalid_grant: self.is_invalid_grant,
                ..SignInFailure::default()
            }))
    }
}

fn text_after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split_once(name).map(|(_, rest)| rest)
}
