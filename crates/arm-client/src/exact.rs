//! Single requests with exact bodies, for a caller that retries, paces and records by itself.
//!
//! A profile comes with the exact text that the service sent.

use billing_core::http::Method;
use billing_core::pipeline::Exact;
use billing_core::{Error, PollToken, Poller, RequestId, Response};
use bytes::Bytes;

use crate::client::ArmClient;
use crate::get_profile::fetch;
use crate::models::BillingProfile;
use crate::settled::{OPERATION, is_settled};
use crate::version::V2019_10_01Preview;

/// A client whose requests are sent once, and whose bodies are exact.
#[derive(Clone, Debug)]
pub struct ExactClient(ArmClient);

impl ExactClient {
    /// Returns such a client with the connections, the credential and the other options of
    /// `client`.
    pub fn new(client: &ArmClient) -> Self {
        Self(client.single_attempts())
    }

    /// Returns the origin that a client sends its requests to.
    pub fn origin(&self) -> String {
        self.0.transport().endpoint().origin()
    }

    /// Gets a billing profile.
    ///
    /// # Errors
    /// The same as those of [`GetBillingProfile::send`](crate::GetBillingProfile::send), after one
    /// request.
    pub async fn get(
        &self,
        account: &str,
        profile: &str,
    ) -> Result<Response<Exact<BillingProfile>>, Error> {
        let client = &self.0;
        let request = client.get_billing_profile(account, profile).request()?;
        fetch(client, &request, |exact: &Exact<BillingProfile>| {
            &exact.value
        })
        .await
    }

    /// Begins an update whose body is `patch`, byte for byte.
    ///
    /// # Errors
    /// Those of [`BeginUpdateBillingProfile::send`](crate::BeginUpdateBillingProfile::send), after
    /// one request: nothing is read back.
    pub async fn begin_update(
        &self,
        account: &str,
        profile: &str,
        patch: Bytes,
        id: RequestId,
    ) -> Result<Poller<Exact<BillingProfile>>, Error> {
        let client = &self.0;
        let mut request = client.request(Method::PATCH, account, Some(profile), None)?;
        request.set_operation(OPERATION);
        request.set_request_id(id);
        request.set_body("application/json", patch);
        let transport = client.transport().clone();
        Poller::begin(transport, &request, account, |exact: &Exact<_>, url| {
            is_settled::<V2019_10_01Preview>(&exact.value, url)
        })
        .await
    }

    /// Resumes an update. Each [`Poller::poll_once`] sends one request.
    ///
    /// # Errors
    /// The same as those of [`ArmClient::resume`]. Nothing was sent.
    pub fn resume(&self, token: PollToken) -> Result<Poller<Exact<BillingProfile>>, Error> {
        self.0.resume_as(token)
    }
}
