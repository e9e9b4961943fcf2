//! Edits a profile: reads it, changes it and writes it back with its etag, again on a conflict.

use std::error::Error as StdError;
use std::mem;

use billing_core::pipeline::in_operation;
use billing_core::{BoxFuture, Error, Response};

use crate::client::PartnerClient;
use crate::etag;
use crate::headers::header_options;
use crate::ids::{RequestIds, correlation_options};
use crate::if_match::IfMatch;
use crate::media::{Media, media_options};
use crate::models::CustomerBillingProfile;
use crate::update_profile::{content, without_metadata};

/// An error that the function of an edit may return.
type BoxError = Box<dyn StdError + Send + Sync>;

/// The function of an edit.
type Change<'f> = Box<dyn FnMut(&mut CustomerBillingProfile) -> Result<(), BoxError> + Send + 'f>;

impl PartnerClient {
    /// Reads a customer's billing profile, changes it with `change`, and writes it back with its
    /// etag.
    ///
    /// If the profile was written by someone else in between, the edit starts again: `change` may
    /// run several times, each time on a profile that was just read. Nothing is written if it
    /// changes nothing.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let updated = client
    ///     .edit_customer_billing_profile(customer_id, |profile| {
    ///         profile.company_name = Some("Fabrikam, Inc.".to_owned());
    ///     })
    ///     .await?;
    /// println!("{:?}", updated.outcome());
    /// # Ok(())
    /// # }
    /// ```
    pub fn edit_customer_billing_profile<'f>(
        &self,
        customer_id: &str,
        mut change: impl FnMut(&mut CustomerBillingProfile) + Send + 'f,
    ) -> EditCustomerBillingProfile<'f> {
        self.try_edit_customer_billing_profile(customer_id, move |profile| {
            change(profile);
            Ok::<_, BoxError>(())
        })
    }

    /// Edits a customer's billing profile with a change that can fail; otherwise the same as
    /// [`edit_customer_billing_profile`](Self::edit_customer_billing_profile).
    ///
    /// If `change` fails, nothing is written, and its error is the
    /// [source](std::error::Error::source) of an error that [is refused](Error::is_edit_refused).
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let updated = client
    ///     .try_edit_customer_billing_profile(customer_id, |profile| {
    ///         let address = profile.default_address.as_mut().ok_or("the profile has no address")?;
    ///         address.city = Some("Tacoma".to_owned());
    ///         Ok::<_, &str>(())
    ///     })
    ///     .await?;
    /// # drop(updated);
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_edit_customer_billing_profile<'f, E: Into<BoxError>>(
        &self,
        customer_id: &str,
        mut change: impl FnMut(&mut CustomerBillingProfile) -> Result<(), E> + Send + 'f,
    ) -> EditCustomerBillingProfile<'f> {
        EditCustomerBillingProfile {
            media: self.media().clone(),
            client: self.clone(),
            customer_id: customer_id.to_owned(),
            change: Box::new(move |profile| change(profile).map_err(Into::into)),
            attempts: 3,
            sends_if_match: true,
            #[cfg(feature = "preflight")]
            has_preflight: false,
            ids: RequestIds::generate(),
        }
    }
}

/// Builder of an edit; created by [`PartnerClient::edit_customer_billing_profile`] and
/// [`PartnerClient::try_edit_customer_billing_profile`].
///
/// Each request has its own request id; all share one correlation id.
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct EditCustomerBillingProfile<'f> {
    client: PartnerClient,
    customer_id: String,
    change: Change<'f>,
    attempts: u32,
    sends_if_match: bool,
    #[cfg(feature = "preflight")]
    has_preflight: bool,
    media: Media,
    ids: RequestIds,
}

