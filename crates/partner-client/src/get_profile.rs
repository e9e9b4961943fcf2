//! `GET …/customers/{id}/profiles/billing`.

use billing_core::http::Method;
use billing_core::pipeline::Request;
use billing_core::{Error, Response, request_builder};

use crate::client::PartnerClient;
use crate::etag;
use crate::headers::header_options;
use crate::identity::{require_customer, require_same};
use crate::ids::{RequestIds, id_options};
use crate::media::{self, Media, accept_option};
use crate::models::{CUSTOMER_BILLING_PROFILE, CustomerBillingProfile};

impl PartnerClient {
    /// Gets a customer's billing profile.
    ///
    /// `customer_id` is the customer's tenant id, a GUID; Partner Center refuses anything else with
    /// status 400 and code 2000.
    ///
    /// ```no_run
    /// # use partner_client::{Error, PartnerClient};
    /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
    /// let profile = client.get_customer_billing_profile(customer_id).await?.into_body();
    /// println!("{:?}", profile.company_name);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_customer_billing_profile(&self, customer_id: &str) -> GetCustomerBillingProfile {
        GetCustomerBillingProfile {
            media: self.media().clone(),
            client: self.clone(),
            customer_id: customer_id.to_owned(),
            ids: RequestIds::generate(),
        }
    }
}

/// Request builder of [`PartnerClient::get_customer_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct GetCustomerBillingProfile {
    client: PartnerClient,
    customer_id: String,
    media: Media,
    ids: RequestIds,
}

impl GetCustomerBillingProfile {
    accept_option!();
    id_options!();
    header_options!();

    /// Replaces the media types and all ids.
    pub(crate) fn with_media_and_ids(mut self, media: Media, ids: RequestIds) -> Self {
        self.media = media;
        self.ids = ids;
        self
    }

    /// Sends the request, with retries as the [`RetryPolicy`](crate::RetryPolicy) allows; `.await`
    /// on the builder does the same.
    ///
    /// A profile without an etag gets that of the header `ETag`, if the response has one.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Invalid input for a customer id that no URL can carry.
    /// - No token, no connection, or no response in time.
    /// - An error response: 401, 403, 404, and the others of the page "Error codes".
    /// - A response that is not a profile, or whose self link names [another
    ///   customer](Error::is_other_resource).
    pub async fn send(self) -> Result<Response<CustomerBillingProfile>, Error> {
        let request = self.request()?;
        let response = fetch(&self.client, &request, &self.customer_id, None).await?;
        require_profile(response, false)
    }

    pub(crate) fn request(&self) -> Result<Request, Error> {
        let mut request = profile_request(&self.client, Method::GET, &self.customer_id)?;
        request.set_operation("GetCustomerBillingProfile");
        self.ids.set_on(&mut request);
        self.media.set_accept(&mut request)?;
        Ok(request)
    }
}

request_builder!(GetCustomerBillingProfile => Response<CustomerBillingProfile>);

/// Makes a request for a customer's billing profile, without ids.
///
/// # Errors
/// Invalid input for a customer id that no URL, or an option that no header can carry.
pub(crate) fn profile_request(
    client: &PartnerClient,
    method: Method,
    customer_id: &str,
) -> Result<Request, Error> {
    client.customer_request(method, customer_id, &["profiles", "billing"])
}

/// Sends a request for a customer's profile and reads the response in any of the media types.
/// `profile_id` is the profile's own id, if it is known.
///
/// # Errors
/// Those of sending, decoding, and a response about another customer or profile. A write may have
/// taken effect if the error says so.
pub(crate) async fn fetch(
    client: &PartnerClient,
    request: &Request,
    customer_id: &str,
    profile_id: Option<&str>,
) -> Result<Response<CustomerBillingProfile>, Error> {
    fetch_keeping(client, request, customer_id, profile_id, |profile, _| {
        profile
    })
    .await
}

/// Does the same, and returns what `keep` returns for the profile and the body.
///
/// # Errors
/// The same as those of [`fetch`].
pub(crate) async fn fetch_keeping<T>(
    client: &PartnerClient,
    request: &Request,
    customer_id: &str,
    profile_id: Option<&str>,
    keep: impl FnOnce(CustomerBillingProfile, &[u8]) -> T,
) -> Result<Response<T>, Error> {
    let read = |content_type: Option<&str>, body: &[u8]| {
        let decode = |body: &[u8]| media::read(content_type, body, &CUSTOMER_BILLING_PROFILE);
        let profile: CustomerBillingProfile = match decode(body) {
            Ok(profile) => profile,
            // An etag that is not text must not lose the rest of the profile.
            Err(error) if error.json_path() == Some("attributes.etag") => {
                let repaired = etag::without_invalid_etag(body).ok_or(error)?;
                decode(&repaired)?
            }
            Err(error) => return Err(error.with_etag(media::find_etag(body))),
        };
        require_customer(profile.links.as_ref(), request.url(), customer_id)?;
        if let Some(id) = profile_id {
            require_same(profile.id.as_deref(), id)?;
        }
        Ok(keep(profile, body))
    };
    client.transport().fetch_with(request, read).await
}

/// Refuses a success that is no profile, such as `{}` or an error. Every member is optional, so it
/// would pass for an empty profile, and an edit would write that.
///
/// # Errors
/// A protocol error. A write may have taken effect.
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
        Ok(etag::with_header_etag(response))
    } else {
        Err(response.refuse("but its body is not a billing profile", of_write))
    }
}
