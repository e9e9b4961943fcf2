//! Sign-in flows of the clients' credentials at the emulator's authority.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arm_client::ArmClient;
use billing_emulator::{
    App, Emulator, FaultPlan, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, SAMPLE_TENANT_ID,
    SignIn,
};
use partner_client::{
    AppCredential, AppRegistration, AppUserCredential, BoxFuture, Cloud, Error, PartnerClient,
    RefreshTokenStore, RetryPolicy, Secret, SendOptions, StoreError, TokenCredential,
};

use crate::{
    authority::{CLIENT, SECRET, ask, by_secret, registered},
    support::{HttpClient, logged, sample},
};

const PARTNER: &str = "https://api.partnercenter.microsoft.com/.default";

/// A store that keeps every token that was saved.
#[derive(Default)]
struct Store(Mutex<Vec<String>>);

impl Store {
    fn of(emulator: &Emulator) -> Arc<Self> {
        let token = emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
        Arc::new(Self(Mutex::new(vec![token.reveal().to_owned()])))
    }

    fn saved(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl RefreshTokenStore for Store {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        Box::pin(async { Ok(Secret::new(self.saved().last().unwrap())) })
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async {
            self.0.lock().unwrap().push(token.expose().to_owned());
            Ok(())
        })
    }
}

fn cloud(emulator: &Emulator) -> Cloud {
    Cloud::public().with_authority(&emulator.authority_url().parse().unwrap())
}

fn app(cloud: &Cloud) -> AppRegistration {
    AppRegistration::new(cloud, SAMPLE_TENANT_ID, CLIENT, Secret::new(SECRET))
        .with_send_options(SendOptions::default().with_retry(RetryPolicy::never()))
}

fn by_app(emulator: &Emulator) -> AppCredential {
    AppCredential::for_partner_center(&app(&cloud(emulator))).unwrap()
}

fn by_user(emulator: &Emulator, store: &Arc<Store>) -> AppUserCredential {
    AppUserCredential::for_partner_center(&app(&cloud(emulator)), Arc::clone(store)).unwrap()
}

/// Reads a customer's profile.
async fn read(
    emulator: &Emulator,
    credential: impl TokenCredential + 'static,
) -> Result<PartnerClient, Error> {
    let client = PartnerClient::new(emulator.partner_url().parse().unwrap(), credential)?;
    let get = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
    get.send().await?;
    Ok(client)
}

#[tokio::test]
async fn app_credential_requests_a_new_token_after_expiry() {
    let emulator = sample().app(registered()).start().await.unwrap();
    let client = read(&emulator, by_app(&emulator)).await.unwrap();
    let get = || client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
    get().send().await.unwrap();
    emulator.advance_clock(Duration::from_secs(3600)).unwrap();
    get().send().await.unwrap();
    assert_eq!(
        logged(&emulator),
        [
            "authority POST 200",
            "partner GET 200",
            "partner GET 200",
            "partner GET 401",
            "authority POST 200",
            "partner GET 200",
        ]
    );
}

#[tokio::test]
async fn an_application_reads_and_writes_in_resource_manager() {
    use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};

    let builder = sample().app(registered()).polls_until_done(0);
    let emulator = builder.start().await.unwrap();
    let credential = AppCredential::for_resource_manager(&app(&cloud(&emulator))).unwrap();
    let client = ArmClient::new(emulator.arm_url().parse().unwrap(), credential).unwrap();
    let update = BillingProfileUpdate::default()
        .properties(BillingProfilePropertiesUpdate::default().po_number("PO-2041"));
    let begin = client.begin_update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update);
    begin.send().await.unwrap();
    let list = client.list_billing_profiles(SAMPLE_ACCOUNT);
    assert_eq!(list.collect_all().await.unwrap().len(), 3);
    assert_eq!(
        logged(&emulator),
        ["authority POST 200", "arm PATCH 200", "arm GET 200"]
    );
}

