//! The client: its endpoint, credential and options, and how it addresses requests.

use std::marker::PhantomData;

use billing_core::http::{HeaderName, HeaderValue, Method};
use billing_core::pipeline::{Request, ServiceHeaders, Transport};
use billing_core::{
    Cloud, Credential, Endpoint, Error, PollToken, Poller, Throttle, Url, require_segment,
};
use serde::de::DeserializeOwned;

use crate::common::Document as _;
use crate::options::ArmClientOptions;
use crate::settled::require_same;
use crate::version::{V2019_10_01Preview, Version};

/// The endpoint of Azure Resource Manager in the public cloud.
pub const PUBLIC_ENDPOINT: &str = Cloud::PUBLIC_ARM;

/// The api version of the requests of a new client, and of the types directly in
/// [`models`](crate::models).
pub const API_VERSION: &str = V2019_10_01Preview::NAME;

/// The parameter of a query that names the api version.
const API_VERSION_NAME: &str = "api-version";

/// Client of Azure Resource Manager; clones share connections and credential.
///
/// A new client speaks [`API_VERSION`]; [`with_api_version`](Self::with_api_version) returns one
/// that speaks another version.
///
/// ```no_run
/// use arm_client::{ArmClient, PUBLIC_ENDPOINT, StaticToken};
///
/// # fn main() -> Result<(), arm_client::Error> {
/// let client = ArmClient::new(PUBLIC_ENDPOINT.parse()?, StaticToken::new("…"))?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ArmClient<V: Version = V2019_10_01Preview> {
    transport: Transport,
    version: PhantomData<V>,
}

impl ArmClient {
    /// Creates a client of `endpoint` with the default options.
    ///
    /// # Errors
    /// The same as those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, ArmClientOptions::default())
    }

    /// Creates a client of `endpoint`. Only this origin, and those that it
    /// [trusts](Endpoint::with_trusted_origin), ever receive the credential's token.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use arm_client::{ArmClient, ArmClientOptions, PUBLIC_ENDPOINT, SendOptions, StaticToken};
    ///
    /// # fn main() -> Result<(), arm_client::Error> {
    /// let sending = SendOptions::default().with_timeout(Duration::from_secs(30));
    /// let options = ArmClientOptions::default().with_send_options(sending);
    /// let token = StaticToken::new("…");
    /// let client = ArmClient::with_options(PUBLIC_ENDPOINT.parse()?, token, options)?;
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
        options: ArmClientOptions,
    ) -> Result<Self, Error> {
        let transport = Transport::new(endpoint, credential.into(), service(), options.sending)?;
        Ok(Self::over(transport))
    }
}

impl<V: Version> ArmClient<V> {
    fn over(transport: Transport) -> Self {
        Self {
            transport,
            version: PhantomData,
        }
    }

