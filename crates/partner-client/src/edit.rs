//! Get, change, put; again from the start when somebody else was faster.

use billing_core::{CorrelationId, CorrelationVector, Error, Response};

use crate::ids::CallIds;
use crate::models::CustomerBillingProfile;
use crate::{IfMatch, PartnerClient};

/// Edits a customer's billing profile; made by [`PartnerClient::edit`].
///
/// Each request gets a request id of its own; all share one correlation id.
#[must_use = "nothing happens before `send().await`"]
pub struct EditCustomerBillingProfile<F> {
    client: PartnerClient,
    customer_id: String,
    change: F,
    attempts: u32,
    if_match: IfMatch,
    ids: CallIds,
}

impl<F: FnMut(&mut CustomerBillingProfile)> EditCustomerBillingProfile<F> {
    pub(crate) fn new(client: PartnerClient, customer_id: &str, change: F) -> Self {
        Self {
            client,
            customer_id: customer_id.to_owned(),
            change,
            attempts: 3,
            if_match: IfMatch::default(),
            ids: CallIds::generate(),
        }
    }

    /// How often the whole of it is tried, at least once; 3 by default.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Chooses the `If-Match` header; the etag of the profile as it was read by default.
    pub fn with_if_match(mut self, if_match: IfMatch) -> Self {
        self.if_match = if_match;
        self
    }

    /// Sends this `MS-CorrelationId` with every request instead of a fresh one.
    pub fn with_correlation_id(mut self, id: CorrelationId) -> Self {
        self.ids.correlation = id;
        self
    }

    /// Sends this `MS-CV` with the first request, and counts on from it.
    pub fn with_correlation_vector(mut self, vector: CorrelationVector) -> Self {
        self.ids.vector = vector;
        self
    }

    /// Reads, changes and writes until the write meets the profile that was read.
    ///
    /// # Errors
    /// - All those of getting: nothing was changed.
    /// - All those of updating but a stale etag, which is tried again; an update whose outcome is
    ///   unknown is not, and [`Error::may_have_taken_effect`] says so.
    /// - A conflict when the last attempt met a stale etag too; nothing was changed.
    pub async fn send(mut self) -> Result<Response<CustomerBillingProfile>, Error> {
        let mut attempt = 1;
        loop {
            let stale = match self.attempt().await {
                Err(error) if error.is_stale_etag() => error,
                other => return other,
            };
            if attempt >= self.attempts {
                return Err(Error::conflict(attempt, stale));
            }
            attempt += 1;
        }
    }

    async fn attempt(&mut self) -> Result<Response<CustomerBillingProfile>, Error> {
        let get = self.client.get_customer_billing_profile(&self.customer_id);
        let mut profile = get.with_ids(self.next_ids()).send().await?.into_body();
        (self.change)(&mut profile);
        let update = self
            .client
            .update_customer_billing_profile(&self.customer_id, &profile);
        update
            .with_if_match(self.if_match.clone())
            .with_ids(self.next_ids())
            .send()
            .await
    }

    fn next_ids(&mut self) -> CallIds {
        let next = self.ids.next();
        std::mem::replace(&mut self.ids, next)
    }
}
