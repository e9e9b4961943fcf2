//! The reasons why a profile cannot be deleted.

use serde_json::Value;

use crate::store::{
    resource::{ProfileKey, Resource},
    state::{State, of_account},
};

/// A reason why a profile cannot be deleted, with its code in 2024-04-01. The texts are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Obstacle {
    #[error("A billing account keeps at least one billing profile, and this is the last one.")]
    LastBillingProfile,
    #[error("Charges of the billing profile are past due.")]
    OutstandingCharges,
}

impl Obstacle {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::LastBillingProfile => "LastBillingProfile",
            Self::OutstandingCharges => "OutstandingCharges",
        }
    }
}

/// Returns all reasons why a profile cannot be deleted.
pub(super) fn all(
    state: &State,
    key: &ProfileKey,
    stored: &Resource,
) -> impl Iterator<Item = Obstacle> {
    let is_last = of_account(&state.profiles, &key.account).take(2).count() == 1;
    let reason = stored.document.pointer("/properties/statusReasonCode");
    let is_past_due = reason.and_then(Value::as_str) == Some("PastDue");
    let last = is_last.then_some(Obstacle::LastBillingProfile);
    let past_due = is_past_due.then_some(Obstacle::OutstandingCharges);
    last.into_iter().chain(past_due)
}
