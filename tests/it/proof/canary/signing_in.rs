//! Secrets of a sign-in: the application's secret, the refresh token, the access token, and the
//! form of the token request.

use std::sync::Arc;

use billing_core::{
    AppCredential, AppRegistration, AppUserCredential, AzureCredential, BoxFuture, Cloud,
    Credential, RefreshTokenStore, Secret, SendOptions, StoreError, TokenCredential,
};
use billing_test::{Script, Server, TestClock};
use partner_client::{PartnerClient, PartnerClientOptions};

use super::super::record::Recorder;
use super::super::run::{CUSTOMER, persistent};
use super::responses::{echoes, garbled};
use super::{Printed, partner_profile, require_none};

/// A secret of two words, which a form encodes.
const SECRET: &str = "canary secret";

/// A store with a refresh token, which saves the next one or fails to.
#[derive(Clone, Copy)]
struct Vault {
    is_full: bool,
}

impl RefreshTokenStore for Vault {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        Box::pin(async { Ok(Secret::new("canary-refresh-1")) })
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        assert_eq!(token.expose(), "canary-refresh-2");
        Box::pin(async {
            match self.is_full {
                true => Err("the vault is full".into()),
                false => Ok(()),
            }
        })
    }
}

fn granted() -> Script {
    Script::json(
        r#"{"token_type":"Bearer","expires_in":3600,"access_token":"canary-access","refresh_token":"canary-refresh-2"}"#,
    )
}

fn registration(authority: &Server, options: SendOptions) -> AppRegistration {
    let cloud = Cloud::public().with_authority(&authority.origin().parse().unwrap());
    let secret = Secret::new(SECRET);
    AppRegistration::new(&cloud, "contoso.example.com", "client", secret).with_send_options(options)
}

/// Reads a profile with a token of this credential, which the service refuses once.
async fn use_it(credential: impl Into<Credential>, options: SendOptions, printed: &mut Printed) {
    let profile = serde_json::to_string(&partner_profile()).unwrap();
    let refusal = Script::new("401 Canary\nWWW-Authenticate: canary", "canary");
    let service = Server::start(vec![refusal, Script::json(&profile)]).await;
    let options = PartnerClientOptions::default().with_send_options(options);
    let endpoint = service.origin().parse().unwrap();
    let client = PartnerClient::with_options(endpoint, credential, options).unwrap();
    let get = client.get_customer_billing_profile(CUSTOMER);
    printed.outcome(get.send().await);
    printed.debug(&client);
    let sent = service.received();
    assert_eq!(
        sent[0].header("authorization"),
        Some("Bearer canary-access")
    );
}

async fn with_a_registration(printed: &mut Printed) {
    let options = || persistent(&Arc::new(TestClock::default()));
    let authority = Server::start((0..4).map(|_| granted()).collect()).await;
    let app = registration(&authority, options());
    printed.debug(&app);
    let credential = AppCredential::for_partner_center(&app).unwrap();
    use_it(credential.clone(), options(), printed).await;
    printed.debug(&credential);
    let credential = AppUserCredential::for_partner_center(&app, Vault { is_full: false }).unwrap();
    use_it(credential.clone(), options(), printed).await;
    printed.debug(&credential);
    let forms: Vec<_> = authority
        .received()
        .into_iter()
        .map(|one| one.body)
        .collect();
    assert!(
        forms
            .iter()
            .all(|form| form.contains("client_secret=canary+secret"))
    );
    assert!(forms[3].contains("refresh_token=canary-refresh-"));

    let authority = Server::start(vec![granted()]).await;
    let app = registration(&authority, options());
    let credential = AppUserCredential::for_partner_center(&app, Vault { is_full: true }).unwrap();
    printed.error(&credential.get_token().await.unwrap_err());
    printed.debug(&credential);
}

async fn with_an_authority_that_echoes(printed: &mut Printed) {
    for answer in echoes().into_iter().chain(garbled()) {
        let authority = Server::start(vec![answer]).await;
        let options = persistent(&Arc::new(TestClock::default()));
        let app = registration(&authority, options);
        let credential = AppUserCredential::for_partner_center(&app, Vault { is_full: false });
        printed.error(&credential.unwrap().get_token().await.unwrap_err());
    }
}

/// A credential of another crate, whose errors repeat the token.
#[derive(Debug)]
struct Identity(Result<&'static str, &'static str>);

#[async_trait::async_trait]
impl azure_core::credentials::TokenCredential for Identity {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<azure_core::credentials::TokenRequestOptions<'_>>,
    ) -> azure_core::Result<azure_core::credentials::AccessToken> {
        let end = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 33);
        self.0
            .map(|token| azure_core::credentials::AccessToken::new(token, end.into()))
            .map_err(|words| {
                azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, words)
            })
    }
}

async fn with_an_azure_credential(printed: &mut Printed) {
    let options = || persistent(&Arc::new(TestClock::default()));
    let good = Identity(Ok("canary-access"));
    let credential = AzureCredential::new(Arc::new(good), Cloud::public().arm_scope());
    use_it(credential.clone(), options(), printed).await;
    printed.debug(&credential);
    let bad = Identity(Err(
        "AADSTS7000215: canary@contoso.example has a canary secret",
    ));
    let credential = AzureCredential::new(Arc::new(bad), Cloud::public().arm_scope());
    printed.error(&credential.get_token().await.unwrap_err());
    printed.debug(&credential);
}

#[tokio::test]
async fn signing_in_prints_and_logs_no_secret() {
    let (recorder, _guard) = Recorder::start();
    let mut printed = Printed::default();
    with_a_registration(&mut printed).await;
    with_an_authority_that_echoes(&mut printed).await;
    with_an_azure_credential(&mut printed).await;
    require_none(&printed.0);
    let logged = recorder.lines();
    assert!(logged.iter().any(|line| line.contains("hyper_util")));
    require_none(&logged);
}
