//! `PUT …/customers/{id}/profiles/billing`.

use std::fmt;

use billing_core::http::Method;
use billing_core::http::header::IF_MATCH;
use billing_core::pipeline::{Change, Request, is_equivalent};
use billing_core::{Error, Response, request_builder};

use crate::client::PartnerClient;
use crate::get_profile::{fetch, profile_request, require_profile};
use crate::headers::header_options;
use crate::ids::{RequestIds, id_options};
use crate::if_match::IfMatch;
use crate::media::{Document, Media, media_options};
use crate::models::{CUSTOMER_BILLING_PROFILE, CustomerBillingProfile};

impl PartnerClient {
    /// Replaces a customer's billing profile by `profile`, the full resource: the service forgets
    /// every member that it leaves out. Start from a profile that was just read, or use
    /// [`edit_customer_billing_profile`](Self::edit_customer_billing_profile).
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let mut profile = client.get_customer_billing_profile(customer_id).await?.into_body();
    /// profile.company_name = Some("Fabrikam, Inc.".to_owned());
    /// let updated = client.update_customer_billing_profile(customer_id, &profile).await?;
    /// println!("stored by request {:?}", updated.request_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_customer_billing_profile(
        &self,
        customer_id: &str,
        profile: &CustomerBillingProfile,
    ) -> UpdateCustomerBillingProfile {
        UpdateCustomerBillingProfile {
            media: self.media().clone(),
            client: self.clone(),
            customer_id: customer_id.to_owned(),
            profile: Document::of(profile),
            before: None,
            id: None,
            etag: profile.attributes.as_ref().and_then(|own| own.etag.clone()),
            if_match: IfMatch::default(),
            ids: RequestIds::generate(),
        }
    }
}

/// Request builder of [`PartnerClient::update_customer_billing_profile`].
#[derive(Clone)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct UpdateCustomerBillingProfile {
    client: PartnerClient,
    customer_id: String,
    profile: Document,
    /// Content of the profile as it was read, if it is known.
    before: Option<Vec<u8>>,
    /// The profile's own id as it was read.
    id: Option<String>,
    /// The profile's own etag.
    etag: Option<String>,
    if_match: IfMatch,
    media: Media,
    ids: RequestIds,
}

impl UpdateCustomerBillingProfile {
    /// Chooses the `If-Match` header; by default the profile's etag.
    ///
    /// ```no_run
    /// # use partner_client::models::CustomerBillingProfile;
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(
    /// #     client: PartnerClient,
    /// #     customer_id: &str,
    /// #     profile: CustomerBillingProfile,
    /// # ) -> Result<(), Error> {
    /// use partner_client::IfMatch;
    ///
    /// let request = client.update_customer_billing_profile(customer_id, &profile);
    /// let updated = request.with_if_match(IfMatch::Never).await?;
    /// # drop(updated);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_if_match(mut self, if_match: IfMatch) -> Self {
        self.if_match = if_match;
        self
    }

    /// Sends this JSON instead, byte for byte.
    #[cfg(feature = "__exact")]
    pub(crate) fn with_json(mut self, json: &[u8]) -> Self {
        self.profile = Document::of_json(json);
        self
    }

    media_options!();
    id_options!();
    header_options!();

    /// Replaces the media types and all ids.
    pub(crate) fn with_media_and_ids(mut self, media: Media, ids: RequestIds) -> Self {
        self.media = media;
        self.ids = ids;
        self
    }

    /// Sets what was read of the profile before: its content, for the outcome, and its own id, to
    /// compare with that of the response.
    pub(crate) fn with_read(mut self, before: Option<Vec<u8>>, id: Option<String>) -> Self {
        self.before = before;
        self.id = id;
        self
    }

