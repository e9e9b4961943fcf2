//! `GET …/profiles/billing`.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, RequestPreview, Response};

use crate::PartnerClient;
use crate::etag;
use crate::headers::header_options;
use crate::identity::{require_customer, require_same};
use crate::ids::{CallIds, id_options};
use crate::media::{self, Accept, Media};
use crate::models::{CUSTOMER_BILLING_PROFILE, CustomerBillingProfile};

/// Gets a customer's billing profile; made by [`PartnerClient::get_customer_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct GetCustomerBillingProfile {
    client: PartnerClient,
    customer_id: String,
    media: Media,
    ids: CallIds,
}

impl GetCustomerBillingProfile {
    pub(crate) fn new(client: PartnerClient, customer_id: &str) -> Self {
        Self {
            media: client.media().clone(),
            client,
            customer_id: customer_id.to_owned(),
            ids: CallIds::generate(),
        }
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

    pub(crate) fn with_media(mut self, media: Media) -> Self {
        self.media = media;
        self
    }

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for a customer id that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the request, and again as the [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Invalid input for a customer id that no URL can carry.
    /// - A credential without a token, no connection, no response in time.
    /// - The service's refusal: 401, 403, 404 and the others of its "Error codes".
    /// - An answer that is not a profile, or is [that of another
    ///   customer](Error::is_other_resource) by its self link.
    ///
    /// A profile without an etag gets that of the header `ETag`, if there is one.
    pub async fn send(self) -> Result<Response<CustomerBillingProfile>, Error> {
        let request = self.request()?;
        let response = fetch(&self.client, &request, (&self.customer_id, None)).await?;
        require_profile(response, false)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = self.client.profile(Method::GET, &self.customer_id)?;
        request.set_operation("GetCustomerBillingProfile");
        self.ids.put_on(&mut request);
        self.media.ask(&mut request)?;
        Ok(request)
    }
}

/// The answer to a request for a customer's profile, in whichever media type it comes; `profile_id`
/// is the profile's own id, if it is known.
pub(crate) async fn fetch(
    client: &PartnerClient,
    request: &Request,
    (customer_id, profile_id): (&str, Option<&str>),
) -> Result<Response<CustomerBillingProfile>, Error> {
    let read = |content_type: Option<&str>, body: &[u8]| {
        let decode = |body: &[u8]| media::read(content_type, body, &CUSTOMER_BILLING_PROFILE);
        let profile: CustomerBillingProfile = match decode(body) {
            Ok(profile) => profile,
            // What is no text is no etag, and no reason to lose the rest.
            Err(error) if error.json_path() == Some("attributes.etag") => {
                let mended = etag::without_odd_one(body).ok_or(error)?;
                decode(&mended)?
            }
            Err(error) => return Err(error.with_etag(etag::salvaged(body))),
        };
        require_customer(profile.links.as_ref(), request.url(), customer_id)?;
        if let Some(id) = profile_id {
            require_same(profile.id.as_deref(), id)?;
        }
        Ok(profile)
    };
    client.transport().fetch_with(request, read).await
}

/// Refuses a success that names no profile, such as `{}` or an error: every member is optional, so
/// it would pass for a profile with nothing in it, and an edit would write that.
pub(crate) fn require_profile(
    response: Response<CustomerBillingProfile>,
    of_write: bool,
) -> Result<Response<CustomerBillingProfile>, Error> {
    let profile = response.body();
    let is_profile = profile.id.is_some()
        || profile.attributes.as_ref().is_some_and(|attributes| {
            attributes.etag.is_some()
                || attributes.object_type.as_deref() == Some("CustomerBillingProfile")
        });
    if is_profile {
        Ok(etag::taken_from_header(response))
    } else {
        Err(response.refuse("but its body is no billing profile", of_write))
    }
}
