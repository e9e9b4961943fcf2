//! Get, change, put; again from the start when somebody else was faster.

use std::error::Error as StdError;

use billing_core::pipeline::{VectorCounter, in_operation};
use billing_core::{CorrelationId, CorrelationVector, Error, Response};

use crate::headers::header_options;
use crate::ids::CallIds;
use crate::media::{Accept, ContentType, Media};
use crate::models::CustomerBillingProfile;
use crate::preflight::PreflightRefusal;
use crate::update_profile::{content, without_bookkeeping};
use crate::{Finding, IfMatch, PartnerClient, etag};

/// What the function of an edit may return as its error.
pub(crate) type Refusal = Box<dyn StdError + Send + Sync>;

/// Edits a customer's billing profile; made by [`PartnerClient::edit`] and
/// [`PartnerClient::try_edit`].
///
/// Each request gets a request id of its own; all share one correlation id.
#[must_use = "nothing happens before `send().await`"]
pub struct EditCustomerBillingProfile<F> {
    client: PartnerClient,
    customer_id: String,
    change: F,
    attempts: u32,
    sends_if_match: bool,
    has_preflight: bool,
    media: Media,
    ids: CallIds,
}

impl<F: FnMut(&mut CustomerBillingProfile) -> Result<(), Refusal>> EditCustomerBillingProfile<F> {
    pub(crate) fn new(client: PartnerClient, customer_id: &str, change: F) -> Self {
        Self {
            media: client.media().clone(),
            client,
            customer_id: customer_id.to_owned(),
            change,
            attempts: 3,
            sends_if_match: true,
            has_preflight: false,
            ids: CallIds::generate(),
        }
    }

    /// How often the whole of it is tried, at least once; 3 by default.
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Leaves the `If-Match` header out; the etag that was read still goes in the body. A profile
    /// without a usable etag can be edited this way only, and what somebody else writes meanwhile
    /// is overwritten then.
    pub fn without_if_match(mut self) -> Self {
        self.sends_if_match = false;
        self
    }

