//! The client: its endpoint, credential and options, and how it addresses requests.

use billing_core::http::{HeaderName, Method};
use billing_core::pipeline::{Request, ServiceHeaders, Transport};
use billing_core::{
    Cloud, Credential, Endpoint, Error, Throttle, ThrottleScope, Url, require_segment,
};

use crate::headers::RequestHeaders;
use crate::media::Media;
use crate::options::PartnerClientOptions;

/// The endpoint of Partner Center in the public cloud, which also serves partners of the US
/// government ("Partner Center REST URLs").
pub const PUBLIC_ENDPOINT: &str = Cloud::PUBLIC_PARTNER;

/// Client of Partner Center; clones share connections and credential.
///
/// ```no_run
/// use partner_client::{PUBLIC_ENDPOINT, PartnerClient, StaticToken};
///
/// # fn main() -> Result<(), partner_client::Error> {
/// let client = PartnerClient::new(PUBLIC_ENDPOINT.parse()?, StaticToken::new("…"))?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PartnerClient {
    transport: Transport,
    api_version: String,
    headers: RequestHeaders,
    media: Media,
}

impl PartnerClient {
    /// Creates a client of `endpoint` with the default options.
    ///
    /// # Errors
    /// The same as those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, PartnerClientOptions::default())
    }

    /// Creates a client of `endpoint`, the only origin that ever receives the credential's token.
    ///
    /// ```no_run
    /// use partner_client::{PUBLIC_ENDPOINT, PartnerClient, PartnerClientOptions, StaticToken};
    ///
    /// # fn main() -> Result<(), partner_client::Error> {
    /// let options = PartnerClientOptions::default().with_application("Billing sync");
    /// let token = StaticToken::new("…");
    /// let client = PartnerClient::with_options(PUBLIC_ENDPOINT.parse()?, token, options)?;
    /// # drop(client);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Nothing is sent.
    /// - Invalid input for an `https` endpoint if no TLS feature is enabled, and for a proxy that
    ///   is neither `http` nor `https`.
    /// - A setup error on a machine without a trust store.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: PartnerClientOptions,
    ) -> Result<Self, Error> {
        let transport = Transport::new(endpoint, credential.into(), service(), options.sending)?;
        Ok(Self {
            transport,
            headers: RequestHeaders {
                locale: options.locale,
                application: options.application,
                validates_mfa: options.validates_mfa,
                contract_version: options
                    .sends_contract_version
                    .then(|| options.api_version.clone()),
            },
            api_version: options.api_version,
            media: options.media,
        })
    }

    /// Returns the pauses that Partner Center has asked this client and its clones for.
    pub fn throttle(&self) -> &Throttle {
        self.transport.throttle()
    }

    pub(crate) fn media(&self) -> &Media {
        &self.media
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Returns a client with the same connections, credential and pauses that sends each request
    /// once, and profiles as JSON.
    #[cfg(feature = "__exact")]
    pub(crate) fn single_attempts(&self) -> Self {
        Self {
            transport: self.transport.single_attempts(),
            media: Media::default(),
            ..self.clone()
        }
    }

    pub(crate) fn headers_mut(&mut self) -> &mut RequestHeaders {
        &mut self.headers
    }

    pub(crate) fn api_version(&self) -> &str {
        &self.api_version
    }

    /// Makes a request for `path` below a customer, without ids.
    ///
    /// # Errors
    /// Invalid input for a customer id that no URL, or an option that no header can carry.
    pub(crate) fn customer_request(
        &self,
        method: Method,
        customer_id: &str,
        path: &[&str],
    ) -> Result<Request, Error> {
        let path = [&["customers", customer_id], path].concat();
        let mut request = self.request(method, &path, "customer id")?;
        request.set_throttle_scope(ThrottleScope::Customer(customer_id.to_owned()));
        Ok(request)
    }

    /// Makes a request for `path` below the version, without ids. Errors call the caller's part of
    /// the path `what`.
    ///
    /// # Errors
    /// Invalid input for a path that no URL, or an option that no header can carry.
    pub(crate) fn request(
        &self,
        method: Method,
        path: &[&str],
        what: &str,
    ) -> Result<Request, Error> {
        self.request_to(method, self.url(path, what)?)
    }

    /// Returns the URL of `path` below the version.
    ///
    /// # Errors
    /// Invalid input for a path that no URL can carry.
    pub(crate) fn url(&self, path: &[&str], what: &str) -> Result<Url, Error> {
        let version = self.api_version.as_str();
        require_segment("api version", version)?;
        for segment in path {
            require_segment(what, segment)?;
        }
        let path = [version].into_iter().chain(path.iter().copied());
        self.transport.endpoint().join(path)
    }

    /// Makes a request for a URL of the service, without ids.
    ///
    /// # Errors
    /// Invalid input for an option that no header can carry.
    pub(crate) fn request_to(&self, method: Method, url: Url) -> Result<Request, Error> {
        let mut request = self.transport.request_without_ids(method, url);
        request.set_throttle_scope(ThrottleScope::Partner);
        self.headers.set_on(&mut request)?;
        Ok(request)
    }
}

/// Header names of the page "Partner Center REST headers"; responses return the ids under the same
/// names.
fn service() -> ServiceHeaders {
    const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
    const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
    ServiceHeaders {
        user_agent: concat!("partner-client/", env!("CARGO_PKG_VERSION")),
        request_id: REQUEST_ID,
        correlation_id: Some(CORRELATION_ID),
        correlation_vector: Some(HeaderName::from_static("ms-cv")),
        returned_request_id: REQUEST_ID,
        returned_correlation_id: CORRELATION_ID,
        fixed: Vec::new(),
    }
}
