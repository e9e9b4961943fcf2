//! `GET …/billingProfiles/{name}`.

use billing_core::http::Method;
use billing_core::pipeline::{Request, is_about, other_resource};
use billing_core::{Error, RequestId, Response, decode, request_builder};
use serde::de::DeserializeOwned;

use crate::client::ArmClient;
use crate::common::{Document as _, Profile as _};
use crate::version::{Expand, V2019_10_01Preview, Version};

impl<V: Version> ArmClient<V> {
    /// Gets a billing profile. The names are percent-encoded; that of an account may have `:`.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// let profile = client.get_billing_profile(account, profile).await?.into_body();
    /// println!("{:?}", profile.properties);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_billing_profile(&self, account: &str, profile: &str) -> GetBillingProfile<V> {
        GetBillingProfile {
            client: self.clone(),
            account: account.to_owned(),
            profile: profile.to_owned(),
            expand: None,
            request_id: RequestId::generate(),
        }
    }
}

/// Request builder of [`ArmClient::get_billing_profile`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.await` or `send()`"]
pub struct GetBillingProfile<V: Version = V2019_10_01Preview> {
    client: ArmClient<V>,
    account: String,
    profile: String,
    expand: Option<String>,
    request_id: RequestId,
}

impl<V: Version> GetBillingProfile<V> {
    /// Sends this `x-ms-client-request-id` instead of a fresh one.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::RequestId;
    ///
    /// let id = RequestId::generate();
    /// client.get_billing_profile(account, profile).with_request_id(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = id;
        self
    }

    /// Sends the request, with retries as the [`RetryPolicy`](crate::RetryPolicy) allows; `.await`
    /// on the builder does the same.
    ///
    /// # Errors
    /// A read changes nothing, whatever happens.
    /// - Invalid input for a name that no URL can carry.
    /// - No token, no connection, or no response in time.
    /// - An error response.
    /// - A response that is not a billing profile, or that is [another
    ///   one](Error::is_other_resource); then the error has the [document](Error::document).
    pub async fn send(self) -> Result<Response<V::BillingProfile>, Error> {
        fetch(&self.client, &self.request()?, |profile| profile).await
    }

    pub(crate) fn request(&self) -> Result<Request, Error> {
        let mut request = self.client.request(
            Method::GET,
            &self.account,
            Some(&self.profile),
            self.expand.as_deref().map(|members| ("$expand", members)),
        )?;
        request.set_operation("GetBillingProfile");
        request.set_request_id(self.request_id);
        Ok(request)
    }
}

impl<V: Expand> GetBillingProfile<V> {
    /// Requests members that the service leaves out by default, as `$expand`: `invoiceSections`,
    /// and `enabledAzurePlans`, which the page does not list and recordings show.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// let get = client.get_billing_profile(account, profile);
    /// let profile = get.with_expand("invoiceSections").await?.into_body();
    /// println!("{:?}", profile.properties);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_expand(mut self, members: impl Into<String>) -> Self {
        self.expand = Some(members.into());
        self
    }
}

request_builder!(where [V: Version] GetBillingProfile<V> => Response<V::BillingProfile>);

/// Sends a request for a profile, and reads the response as a type that has the profile.
///
/// # Errors
/// Those of sending, decoding, and a response that is not a billing profile, or is another one.
pub(crate) async fn fetch<V: Version, T: DeserializeOwned>(
    client: &ArmClient<V>,
    request: &Request,
    profile_of: fn(&T) -> &V::BillingProfile,
) -> Result<Response<T>, Error> {
    let read = |_: Option<&str>, body: &[u8]| {
        let read: T = decode(body)?;
        let profile = profile_of(&read);
        if is_about(request.url(), profile.id(), profile.name()) {
            Ok(read)
        } else {
            Err(other_resource())
        }
    };
    let response = client.transport().fetch_with(request, read).await?;
    let profile = profile_of(response.body());
    // Every member is optional, so an error sent with status 200 would pass for an empty profile.
    if profile.id().is_none() && profile.name().is_none() && profile.resource_type().is_none() {
        return Err(response.refuse("but its body is not a billing profile", false));
    }
    Ok(response)
}
