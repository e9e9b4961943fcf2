//! Single requests with exact bodies, for a caller that retries, paces and records by itself.
//!
//! A profile comes with the exact text that the service sent.

use billing_core::http::Method;
use billing_core::http::header::IF_MATCH;
use billing_core::pipeline::Exact;
use billing_core::{Error, PollToken, Poller, RequestId, Response, decode};
use bytes::Bytes;
use serde::Serialize;

use crate::client::ArmClient;
use crate::common::Document as _;
use crate::full_update::{etag, full_body};
use crate::get_profile::fetch;
use crate::settled::{OPERATION, is_recreated, is_settled};
use crate::version::{V2019_10_01Preview, Version};

/// A client whose requests are sent once, and whose bodies are exact.
#[derive(Clone, Debug)]
pub struct ExactClient<V: Version = V2019_10_01Preview>(ArmClient<V>);

/// An update whose body is exact.
#[derive(Clone, Debug)]
pub struct ExactUpdate<P> {
    /// The body: a merge patch, or the full profile where that is written.
    pub body: Bytes,
    /// The merge patch that a body of the full profile carries out.
    pub patch: Option<P>,
    /// The etag that the profile must still have.
    pub if_match: Option<String>,
    /// The id that traces the request.
    pub request_id: RequestId,
}

impl<V: Version> ExactClient<V> {
    /// Whether an update is a PUT of the full profile.
    pub const IS_WRITTEN_IN_FULL: bool = V::BillingProfile::IS_WRITTEN_IN_FULL;

    /// Returns such a client with the connections, the credential and the other options of
    /// `client`.
    pub fn new(client: &ArmClient<V>) -> Self {
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
    ) -> Result<Response<Exact<V::BillingProfile>>, Error> {
        let client = &self.0;
        let request = client.get_billing_profile(account, profile).request()?;
        fetch(client, &request, |exact: &Exact<V::BillingProfile>| {
            &exact.value
        })
        .await
    }

    /// Returns the etag that can guard a write of the profile in a response, where the full profile
    /// is written.
    pub fn etag(read: &Response<Exact<V::BillingProfile>>) -> Option<String> {
        let profile = &read.body().value;
        etag(read, profile).filter(|_| Self::IS_WRITTEN_IN_FULL)
    }

    /// Returns the full profile with a merge patch written into it, as
    /// [`ArmClient::update_billing_profile`] sends it.
    ///
    /// # Errors
    /// A decode error for a text that is not a profile.
    pub fn full_body(read: &[u8], patch: &impl Serialize) -> Result<Bytes, Error> {
        full_body(decode::<V::BillingProfile>(read)?, patch).map(Into::into)
    }

    /// Returns when a profile was last changed, if it says so.
    pub fn last_modified_at(read: &V::BillingProfile) -> Option<&str> {
        read.last_modified_at()
    }

    /// Returns whether an update has created another profile than the one that was read `before`,
    /// which was deleted in between. `is_created` is what the response to the update says; it does
    /// not count if both texts have a `systemId`.
    pub fn is_recreated(before: &[u8], now: &[u8], is_created: bool) -> bool {
        let [before, now] = [before, now].map(|text| decode::<V::BillingProfile>(text).ok());
        let [before, now] = [&before, &now].map(|read| read.as_ref()?.system_id());
        is_recreated(before, now, is_created)
    }

    /// Begins an update.
    ///
    /// # Errors
    /// Those of [`BeginUpdateBillingProfile::send`](crate::BeginUpdateBillingProfile::send), after
    /// one request: nothing is read before or back.
    pub async fn begin_update<P: Serialize>(
        &self,
        account: &str,
        profile: &str,
        update: ExactUpdate<P>,
    ) -> Result<Poller<Exact<V::BillingProfile>>, Error> {
        let client = &self.0;
        let method = match Self::IS_WRITTEN_IN_FULL {
            true => Method::PUT,
            false => Method::PATCH,
        };
        let mut request = client.request(method, account, Some(profile), None)?;
        request.set_operation(OPERATION);
        request.set_request_id(update.request_id);
        request.set_body("application/json", update.body);
        if let Some(patch) = &update.patch {
            request.set_patch(patch)?;
        }
        if let Some(etag) = &update.if_match {
            request.set_header(IF_MATCH, etag)?;
        }
        let transport = client.transport().clone();
        Poller::begin(transport, &request, account, |exact: &Exact<_>, url| {
            is_settled::<V>(&exact.value, url)
        })
        .await
    }

    /// Resumes an update. Each [`Poller::poll_once`] sends one request.
    ///
    /// # Errors
    /// The same as those of [`ArmClient::resume`]. Nothing was sent.
    pub fn resume(&self, token: PollToken) -> Result<Poller<Exact<V::BillingProfile>>, Error> {
        self.0.resume_as(token)
    }
}
