//! The client, its addresses and its operations.

use billing_core::http::{HeaderName, HeaderValue, Method};
use billing_core::pipeline::{Request, ServiceHeaders, Transport};
use billing_core::{
    Cloud, Credential, Endpoint, Error, PollToken, Poller, Throttle, require_segment,
};

use crate::models::{BillingProfile, BillingProfileUpdate};
use crate::{ArmClientOptions, BillingProfilePager, GetBillingProfile, UpdateBillingProfile};

/// Azure Resource Manager of the public cloud.
pub const PUBLIC_ENDPOINT: &str = Cloud::PUBLIC_ARM;

/// The api version of the requests and of the [`models`](crate::models).
pub const API_VERSION: &str = "2019-10-01-preview";

/// Talks to Azure Resource Manager; clones share connections and credential.
#[derive(Clone, Debug)]
pub struct ArmClient {
    transport: Transport,
}

impl ArmClient {
    /// A client of `endpoint` with the default options.
    ///
    /// # Errors
    /// Those of [`with_options`](Self::with_options).
    pub fn new(endpoint: Endpoint, credential: impl Into<Credential>) -> Result<Self, Error> {
        Self::with_options(endpoint, credential, ArmClientOptions::default())
    }

    /// A client of `endpoint`, the only origin, but for those that it
    /// [trusts](Endpoint::with_trusted_origin), that ever receives the credential's token.
    ///
    /// # Errors
    /// - Invalid input for an `https` endpoint when no TLS feature is built in.
    /// - A set-up error on a machine without a trust store.
    ///
    /// Nothing is sent in either case.
    pub fn with_options(
        endpoint: Endpoint,
        credential: impl Into<Credential>,
        options: ArmClientOptions,
    ) -> Result<Self, Error> {
        let transport = Transport::new(endpoint, credential.into(), service(), options.sending)?;
        Ok(Self { transport })
    }

    /// Gets a billing profile. The account's name may hold `:`, and is encoded whatever it holds.
    pub fn get_billing_profile(&self, account: &str, profile: &str) -> GetBillingProfile {
        GetBillingProfile::new(self.clone(), account, profile)
    }

    /// Lists the billing profiles of an account, page by page.
    pub fn list_billing_profiles(&self, account: &str) -> BillingProfilePager {
        BillingProfilePager::new(self.clone(), account)
    }

    /// Updates a billing profile in part: what `update` does not name stays as it is.
    pub fn begin_update_billing_profile(
        &self,
        account: &str,
        profile: &str,
        update: &BillingProfileUpdate,
    ) -> UpdateBillingProfile {
        UpdateBillingProfile::new(self.clone(), account, profile, update)
    }

    /// Goes on with an update that this or another process began, from the [`Poller::token`] of then.
    /// Nothing is sent before the first poll, which is due at once, and the update itself never again.
    ///
    /// Whoever knows which update it is has [`UpdateBillingProfile::resume`], which checks that.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let builder = billing_emulator::Emulator::builder().sample_data().polls_until_done(1);
    /// # let emulator = builder.start().await?;
    /// # let credential = arm_client::StaticToken::new(emulator.token().reveal());
    /// # let client = arm_client::ArmClient::new(emulator.arm_url().parse()?, credential)?;
    /// # let update = arm_client::models::BillingProfileUpdate::default();
    /// # let (account, profile) = (billing_emulator::SAMPLE_ACCOUNT, billing_emulator::SAMPLE_PROFILE);
    /// # let first = client.begin_update_billing_profile(account, profile, &update).send().await?;
    /// # let kept = first.token().ok_or("it is done")?.to_string();
    /// let updated = client.resume(kept.parse()?)?.await?;
    /// # drop(updated);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Invalid input for a token of another origin, that leads to an origin which the endpoint does not
    /// trust, or whose resource is not a billing profile of the token's account. Nothing was sent.
    pub fn resume(&self, token: PollToken) -> Result<Poller<BillingProfile>, Error> {
        let profiles = self.url(token.account(), None)?;
        let resource = token.resource().path();
        let is_ours = resource
            .strip_prefix(profiles.path())
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|profile| !profile.is_empty() && !profile.contains('/'));
        if !is_ours {
            return Err(Error::invalid_input(format!(
                "the resume token is for {resource}, which is no billing profile of its account \
                 `{}` at {}",
                token.account(),
                self.transport.endpoint(),
            )));
        }
        Poller::resume(self.transport.clone(), token)
    }

    /// The pauses that Resource Manager has asked this client and its clones for, and what is left of
    /// its limits.
    pub fn throttle(&self) -> &Throttle {
        self.transport.throttle()
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// A request for one billing profile, or with `None` for all of the account's; its id is still to
    /// be set.
    pub(crate) fn request(
        &self,
        method: Method,
        account: &str,
        profile: Option<&str>,
        expand: Option<&str>,
    ) -> Result<Request, Error> {
        let mut url = self.url(account, profile)?;
        let mut query = url.query_pairs_mut();
        query.append_pair("api-version", API_VERSION);
        if let Some(members) = expand {
            query.append_pair("$expand", members);
        }
        drop(query);
        Ok(self.transport.request_without_ids(method, url))
    }

    fn url(&self, account: &str, profile: Option<&str>) -> Result<billing_core::Url, Error> {
        require_segment("billing account's name", account)?;
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

/// The names of Resource Manager's "Common API details".
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