#[tokio::test]
async fn app_user_credential_stores_each_new_refresh_token() {
    let builder = sample().app(registered()).single_use_refresh_tokens(true);
    let emulator = builder.start().await.unwrap();
    let store = Store::of(&emulator);
    let client = read(&emulator, by_user(&emulator, &store)).await.unwrap();
    for _ in 0..3 {
        emulator.advance_clock(Duration::from_secs(3600)).unwrap();
        let get = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
        get.send().await.unwrap();
    }
    let mut saved = store.saved();
    assert_eq!(saved.len(), 5);
    saved.sort_unstable();
    saved.dedup();
    assert_eq!(saved.len(), 5, "each is another one");
}

#[tokio::test]
async fn lost_refresh_token_requires_a_new_sign_in() {
    let lost: FaultPlan =
        "[[fault]]\nservice = \"authority\"\nnth = 1\ncommitted = true\nreset = true"
            .parse()
            .unwrap();
    let builder = sample().faults(lost).single_use_refresh_tokens(true);
    let emulator = builder.start().await.unwrap();
    let store = Store::of(&emulator);
    let credential = by_user(&emulator, &store);
    let lost = read(&emulator, credential.clone()).await.unwrap_err();
    assert!(lost.is_credential() && !lost.is_sign_in_expired(), "{lost}");
    let refused = read(&emulator, credential).await.unwrap_err();
    assert!(refused.is_sign_in_expired(), "{refused}");
    assert_eq!(
        logged(&emulator),
        ["authority POST 0", "authority POST 400"]
    );

    let again = Store::of(&emulator);
    read(&emulator, by_user(&emulator, &again)).await.unwrap();
}

#[tokio::test]
async fn fault_hits_the_authority_only_if_it_names_it() {
    let plan = |service: &str| format!("[[fault]]\n{service}status = 503\n").parse::<FaultPlan>();
    for (service, statuses) in [("", [200, 503]), ("service = \"authority\"\n", [503, 200])] {
        let builder = sample().faults(plan(service).unwrap());
        let emulator = builder.start().await.unwrap();
        let asked = ask(&emulator, &by_secret(PARTNER)).await.status;
        let read = HttpClient::partner(&emulator)
            .get("/v1/customers")
            .await
            .status;
        assert_eq!([asked, read], statuses, "{service}");
    }
}

#[tokio::test]
async fn token_for_another_resource_is_refused_each_time() {
    let emulator = sample().start().await.unwrap();
    let cloud = cloud(&emulator).with_partner_resource("https://graph.microsoft.com");
    let credential = AppCredential::for_partner_center(&app(&cloud)).unwrap();
    let error = read(&emulator, credential).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    let last = emulator.requests().pop().unwrap();
    assert_eq!(
        (last.service.to_string().as_str(), last.status),
        ("partner", 401)
    );
}

#[tokio::test]
async fn clients_recognise_each_error() {
    async fn refused(app: App) -> Error {
        let emulator = sample().app(app).start().await.unwrap();
        let store = Store::of(&emulator);
        let credential = by_user(&emulator, &store);
        read(&emulator, credential).await.unwrap_err()
    }
    let users = |sign_in| refused(registered().users(sign_in));
    assert!(users(SignIn::SecondFactorRequired).await.is_mfa_required());
    assert!(users(SignIn::ConsentRequired).await.is_consent_required());
    assert!(users(SignIn::Revoked).await.is_sign_in_expired());
    let weak = users(SignIn::PasswordOnly).await;
    assert!(weak.is_mfa_required() && weak.is_unauthorized(), "{weak}");
    let other = refused(App::new(SAMPLE_TENANT_ID, CLIENT, "another")).await;
    assert!(other.is_client_secret_refused(), "{other}");
    let nobody = refused(App::new("fabrikam.example.com", CLIENT, SECRET)).await;
    assert!(nobody.to_string().contains("AADSTS700016"), "{nobody}");
}

#[tokio::test]
async fn unused_refresh_token_expires_after_ninety_days() {
    let emulator = sample().start().await.unwrap();
    let store = Store::of(&emulator);
    let days = Duration::from_secs(90 * 24 * 60 * 60);
    emulator.advance_clock(days).unwrap();
    let error = read(&emulator, by_user(&emulator, &store))
        .await
        .unwrap_err();
    assert!(error.is_sign_in_expired(), "{error}");
    assert_eq!(store.saved().len(), 1);
}