    /// Returns a client with the same connections, credential and pauses that speaks another api
    /// version.
    ///
    /// The versions differ in their types, and in how they update a profile: by a PATCH of the
    /// members that change, or by a PUT of the full profile. This client reads the profile first
    /// where it has to be written in full; see
    /// [`update_billing_profile`](Self::update_billing_profile).
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, account: &str, profile: &str) -> Result<(), Error> {
    /// use arm_client::ApiVersion;
    ///
    /// let client = client.with_api_version(ApiVersion::V2024_04_01);
    /// let profile = client.get_billing_profile(account, profile).await?.into_body();
    /// println!("{:?}", profile.properties.and_then(|properties| properties.invoice_recipients));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What only one version has is not available in another:
    ///
    /// ```compile_fail
    /// # async fn example(client: arm_client::ArmClient) {
    /// client.delete_billing_profile("account", "profile").await;
    /// # }
    /// ```
    ///
    /// ```compile_fail
    /// # async fn example(client: arm_client::ArmClient<arm_client::V2024_04_01>) {
    /// client.list_billing_permissions("account", "profile").collect_all().await;
    /// # }
    /// ```
    pub fn with_api_version<W: Version>(&self, _: W) -> ArmClient<W> {
        ArmClient::over(self.transport.clone())
    }

    /// Resumes an update that this or another process began, from its [`Poller::token`]. The first
    /// poll is due at once; nothing is sent before it, and the update itself is never sent again.
    ///
    /// If you know which update it is, use
    /// [`BeginUpdateBillingProfile::resume`](crate::BeginUpdateBillingProfile::resume), which
    /// checks that the token belongs to it.
    ///
    /// ```no_run
    /// # use arm_client::{ArmClient, Error};
    /// # async fn example(client: ArmClient, stored_token: &str) -> Result<(), Error> {
    /// let updated = client.resume(stored_token.parse()?)?.await?;
    /// println!("{:?}", updated.body().name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Invalid input for a token of another origin or api version, one that leads to an origin that
    /// the endpoint does not trust, one of a deletion, or one whose resource is not a billing
    /// profile of the token's account. Nothing was sent.
    pub fn resume(&self, token: PollToken) -> Result<Poller<V::BillingProfile>, Error> {
        let system_id = token.instance().map(str::to_owned);
        let poller = self.resume_as(token)?;
        if V::BillingProfile::IS_WRITTEN_IN_FULL {
            return require_same(poller, system_id);
        }
        Ok(poller)
    }

    /// Does the same for a profile that is read as another type.
    ///
    /// # Errors
    /// The same as those of [`resume`](Self::resume).
    pub(crate) fn resume_as<T: DeserializeOwned>(
        &self,
        token: PollToken,
    ) -> Result<Poller<T>, Error> {
        self.require_own(&token)?;
        Poller::resume(self.transport.clone(), token)
    }

    /// Refuses a token that is not for a billing profile of its account, or of another api version.
    ///
    /// # Errors
    /// Invalid input. Nothing was sent.
    pub(crate) fn require_own(&self, token: &PollToken) -> Result<(), Error> {
        let profiles = self.url(token.account(), None)?;
        let resource = token.resource().path();
        let is_profile = resource
            .strip_prefix(profiles.path())
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|profile| !profile.is_empty() && !profile.contains('/'));
        if !is_profile {
            return Err(Error::invalid_input(format!(
                "the resume token is for {resource}, which is no billing profile of its account \
                 `{}` at {}",
                token.account(),
                self.transport.endpoint(),
            )));
        }
        let mut query = token.resource().query_pairs();
        let version = query.find_map(|(name, value)| (name == API_VERSION_NAME).then_some(value));
        if let Some(version) = version.filter(|version| version != V::NAME) {
            return Err(Error::invalid_input(format!(
                "the resume token is of api version {version}, and the client speaks {}: resume it \
                 with a client of its version",
                V::NAME,
            )));
        }
        Ok(())
    }

    /// Returns the pauses that Resource Manager has asked this client and its clones for, and what
    /// is left of its limits.
    pub fn throttle(&self) -> &Throttle {
        self.transport.throttle()
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Returns a client with the same connections, credential and pauses that sends each request
    /// once and reads nothing back.
    #[cfg(feature = "__exact")]
    pub(crate) fn single_attempts(&self) -> Self {
        Self::over(self.transport.single_attempts())
    }

    /// Makes a request for one billing profile, or with `None` for all of the account, without ids.
    /// `parameters` follow the api version in the query.
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry.
    pub(crate) fn request<'q>(
        &self,
        method: Method,
        account: &str,
        profile: Option<&str>,
        parameters: impl IntoIterator<Item = (&'q str, &'q str)>,
    ) -> Result<Request, Error> {
        let mut url = self.url(account, profile)?;
        let mut query = url.query_pairs_mut();
        query.append_pair(API_VERSION_NAME, V::NAME);
        query.extend_pairs(parameters);
        drop(query);
        Ok(self.transport.request_without_ids(method, url))
    }

    /// Makes a request for an action on a billing profile, such as `validateDeleteEligibility`.
    ///
    /// # Errors
    /// Invalid input for a name that no URL can carry.
    pub(crate) fn action(
        &self,
        method: Method,
        account: &str,
        profile: &str,
        action: &'static str,
    ) -> Result<Request, Error> {
        let mut url = self.url(account, Some(profile))?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(action);
        }
        url.query_pairs_mut().append_pair(API_VERSION_NAME, V::NAME);
        Ok(self.transport.request_without_ids(method, url))
    }

    /// Makes a request for an action of the provider itself, such as `validateAddress`.
    ///
    /// # Errors
    /// Invalid input for an endpoint that cannot have a path.
    pub(crate) fn provider_action(
        &self,
        method: Method,
        action: &'static str,
    ) -> Result<Request, Error> {
        let path = ["providers", "Microsoft.Billing", action];
        let mut url = self.transport.endpoint().join(path)?;
        url.query_pairs_mut().append_pair(API_VERSION_NAME, V::NAME);
        Ok(self.transport.request_without_ids(method, url))
    }

    fn url(&self, account: &str, profile: Option<&str>) -> Result<Url, Error> {
        require_segment("name of the billing account", account)?;
        if let Some(profile) = profile {
            require_segment("billing profile's name", profile)?;
        }
        let path = [
            "providers",
            "Microsoft.Billing",
            "billingAccounts",
            account,
            "billingProfiles",
        ];
        self.transport
            .endpoint()
            .join(path.into_iter().chain(profile))
    }
}

/// Header names of Resource Manager's "Common API details".
fn service() -> ServiceHeaders {
    ServiceHeaders {
        user_agent: concat!("arm-client/", env!("CARGO_PKG_VERSION")),
        request_id: HeaderName::from_static("x-ms-client-request-id"),
        correlation_id: None,
        correlation_vector: None,
        returned_request_id: HeaderName::from_static("x-ms-request-id"),
        returned_correlation_id: HeaderName::from_static("x-ms-correlation-request-id"),
        fixed: vec![(
            HeaderName::from_static("x-ms-return-client-request-id"),
            HeaderValue::from_static("true"),
        )],
    }
}