    /// Checks the changed profile against its country's rules before it is written, as
    /// [`PartnerClient::preflight`] does, and writes only what the service will take as far as they
    /// say.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let builder = billing_emulator::Emulator::builder().sample_data();
    /// # let emulator = builder.start().await?;
    /// # let credential = partner_client::StaticToken::new(emulator.token().reveal());
    /// # let client = partner_client::PartnerClient::new(emulator.partner_url().parse()?, credential)?;
    /// # let customer_id = billing_emulator::SAMPLE_CUSTOMER_ID;
    /// use std::error::Error as _;
    ///
    /// use partner_client::PreflightRefusal;
    ///
    /// let edit = client.edit(customer_id, |profile| {
    ///     let address = profile.default_address.get_or_insert_default();
    ///     address.postal_code = Some("ABC".to_owned());
    /// });
    /// let error = edit.with_preflight().send().await.unwrap_err();
    /// assert!(error.is_edit_refused());
    /// let refusal = error.source().and_then(|source| source.downcast_ref::<PreflightRefusal>());
    /// let findings = refusal.map(PreflightRefusal::findings).unwrap_or_default();
    /// assert_eq!(findings[0].member(), "defaultAddress.postalCode");
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_preflight(mut self) -> Self {
        self.has_preflight = true;
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

    /// Goes on from this `MS-CV` instead of a fresh one: it is extended once, and counted up for
    /// each request that leaves. [Increment](CorrelationVector::increment) it before it is given to
    /// another call.
    pub fn with_correlation_vector(mut self, vector: CorrelationVector) -> Self {
        self.ids.vectors = VectorCounter::extending(&vector);
        self
    }

    header_options!();

    /// Reads, changes and writes until the write meets the profile that was read.
    ///
    /// Nothing is written if the change leaves the profile as it is, but for `attributes` and
    /// `links`, which the service writes itself: the response is then that of the read, and its
    /// [`outcome`](Response::outcome) is `None`. After a write, the outcome tells whether the
    /// profile that came back has what was changed.
    ///
    /// # Errors
    /// - All those of getting: nothing was changed.
    /// - A protocol error for a profile whose etag is missing, empty or `*`, unless the edit goes
    ///   [without](Self::without_if_match): nothing was changed.
    /// - [Refused](Error::is_edit_refused) by the function of [`PartnerClient::try_edit`], whose
    ///   error is the source, or [before the write](Self::with_preflight), with a
    ///   [`PreflightRefusal`] as the source: nothing was changed.
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
            let edited = match self.read_and_change().await.map_err(sum_up)? {
                Reading::Unchanged(response) => return Ok(*response),
                Reading::Changed(edited) => edited,
            };
            match self.write(edited).await {
                // What was sent may be what made the etag stale: to change it again would be to
                // change it twice.
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

    async fn read_and_change(&mut self) -> Result<Reading, Error> {
        let get = self.client.get_customer_billing_profile(&self.customer_id);
        let get = get.with_media(self.media.clone());
        let response = get.with_ids(self.next_ids()).send().await?;
        let etag = etag::usable_etag(response.body()).map(str::to_owned);
        if etag.is_none() && self.sends_if_match {
            return Err(response.refuse(
                "but the profile has no usable etag, without which an edit could undo somebody else's; to edit \
                 it all the same, leave If-Match out",
                false,
            ));
        }
        let before = without_bookkeeping(response.body());
        let mut profile = response.body().clone();
        (self.change)(&mut profile).map_err(|source| {
            Error::edit_refused("the change was refused before it was written", source)
        })?;
        if without_bookkeeping(&profile) == before {
            return Ok(Reading::Unchanged(Box::new(response)));
        }
        // Whatever became of it in the change: the write is about the profile that was read.
        match (&mut profile.attributes, etag) {
            (None, None) => {}
            (attributes, etag) => attributes.get_or_insert_default().etag = etag,
        }
        if self.has_preflight {
            self.preflight(&profile).await?;
        }
        Ok(Reading::Changed(Box::new(Edited {
            before: content(&before),
            id: response.into_body().id,
            profile,
        })))
    }

    /// Refuses a profile that the service will not take, as far as its country's rules say.
    async fn preflight(&mut self, profile: &CustomerBillingProfile) -> Result<(), Error> {
        let check = self.client.preflight(profile);
        let mut findings = check.with_ids(self.next_ids()).send().await?;
        findings.retain(Finding::is_certain);
        if findings.is_empty() {
            return Ok(());
        }
        Err(Error::edit_refused(
            "the changed profile breaks its country's rules and was not written",
            PreflightRefusal::new(findings),
        ))
    }

    async fn write(
        &mut self,
        edited: Box<Edited>,
    ) -> Result<Response<CustomerBillingProfile>, Error> {
        let Edited {
            before,
            id,
            profile,
        } = *edited;
        let update = self
            .client
            .update_customer_billing_profile(&self.customer_id, &profile);
        let if_match = if self.sends_if_match {
            IfMatch::WhenKnown
        } else {
            IfMatch::Never
        };
        update
            .with_if_match(if_match)
            .with_media(self.media.clone())
            .with_ids(self.next_ids())
            .with_read(before, id)
            .send()
            .await
    }

    fn next_ids(&mut self) -> CallIds {
        let next = self.ids.next();
        std::mem::replace(&mut self.ids, next)
    }
}

/// A profile as it was read, and what the change made of it.
enum Reading {
    Unchanged(Box<Response<CustomerBillingProfile>>),
    Changed(Box<Edited>),
}

struct Edited {
    /// The content that was read.
    before: Option<Vec<u8>>,
    /// The profile's own id, as it was read.
    id: Option<String>,
    profile: CustomerBillingProfile,
}
