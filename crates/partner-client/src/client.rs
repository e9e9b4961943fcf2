//! The client, its addresses and its operations.

use billing_core::http::{HeaderName, Method};
use billing_core::wire::{Request, Service, Transport};
use billing_core::{Cloud, Credential, Endpoint, Error, Throttle, require_segment};

use crate::media::Media;
use crate::models::CustomerBillingProfile;
use crate::{
    EditCustomerBillingProfile, GetCustomerBillingProfile, PartnerClientOptions,
    UpdateCustomerBillingProfile,
};

/// Partner Center of the public cloud, which serves the US government's partners too
/// ("Partner Center REST URLs").
pub const PUBLIC_ENDPOINT: &str = Cloud::PUBLIC_PARTNER;

/// Talks to Partner Center; clones share connections and credential.
#[derive(Clone, Debug)]
pub struct PartnerClient {
    transport: Transport,
    api_version: String,
    media: Media,
}

impl PartnerClient {
    /// A client of `endpoint` with the default options.
    ///
    /// # Errors
    /// Those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, PartnerClientOptions::default())
    }

    /// A client of `endpoint`, the only origin that ever receives the credential's token.
    ///
    /// # Errors
    /// - Invalid input for an `https` endpoint when no TLS feature is built in.
    /// - A set-up error on a machine without a trust store.
    ///
    /// Nothing is sent in either case.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: PartnerClientOptions,
    ) -> Result<Self, Error> {
        let transport = Transport::new(endpoint, credential.into(), service(), options.sending)?;
        Ok(Self {
            transport,
            api_version: options.api_version,
            media: options.media,
        })
    }

    /// Gets a customer's billing profile.
    ///
    /// `customer_id` is the customer's tenant id; Partner Center wants a GUID and answers 400 with
    /// code 2000 to anything else.
    pub fn get_customer_billing_profile(&self, customer_id: &str) -> GetCustomerBillingProfile {
        GetCustomerBillingProfile::new(self.clone(), customer_id)
    }

    /// Replaces a customer's billing profile by `profile`, the full resource: what it leaves out, the
    /// service forgets. Start from one that was just read.
    pub fn update_customer_billing_profile(
        &self,
        customer_id: &str,
        profile: &CustomerBillingProfile,
    ) -> UpdateCustomerBillingProfile {
        UpdateCustomerBillingProfile::new(self.clone(), customer_id, profile)
    }

    /// Reads a customer's billing profile, lets `change` edit it, and writes it back with its etag.
    ///
    /// When somebody else wrote in between, all of it happens again: `change` may be called several
    /// times, each time on a fresh profile.
    pub fn edit<F: FnMut(&mut CustomerBillingProfile)>(
        &self,
        customer_id: &str,
        change: F,
    ) -> EditCustomerBillingProfile<F> {
        EditCustomerBillingProfile::new(self.clone(), customer_id, change)
    }

    /// The pauses that Partner Center has asked this client and its clones for.
    pub fn throttle(&self) -> &Throttle {
        self.transport.throttle()
    }

    pub(crate) fn media(&self) -> &Media {
        &self.media
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// `/{version}/customers/{customer_id}/profiles/billing`; the ids are still to be set.
    pub(crate) fn request(&self, method: Method, customer_id: &str) -> Result<Request, Error> {
        let version = self.api_version.as_str();
        require_segment("api version", version)?;
        require_segment("customer id", customer_id)?;
        let path = [version, "customers", customer_id, "profiles", "billing"];
        let url = self.transport.endpoint().join(path)?;
        let mut request = self.transport.request_without_ids(method, url);
        request.set_customer(customer_id);
        Ok(request)
    }
}

/// The names of the page "Partner Center REST headers"; the service returns the ids under the same.
fn service() -> Service {
    const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
    const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
    Service {
        user_agent: concat!("partner-client/", env!("CARGO_PKG_VERSION")),
        request_id: REQUEST_ID,
        correlation_id: Some(CORRELATION_ID),
        correlation_vector: Some(HeaderName::from_static("ms-cv")),
        returned_request_id: REQUEST_ID,
        returned_correlation_id: CORRELATION_ID,
        fixed: Vec::new(),
    }
}