impl EditCustomerBillingProfile<'_> {
    /// Sets how many times the profile is read, changed and written at most; 3 by default, and at
    /// least 1.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let edit = client.edit_customer_billing_profile(customer_id, |profile| {
    ///     profile.company_name = Some("Fabrikam, Inc.".to_owned());
    /// });
    /// let updated = edit.with_attempts(5).await?;
    /// # drop(updated);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Leaves the `If-Match` header out; the etag that was read still goes in the body.
    ///
    /// A profile without a usable etag can only be edited this way. A change that someone else
    /// makes between the read and the write is then overwritten, unless the service compares the
    /// etag in the body.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let edit = client.edit_customer_billing_profile(customer_id, |profile| {
    ///     profile.company_name = Some("Fabrikam, Inc.".to_owned());
    /// });
    /// let updated = edit.without_if_match().await?;
    /// # drop(updated);
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_if_match(mut self) -> Self {
        self.sends_if_match = false;
        self
    }

    /// Checks the changed profile against its country's rules before it is written, as
    /// [`PartnerClient::preflight`] does, and does not write a profile that certainly breaks them.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: partner_client::PartnerClient,
    /// #     customer_id: &str,
    /// # ) -> Result<(), partner_client::Error> {
    /// use std::error::Error as _;
    ///
    /// use partner_client::PreflightRefusal;
    ///
    /// let edit = client.edit_customer_billing_profile(customer_id, |profile| {
    ///     let address = profile.default_address.get_or_insert_default();
    ///     address.postal_code = Some("ABC".to_owned());
    /// });
    /// if let Err(error) = edit.with_preflight().await {
    ///     let source = error.source();
    ///     let refusal = source.and_then(|source| source.downcast_ref::<PreflightRefusal>());
    ///     for finding in refusal.map(PreflightRefusal::findings).unwrap_or_default() {
    ///         println!("{finding}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "preflight")]
    pub fn with_preflight(mut self) -> Self {
        self.has_preflight = true;
        self
    }

    media_options!();
    correlation_options!();
    header_options!();

    /// Reads, changes and writes the profile until a write meets the etag that was read; `.await`
    /// on the builder does the same.
    ///
    /// Nothing is written if only `attributes` and `links`, which the service writes itself, differ
    /// after the change: the response is then that of the read, and its
    /// [`outcome`](Response::outcome) is `None`. After a write, the outcome compares the profile
    /// in the response with the changed profile.
    ///
    /// # Errors
    /// - Those of [reading the profile](crate::GetCustomerBillingProfile::send): nothing was
    ///   changed.
    /// - A protocol error for a profile whose etag is missing, empty or `*`, unless the edit goes
    ///   [without `If-Match`](Self::without_if_match): nothing was changed.
    /// - [Refused](Error::is_edit_refused) by the function of
    ///   [`PartnerClient::try_edit_customer_billing_profile`], whose error is the source, or by
    ///   `with_preflight`, with a `PreflightRefusal` as the source: nothing was changed.
    /// - Those of [updating the profile](crate::UpdateCustomerBillingProfile::send), except a stale
    ///   etag, after which the edit starts again. It does not start again after an update whose
    ///   outcome is unknown: [`Error::may_have_taken_effect`] is true.
    /// - A conflict if the last attempt also met a stale etag: nothing was changed.
    pub async fn send(self) -> Result<Response<CustomerBillingProfile>, Error> {
        in_operation("EditCustomerBillingProfile", self.run()).await
    }

    async fn run(mut self) -> Result<Response<CustomerBillingProfile>, Error> {
        let transport = self.client.transport().clone();
        let started = transport.clock().elapsed();
        for attempt in 1.. {
            let with_totals = |error: Error| {
                let elapsed = transport.clock().elapsed().saturating_sub(started);
                error.with_attempts(attempt, elapsed)
            };
            let edited = match self.read_and_change().await.map_err(with_totals)? {
                Reading::Unchanged(response) => return Ok(*response),
                Reading::Changed(edited) => edited,
            };
            match self.write(*edited).await {
                // This update may be what made the etag stale: a new attempt could apply the change
                // twice.
                Err(error) if error.may_have_taken_effect() => return Err(with_totals(error)),
                Err(error) if error.is_stale_etag() && attempt >= self.attempts => {
                    return Err(with_totals(Error::conflict(attempt, error)));
                }
                Err(error) if error.is_stale_etag() => {}
                other => return other.map_err(with_totals),
            }
        }
        Err(Error::invalid_input("no attempt was allowed"))
    }

    async fn read_and_change(&mut self) -> Result<Reading, Error> {
        let response = self
            .client
            .get_customer_billing_profile(&self.customer_id)
            .with_media_and_ids(self.media.clone(), self.next_ids())
            .send()
            .await?;
        let etag = etag::usable_etag(response.body()).map(str::to_owned);
        if etag.is_none() && self.sends_if_match {
            return Err(response.refuse(
                "but the profile has no usable etag, without which an edit could undo the change of someone \
                 else; to edit it anyway, leave If-Match out",
                false,
            ));
        }
        let before = without_metadata(response.body());
        let mut profile = response.body().clone();
        (self.change)(&mut profile).map_err(|source| {
            Error::edit_refused("the change was refused before it was written", source)
        })?;
        if without_metadata(&profile) == before {
            return Ok(Reading::Unchanged(Box::new(response)));
        }
        // Whatever the change did to the etag: the write is about the profile that was read.
        match (&mut profile.attributes, etag) {
            (None, None) => {}
            (attributes, etag) => attributes.get_or_insert_default().etag = etag,
        }
        #[cfg(feature = "preflight")]
        if self.has_preflight {
            let check = self.client.preflight(&profile).with_ids(self.next_ids());
            check.require_no_certain_finding().await?;
        }
        Ok(Reading::Changed(Box::new(Edited {
            before: content(&before),
            id: response.into_body().id,
            profile,
        })))
    }

    async fn write(&mut self, edited: Edited) -> Result<Response<CustomerBillingProfile>, Error> {
        let if_match = if self.sends_if_match {
            IfMatch::WhenKnown
        } else {
            IfMatch::Never
        };
        self.client
            .update_customer_billing_profile(&self.customer_id, &edited.profile)
            .with_if_match(if_match)
            .with_media_and_ids(self.media.clone(), self.next_ids())
            .with_read(edited.before, edited.id)
            .send()
            .await
    }

    fn next_ids(&mut self) -> RequestIds {
        let next = self.ids.next();
        mem::replace(&mut self.ids, next)
    }
}

impl<'f> IntoFuture for EditCustomerBillingProfile<'f> {
    type Output = Result<Response<CustomerBillingProfile>, Error>;
    type IntoFuture = BoxFuture<'f, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// A profile that was read, before and after the change.
enum Reading {
    Unchanged(Box<Response<CustomerBillingProfile>>),
    Changed(Box<Edited>),
}

struct Edited {
    /// Content of the profile that was read.
    before: Option<Vec<u8>>,
    /// The profile's own id that was read.
    id: Option<String>,
    profile: CustomerBillingProfile,
}
