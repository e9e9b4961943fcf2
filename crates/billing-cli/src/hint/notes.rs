//! The facts below an error: what the service said, what was stored when it was last read, the ids to quote.

use billing_core::Error;

use super::Call;
use crate::credential;
use crate::outcome;

/// What helps to find the cause: the service's own words and single findings, and the ids to quote to
/// support.
pub(super) fn notes(error: &Error, call: &Call<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(outcome) = error.outcome() {
        let unapplied = outcome.unapplied();
        if !unapplied.is_empty() {
            let unapplied: Vec<_> = unapplied.iter().collect();
            let seen = outcome::named(&unapplied, None, call.before.as_ref(), call.shorten);
            notes.push(format!(
                "{} when it was last read: {seen}",
                outcome::word(outcome)
            ));
        }
    }
    if let Some(message) = error.service_error().and_then(|all| all.message()) {
        if error.is_credential() {
            notes.extend(credential::words(message));
        } else {
            notes.push(format!("the service says: {message}"));
        }
    }
    for detail in error
        .service_error()
        .map(|all| all.details())
        .unwrap_or_default()
    {
        let parts = [detail.target(), detail.code(), detail.message()];
        let parts = parts.into_iter().flatten();
        let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
        notes.push(parts.join(": "));
    }
    // Only what has reached the service is known to it.
    if error.status().is_some() || error.may_have_taken_effect() {
        let ids = [
            ("request id", error.request_id()),
            ("correlation id", error.correlation_id()),
        ];
        let ids = ids.into_iter();
        let ids: Vec<_> = ids
            .filter_map(|(name, id)| Some(format!("{name} {}", id?)))
            .collect();
        if !ids.is_empty() {
            notes.push(ids.join(", "));
        }
    }
    notes
}
