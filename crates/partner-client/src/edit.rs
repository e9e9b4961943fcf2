//! Get, change, put; again from the start when somebody else was faster.

use billing_core::wire::{VectorCounter, in_operation};
use billing_core::{CorrelationId, CorrelationVector, Error, Response};

use crate::headers::header_options;
use crate::ids::CallIds;
use crate::media::{Accept, ContentType, Media};
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
    sends_if_match: bool,
    media: Media,
    ids: CallIds,
}

impl<F: FnMut(&mut CustomerBillingProfile)> EditCustomerBillingProfile<F> {
    pub(crate) fn new(client: PartnerClient, customer_id: &str, change: F) -> Self {
        Self {
            media: client.media().clone(),
            client,
            customer_id: customer_id.to_owned(),
            change,
            attempts: 3,
            sends_if_match: true,
            ids: CallIds::generate(),
        }
    }

    /// How often the whole of it is tried, at least once; 3 by default.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Leaves the `If-Match` header out; the etag that was read still goes in the body.
    pub fn without_if_match(mut self) -> Self {
        self.sends_if_match = false;
        self
    }

    /// Sends the profile in this media type instead of the client's.
    pub fn with_content_type(mut self, content_type: impl Into<ContentType>) -> Self {
        self.media.content_type = content_type.into();
        self
    }

    /// Asks for these media types instead of the client's.
    pub fn with_accept(mut self, accept: impl Into<Accept>) -> Self {
        self.media.accept = accept.into();
        self
    }

    /// Sends this `MS-CorrelationId` with every request instead of a fresh one.
    pub fn with_correlation_id(mut self, id: CorrelationId) -> Self {
        self.ids.correlation = id;
        self
    }

    /// Goes on from this `MS-CV` instead of a fresh one: it is extended once, and counted up for each request that
    /// leaves. [Increment](CorrelationVector::increment) it before it is given to another call.
    pub fn with_correlation_vector(mut self, vector: CorrelationVector) -> Self {
        self.ids.vectors = VectorCounter::extending(&vector);
        self
    }

    header_options!();

    /// Reads, changes and writes until the write meets the profile that was read.
    ///
    /// # Errors
    /// - All those of getting: nothing was changed.
    /// - All those of updating but a stale etag, which is tried again; an update whose outcome is
    ///   unknown is not, and [`Error::may_have_taken_effect`] says so.
    /// - A conflict when the last attempt met a stale etag too; nothing was changed.
    pub async fn send(self) -> Result<Response<CustomerBillingProfile>, Error> {
        in_operation("EditCustomerBillingProfile", self.try_and_again()).await
    }

    async fn try_and_again(mut self) -> Result<Response<CustomerBillingProfile>, Error> {
        let transport = self.client.transport().clone();
        let started = transport.clock().elapsed();
        for attempt in 1.. {
            let sum_up = |error: Error| {
                let elapsed = transport.clock().elapsed().saturating_sub(started);
                error.with_attempts(attempt, elapsed)
            };
            let (profile, etag) = self.read_and_change().await.map_err(sum_up)?;
            match self.write(&profile, etag).await {
                // What was sent may be what made the etag stale: to change it again would be to change it twice.
                Err(error) if error.may_have_taken_effect() => {
                    return Err(sum_up(error));
                }
                Err(error) if error.is_stale_etag() && attempt >= self.attempts => {
                    return Err(sum_up(Error::conflict(attempt, error)));
                }
                Err(error) if error.is_stale_etag() => {}
                other => return other.map_err(sum_up),
            }
        }
        Err(Error::invalid_input("no attempt was allowed"))
    }

    /// The profile after the change, and the etag it had before.
    async fn read_and_change(&mut self) -> Result<(CustomerBillingProfile, String), Error> {
        let get = self.client.get_customer_billing_profile(&self.customer_id);
        let get = get.with_media(self.media.clone());
        let response = get.with_ids(self.next_ids()).send().await?;
        let attributes = response.body().attributes.as_ref();
        let Some(etag) = attributes.and_then(|attributes| attributes.etag.clone()) else {
            let message =
                "but the profile has no etag, without which an edit could undo somebody else's";
            return Err(response.refuse(message, false));
        };
        let mut profile = response.into_body();
        (self.change)(&mut profile);
        // Whatever became of it in the change: the write is about the profile that was read.
        profile.attributes.get_or_insert_default().etag = Some(etag.clone());
        Ok((profile, etag))
    }

    async fn write(
        &mut self,
        profile: &CustomerBillingProfile,
        etag: String,
    ) -> Result<Response<CustomerBillingProfile>, Error> {
        let if_match = if self.sends_if_match {
            IfMatch::Tag(etag)
        } else {
            IfMatch::Never
        };
        self.client
            .update_customer_billing_profile(&self.customer_id, profile)
            .with_if_match(if_match)
            .with_media(self.media.clone())
            .with_ids(self.next_ids())
            .send()
            .await
    }

    fn next_ids(&mut self) -> CallIds {
        let next = self.ids.next();
        std::mem::replace(&mut self.ids, next)
    }
}
