//! `GET …/billingProfiles/{name}`.

use billing_core::http::Method;
use billing_core::pipeline::{Request, is_about};
use billing_core::{Error, RequestId, RequestPreview, Response, decode};

use crate::ArmClient;
use crate::models::BillingProfile;

/// Gets a billing profile; made by [`ArmClient::get_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `send().await`"]
pub struct GetBillingProfile {
    client: ArmClient,
    account: String,
    profile: String,
    expand: Option<String>,
    request_id: RequestId,
}

impl GetBillingProfile {
    pub(crate) fn new(client: ArmClient, account: &str, profile: &str) -> Self {
        let (account, profile) = (account.to_owned(), profile.to_owned());
        Self {
            client,
            account,
            profile,
            expand: None,
            request_id: RequestId::generate(),
        }
    }

    /// Sends this `x-ms-client-request-id` instead of a fresh one.
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Asks for members that the service leaves out otherwise, as `$expand`: `invoiceSections`, and `enabledAzurePlans`,
    /// which the page does not name and recordings show.
    pub fn with_expand(mut self, members: impl Into<String>) -> Self {
        self.expand = Some(members.into());
        self
    }

    /// The request as it would leave, the token hidden; nothing is sent.
    ///
    /// # Errors
    /// Invalid input for an account or profile that no URL can carry.
    pub fn preview(&self) -> Result<RequestPreview, Error> {
        self.client.transport().preview(&self.request()?)
    }

    /// Sends the request, and again as the [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Invalid input for an account or profile that no URL can carry.
    /// - A credential without a token, no connection, no response in time.
    /// - The service's refusal.
    /// - An answer that is not a billing profile, or that [names another
    ///   one](Error::is_other_resource); then the error has the [document](Error::document).
    pub async fn send(self) -> Result<Response<BillingProfile>, Error> {
        let request = self.request()?;
        let url = request.url();
        let read = |_: Option<&str>, body: &[u8]| {
            let profile: BillingProfile = decode(body)?;
            if is_about(url, profile.id.as_deref(), profile.name.as_deref()) {
                Ok(profile)
            } else {
                Err(Error::other_resource())
            }
        };
        let response = self.client.transport().fetch_with(&request, read).await?;
        let profile = response.body();
        // Every member is optional, so an error that is answered with 200 would pass for an empty profile.
        if profile.id.is_none() && profile.name.is_none() && profile.type_.is_none() {
            return Err(response.refuse("but its body is no billing profile", false));
        }
        Ok(response)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = self.client.request(
            Method::GET,
            &self.account,
            Some(&self.profile),
            self.expand.as_deref(),
        )?;
        request.set_operation("GetBillingProfile");
        request.set_request_id(self.request_id);
        Ok(request)
    }
}
