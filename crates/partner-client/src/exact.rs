//! Single requests with exact bodies, for a caller that retries, paces and records by itself.
//!
//! A profile comes with the exact text that the service sent.

use billing_core::pipeline::{Exact, Request};
use billing_core::{Error, RequestId, Response};
use bytes::Bytes;

use crate::client::PartnerClient;
use crate::get_profile::{fetch_keeping, require_profile};
use crate::if_match::IfMatch;
use crate::models::CustomerBillingProfile;

/// A client whose requests are sent once, and whose bodies are exact.
#[derive(Clone, Debug)]
pub struct ExactClient(PartnerClient);

impl ExactClient {
    /// Returns such a client with the connections, the credential and the other options of
    /// `client`.
    pub fn new(client: &PartnerClient) -> Self {
        Self(client.single_attempts())
    }

    /// Returns the origin that a client sends its requests to.
    pub fn origin(&self) -> String {
        self.0.transport().endpoint().origin()
    }

    /// Returns the api version of a client's requests, such as `v1`.
    pub fn api_version(&self) -> &str {
        self.0.api_version()
    }

    /// Gets a customer's billing profile. Only its value has the etag of the header `ETag`.
    ///
    /// # Errors
    /// Those of [`GetCustomerBillingProfile::send`](crate::GetCustomerBillingProfile::send), after
    /// one request.
    pub async fn get(
        &self,
        customer_id: &str,
    ) -> Result<Response<Exact<CustomerBillingProfile>>, Error> {
        let client = &self.0;
        let request = client.get_customer_billing_profile(customer_id).request()?;
        fetch(client, &request, customer_id, false).await
    }

    /// Returns whether the token shows multi-factor authentication, as far as the service says, by
    /// a read of a customer's billing profile (`ValidateMfa: true`).
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub async fn is_mfa_compliant(
        &self,
        customer_id: &str,
    ) -> Result<Response<Option<bool>>, Error> {
        let client = &self.0;
        let get = client.get_customer_billing_profile(customer_id);
        let request = get.with_mfa_validation().request()?;
        let response = fetch(client, &request, customer_id, false).await?;
        let is_compliant = response.is_mfa_compliant();
        Ok(response.map(|_| is_compliant))
    }

    /// Replaces a customer's billing profile by `profile`, byte for byte, if its etag is the one in
    /// `if_match`.
    ///
    /// # Errors
    /// The same as those of
    /// [`UpdateCustomerBillingProfile::send`](crate::UpdateCustomerBillingProfile::send), after one
    /// request.
    pub async fn update(
        &self,
        customer_id: &str,
        profile: &[u8],
        if_match: Option<&str>,
        id: RequestId,
    ) -> Result<Response<Exact<CustomerBillingProfile>>, Error> {
        let client = &self.0;
        let if_match = if_match.map_or(IfMatch::Never, |etag| IfMatch::Tag(etag.to_owned()));
        let request = client
            .update_customer_billing_profile(customer_id, &CustomerBillingProfile::default())
            .with_json(profile)
            .with_if_match(if_match)
            .with_request_id(id)
            .request()?;
        fetch(client, &request, customer_id, true).await
    }
}

async fn fetch(
    client: &PartnerClient,
    request: &Request,
    customer_id: &str,
    of_write: bool,
) -> Result<Response<Exact<CustomerBillingProfile>>, Error> {
    let keep = |value, body: &[u8]| Exact {
        value,
        text: Bytes::copy_from_slice(without_mark(body)),
    };
    let response = fetch_keeping(client, request, customer_id, None, keep).await?;
    let text = response.body().text.clone();
    let response = require_profile(response.map(|exact| exact.value), of_write)?;
    Ok(response.map(|value| Exact { value, text }))
}

/// Removes the byte order mark.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
