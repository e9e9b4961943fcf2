//! `PUT …/profiles/billing`.

use std::fmt;

use billing_core::http::Method;
use billing_core::http::header::IF_MATCH;
use billing_core::pipeline::{Change, Request, is_equivalent};
use billing_core::{Error, RequestPreview, Response};

use crate::get_profile::{fetch, require_profile};
use crate::headers::header_options;
use crate::ids::{CallIds, id_options};
use crate::media::{Accept, ContentType, Document, Media};
use crate::models::{CUSTOMER_BILLING_PROFILE, CustomerBillingProfile};
use crate::{IfMatch, PartnerClient};

/// Replaces a customer's billing profile; made by
/// [`PartnerClient::update_customer_billing_profile`].
#[derive(Clone)]
#[must_use = "nothing happens before `send().await`"]
pub struct UpdateCustomerBillingProfile {
    client: PartnerClient,
    customer_id: String,
    profile: Document,
    /// The profile as it was read, if it is known.
    before: Option<Vec<u8>>,
    /// The profile's own id as it was read.
    id: Option<String>,
    /// The profile's own.
    etag: Option<String>,
    if_match: IfMatch,
    media: Media,
    ids: CallIds,
}

impl UpdateCustomerBillingProfile {
    pub(crate) fn new(
        client: PartnerClient,
        customer_id: &str,
        profile: &CustomerBillingProfile,
    ) -> Self {
        Self {
            media: client.media().clone(),
            client,
            customer_id: customer_id.to_owned(),
            profile: Document::of(profile),
            before: None,
            id: None,
            etag: profile.attributes.as_ref().and_then(|own| own.etag.clone()),
            if_match: IfMatch::default(),
            ids: CallIds::generate(),
        }
    }

    /// Chooses the `If-Match` header; the profile's etag by default.
    pub fn with_if_match(mut self, if_match: IfMatch) -> Self {
        self.if_match = if_match;
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

    id_options!();
    header_options!();

    pub(crate) fn with_ids(mut self, ids: CallIds) -> Self {
        self.ids = ids;
        self
    }

    /// Says what was read of the profile before: its content, for the outcome, and its own id, for
    /// the answer's.
    pub(crate) fn with_read(mut self, before: Option<Vec<u8>>, id: Option<String>) -> Self {
        self.before = before;
        self.id = id;
        self
    }

    pub(crate) fn with_media(mut self, media: Media) -> Self {
        self.media = media;
        self
    }

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a customer id that no URL, an etag that no header, or a profile that its media type cannot carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the request and gives the profile as the service stored it.
    ///
    /// A success of the service is not yet one of the change: [`Response::outcome`] tells whether
    /// the profile that came back has what was sent. There is none for a profile of more than 1
    /// MiB.
    ///
    /// While the outcome is unknown it is sent again with the same request id, as the [`RetryPolicy`]
    /// says. If the etag is stale by then, the profile is read: one that is as it was to become, means
    /// success.
    ///
    /// [`RetryPolicy`]: crate::RetryPolicy
    ///
    /// # Errors
    /// - Invalid input for a customer id that no URL, an etag that no header, or a profile that its media
    ///   type cannot carry; a credential without a token; no connection: nothing was sent.
    /// - The service's refusal in the 400s, but for 408 and 499: nothing was changed. A stale etag is
    ///   400 with code 2055, or 412: [`Error::is_stale_etag`].
    /// - No answer in time, a broken connection, 408, 499, any other status, an answer that is not
    ///   a profile or [that of another customer](Error::is_other_resource): the update may have
    ///   taken effect; read the profile to know. [`Error::etag`] has the new etag where a profile
    ///   came that could not be read as a whole.
    ///
    /// A future that is dropped before it ends may have sent the update all the same.
    pub async fn send(self) -> Result<Response<CustomerBillingProfile>, Error> {
        let request = self.request()?;
        let response = match fetch(
            &self.client,
            &request,
            (&self.customer_id, self.id.as_deref()),
        )
        .await
        {
            Ok(response) => require_profile(response, true)?,
            Err(error) if error.is_stale_etag() && error.may_have_taken_effect() => {
                self.found_done().await.ok_or(error)?
            }
            Err(error) => return Err(error),
        };
        let (profile, before) = (self.profile, self.before);
        Ok(response.with_change(move || {
            let wanted: CustomerBillingProfile = profile.read().ok()?;
            Change::of_document_texts(before.as_deref(), &content(&wanted)?)
        }))
    }

    /// The profile as it is, if that is what was to be written: an attempt whose answer was lost may be
    /// what has changed the etag.
    async fn found_done(&self) -> Option<Response<CustomerBillingProfile>> {
        let get = self.client.get_customer_billing_profile(&self.customer_id);
        let get = get.with_media(self.media.clone());
        let current = get.with_ids(self.ids.next()).send().await.ok()?;
        let written = self.profile.read().ok()?;
        // All of it: what the update left out was to be forgotten.
        let (written, stored) = (
            without_bookkeeping(&written),
            without_bookkeeping(current.body()),
        );
        is_equivalent(&written, &stored).then_some(current)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = self.client.profile(Method::PUT, &self.customer_id)?;
        request.set_idempotent_by_id();
        request.set_operation("UpdateCustomerBillingProfile");
        self.ids.put_on(&mut request);
        if let Some(tag) = self.if_match.header(self.etag.as_deref())? {
            request.set_header(IF_MATCH, &tag)?;
        }
        self.media.ask(&mut request)?;
        self.media
            .send(&mut request, &self.profile, &CUSTOMER_BILLING_PROFILE)?;
        Ok(request)
    }
}

// A profile is about a person.
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

/// A profile without the two members that the service writes itself.
pub(crate) fn without_bookkeeping(profile: &CustomerBillingProfile) -> CustomerBillingProfile {
    profile.clone().clear_attributes().clear_links()
}

/// The same as JSON; `None` for one that has no JSON, or more
/// than 1 MiB of it: it is there to be compared, which takes many times its size.
pub(crate) fn content(profile: &CustomerBillingProfile) -> Option<Vec<u8>> {
    const LIMIT: usize = 1024 * 1024;
    let content = serde_json::to_vec(&without_bookkeeping(profile)).ok();
    content.filter(|content| content.len() <= LIMIT)
}