    /// Sends the request and returns the profile as the service stored it; `.await` on the builder
    /// does the same.
    ///
    /// A success response does not prove that the change was stored: [`Response::outcome`] compares
    /// the profile in the response with the profile that was sent. It is `None` for a profile of
    /// more than 1 MiB.
    ///
    /// While the outcome is unknown, the update is retried with the same request id, as the
    /// [`RetryPolicy`] allows. If the etag is stale by then, the profile is read back: if it equals
    /// the profile that was sent, the update succeeded.
    ///
    /// [`RetryPolicy`]: crate::RetryPolicy
    ///
    /// # Errors
    /// - Invalid input for a customer id that no URL, an etag or option that no header, or a
    ///   profile that its media type cannot carry; no token; no connection: nothing was sent.
    /// - An error response in the 400s, except 408 and 499: nothing was changed. A stale etag is
    ///   400 with code 2055, or 412: [`Error::is_stale_etag`].
    /// - No response in time, a broken connection, 408, 499, any other status, a response that is
    ///   not a profile or is [that of another customer](Error::is_other_resource): the update may
    ///   have taken effect; read the profile to find out. If the response was a profile that could
    ///   not be read as a whole, [`Error::etag`] has its new etag.
    ///
    /// A future that is dropped before it ends may still have sent the update.
    pub async fn send(self) -> Result<Response<CustomerBillingProfile>, Error> {
        let request = self.request()?;
        let id = self.id.as_deref();
        let response = match fetch(&self.client, &request, &self.customer_id, id).await {
            Ok(response) => require_profile(response, true)?,
            Err(error) if error.is_stale_etag() && error.may_have_taken_effect() => {
                self.read_back().await.ok_or(error)?
            }
            Err(error) => return Err(error),
        };
        let (profile, before) = (self.profile, self.before);
        Ok(response.with_change(move || {
            let requested: CustomerBillingProfile = profile.read().ok()?;
            Change::of_document_texts(before.as_deref(), &content(&requested)?)
        }))
    }

    /// Reads the profile, and returns it if it equals the one that was sent: an attempt whose
    /// response was lost may be what changed the etag.
    async fn read_back(&self) -> Option<Response<CustomerBillingProfile>> {
        let current = self
            .client
            .get_customer_billing_profile(&self.customer_id)
            .with_media_and_ids(self.media.clone(), self.ids.next())
            .send()
            .await
            .ok()?;
        let sent: CustomerBillingProfile = self.profile.read().ok()?;
        // The whole profile: the service was to forget what the update left out.
        let (sent, stored) = (without_metadata(&sent), without_metadata(current.body()));
        is_equivalent(&sent, &stored).then_some(current)
    }

    pub(crate) fn request(&self) -> Result<Request, Error> {
        let mut request = profile_request(&self.client, Method::PUT, &self.customer_id)?;
        request.set_idempotent_by_id();
        request.set_operation("UpdateCustomerBillingProfile");
        self.ids.set_on(&mut request);
        if let Some(tag) = self.if_match.header(self.etag.as_deref())? {
            request.set_header(IF_MATCH, &tag)?;
        }
        self.media.set_accept(&mut request)?;
        self.media
            .set_body(&mut request, &self.profile, &CUSTOMER_BILLING_PROFILE)?;
        Ok(request)
    }
}

request_builder!(UpdateCustomerBillingProfile => Response<CustomerBillingProfile>);

// A profile has personal data.
impl fmt::Debug for UpdateCustomerBillingProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateCustomerBillingProfile")
            .field("customer_id", &self.customer_id)
            .field("profile", &self.profile)
            .field("etag", &self.etag)
            .field("if_match", &self.if_match)
            .field("media", &self.media)
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}

/// Returns the profile without the two members that only the service writes.
pub(crate) fn without_metadata(profile: &CustomerBillingProfile) -> CustomerBillingProfile {
    profile.clone().clear_attributes().clear_links()
}

/// Returns the profile without metadata as JSON; `None` for a profile that has no JSON, or more
/// than 1 MiB of it, since comparing it takes many times its size.
pub(crate) fn content(profile: &CustomerBillingProfile) -> Option<Vec<u8>> {
    const LIMIT: usize = 1024 * 1024;
    let content = serde_json::to_vec(&without_metadata(profile)).ok();
    content.filter(|content| content.len() <= LIMIT)
}
