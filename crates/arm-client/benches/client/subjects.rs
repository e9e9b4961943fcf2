//! The two ways to send an update.

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::time::Duration;

use arm_client::models::{BillingProfile, BillingProfileUpdate};
use arm_client::{API_VERSION, ArmClient, StaticToken};
use partner_client::PartnerClient;
use partner_client::models::CustomerBillingProfile;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_MATCH, USER_AGENT};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::documents::{arm_update, partner_profile};

pub(crate) const ACCOUNT: &str = "1f434626-12ea-5b95-d0f4c360-b456_2019-05-31";
pub(crate) const PROFILE: &str = "profile-1";
const CUSTOMER: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";

/// Returns a token as long as those of the services.
fn token() -> String {
    "a".repeat(1_500)
}

/// A task that sends a number of updates, one after the other.
pub(crate) type Subject = Box<dyn Fn(usize) -> Pin<Box<dyn Future<Output = ()> + Send>>>;

/// One update of each service.
pub(crate) trait Updates: Clone + Send + 'static {
    fn patch(&self) -> impl Future<Output = BillingProfile> + Send;
    fn put(&self) -> impl Future<Output = CustomerBillingProfile> + Send;
}

pub(crate) fn patch(client: &impl Updates) -> Subject {
    let client = client.clone();
    Box::new(move |times| {
        let client = client.clone();
        Box::pin(async move {
            for _ in 0..times {
                let profile = client.patch().await;
                assert!(black_box(profile).properties.is_some());
            }
        })
    })
}

pub(crate) fn put(client: &impl Updates) -> Subject {
    let client = client.clone();
    Box::new(move |times| {
        let client = client.clone();
        Box::pin(async move {
            for _ in 0..times {
                let profile = client.put().await;
                assert!(black_box(profile).default_address.is_some());
            }
        })
    })
}

/// The update written with reqwest and the models, without a client.
#[derive(Clone)]
pub(crate) struct Raw {
    client: reqwest::Client,
    origin: String,
    token: String,
    update: BillingProfileUpdate,
    profile: CustomerBillingProfile,
}

impl Raw {
    pub(crate) fn new(origin: &str) -> Self {
        // Loopback needs no trust store.
        let provider = rustls::crypto::ring::default_provider();
        let tls = rustls::ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        // Time limits, and no redirect, which could send the token to another host.
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(90))
            .timeout(Duration::from_secs(180))
            .redirect(reqwest::redirect::Policy::none())
            .tls_backend_preconfigured(tls);
        Self {
            client: client.build().unwrap(),
            origin: origin.to_owned(),
            token: token(),
            update: arm_update(),
            profile: partner_profile(),
        }
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
        body: &impl Serialize,
    ) -> T {
        let answer = request
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .body(serde_json::to_vec(body).unwrap())
            .send()
            .await
            .unwrap();
        let answer = answer.error_for_status().unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }
}

impl Updates for Raw {
    async fn patch(&self) -> BillingProfile {
        let url = format!(
            "{}/providers/Microsoft.Billing/billingAccounts/{ACCOUNT}/billingProfiles/{PROFILE}?api-version={API_VERSION}",
            self.origin
        );
        let request = self
            .client
            .patch(url)
            .header(USER_AGENT, "arm-client/0.1.0")
            .header("x-ms-client-request-id", Uuid::new_v4().to_string())
            .header("x-ms-return-client-request-id", "true");
        self.send(request, &self.update).await
    }

    async fn put(&self) -> CustomerBillingProfile {
        let url = format!("{}/v1/customers/{CUSTOMER}/profiles/billing", self.origin);
        let etag = self.profile.attributes.as_ref().unwrap();
        let vector = Uuid::new_v4().simple().to_string();
        let request = self
            .client
            .put(url)
            .header(USER_AGENT, "partner-client/0.1.0")
            .header("ms-requestid", Uuid::new_v4().to_string())
            .header("ms-correlationid", Uuid::new_v4().to_string())
            .header("ms-cv", format!("{}.1", &vector[..22]))
            .header("ms-contract-version", "v1")
            .header(IF_MATCH, format!("\"{}\"", etag.etag.as_ref().unwrap()));
        self.send(request, &self.profile).await
    }
}

/// Our clients with default options.
#[derive(Clone)]
pub(crate) struct Ours {
    arm: ArmClient,
    partner: PartnerClient,
    update: BillingProfileUpdate,
    profile: CustomerBillingProfile,
}

impl Ours {
    pub(crate) fn new(origin: &str) -> Self {
        let endpoint = || origin.parse().unwrap();
        Self {
            arm: ArmClient::new(endpoint(), StaticToken::new(token())).unwrap(),
            partner: PartnerClient::new(endpoint(), StaticToken::new(token())).unwrap(),
            update: arm_update(),
            profile: partner_profile(),
        }
    }
}

impl Updates for Ours {
    async fn patch(&self) -> BillingProfile {
        let update = self
            .arm
            .begin_update_billing_profile(ACCOUNT, PROFILE, &self.update);
        let mut poller = update.send().await.unwrap();
        poller.wait().await.unwrap().into_body()
    }

    async fn put(&self) -> CustomerBillingProfile {
        let update = self
            .partner
            .update_customer_billing_profile(CUSTOMER, &self.profile);
        update.send().await.unwrap().into_body()
    }
}
