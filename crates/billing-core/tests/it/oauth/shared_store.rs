//! Several processes use one store, and with it one refresh token.

use std::sync::{Arc, Mutex};

use billing_core::{
    AppUserCredential, BoxFuture, Credential, RefreshTokenStore, Secret, StoreError, StoreLock,
};
use billing_test::{Script, Server, TestClock, chain};
use insta::assert_snapshot;

use super::{form, start, token_and};

/// Tokens that other processes save, one before each load.
pub(crate) struct Shared {
    token: Mutex<String>,
    events: Arc<Mutex<Vec<String>>>,
    others: Mutex<Vec<&'static str>>,
    lock: Lock,
}

#[derive(Clone, Copy)]
enum Lock {
    None,
    Works,
    Fails,
}

pub(crate) fn store(token: &str) -> Arc<Shared> {
    with(token, Lock::None, [])
}

fn with<const N: usize>(token: &str, lock: Lock, others: [&'static str; N]) -> Arc<Shared> {
    Arc::new(Shared {
        token: Mutex::new(token.to_owned()),
        events: Arc::default(),
        others: Mutex::new(others.into_iter().rev().collect()),
        lock,
    })
}

impl Shared {
    pub(crate) fn kept(&self) -> String {
        self.token.lock().unwrap().clone()
    }

    fn note(&self, event: &str) {
        self.events.lock().unwrap().push(event.to_owned());
    }

    fn events(&self) -> String {
        self.events.lock().unwrap().join(", ")
    }
}

/// Records when it is dropped.
struct Guard(Arc<Mutex<Vec<String>>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.lock().unwrap().push("unlock".to_owned());
    }
}

impl RefreshTokenStore for Shared {
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, StoreError>> {
        Box::pin(async move {
            match self.lock {
                Lock::None => Ok(StoreLock::none()),
                Lock::Works => {
                    self.note("lock");
                    Ok(StoreLock::new(Guard(Arc::clone(&self.events))))
                }
                Lock::Fails => Err("another process holds it".into()),
            }
        })
    }

    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        Box::pin(async move {
            if let Some(saved) = self.others.lock().unwrap().pop() {
                *self.token.lock().unwrap() = saved.to_owned();
            }
            self.note(&format!("load {}", self.kept()));
            Ok(Secret::new(self.kept()))
        })
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            *self.token.lock().unwrap() = token.expose().to_owned();
            self.note(&format!("save {}", token.expose()));
            Ok(())
        })
    }
}

async fn credential(
    store: &Arc<Shared>,
    answers: Vec<Script>,
) -> (Server, Arc<TestClock>, Credential) {
    let (server, clock, app) = start(answers).await;
    let credential = AppUserCredential::for_partner_center(&app, Arc::clone(store)).unwrap();
    (server, clock, credential.into())
}

fn refused() -> Script {
    let body = r#"{"error":"invalid_grant","error_description":"AADSTS50173: Revoked."}"#;
    Script::new("400 Bad Request", body)
}

#[tokio::test]
async fn the_store_is_locked_from_loading_to_saving() {
    let store = with("one", Lock::Works, []);
    let (_server, _clock, credential) = credential(&store, vec![token_and("a", "two")]).await;
    credential.get_token().await.unwrap();
    assert_eq!(store.events(), "lock, load one, save two, unlock");
}

#[tokio::test]
async fn a_failed_exchange_unlocks_the_store() {
    let store = with("one", Lock::Works, []);
    let (_server, clock, credential) = credential(&store, vec![refused()]).await;
    assert!(
        credential
            .get_token()
            .await
            .unwrap_err()
            .is_sign_in_expired()
    );
    assert_eq!(store.events(), "lock, load one, load one, unlock");
    assert!(
        clock.sleeps().is_empty(),
        "nobody else can be about to save"
    );
}

#[tokio::test]
async fn a_store_that_cannot_be_locked_ends_it() {
    let store = with("one", Lock::Fails, []);
    let (server, _clock, credential) = credential(&store, vec![]).await;
    let error = credential.get_token().await.unwrap_err();
    assert_snapshot!(chain(&error, &server), @"
    the store of the refresh token could not be locked
    another process holds it
    ");
    assert_eq!((store.events().as_str(), server.received().len()), ("", 0));
}

#[tokio::test]
async fn what_somebody_else_saved_meanwhile_is_used_once() {
    for lock in [Lock::None, Lock::Works] {
        let store = with("one", lock, ["one", "two"]);
        let answers = vec![refused(), token_and("a", "three")];
        let (server, _clock, credential) = credential(&store, answers).await;
        let token = credential.get_token().await.unwrap();
        assert_eq!(token.secret().expose(), "a");
        assert!(form(&server, 1).contains("refresh_token=two"));
        assert_eq!(store.kept(), "three");
    }
    let store = with("one", Lock::None, ["one", "two", "three"]);
    let answers = vec![refused(), refused(), token_and("a", "four")];
    let (server, clock, credential) = credential(&store, answers).await;
    assert!(
        credential
            .get_token()
            .await
            .unwrap_err()
            .is_sign_in_expired()
    );
    assert_eq!(server.received().len(), 2);
    assert_eq!(
        clock.sleeps().len(),
        1,
        "the other one is given time to save"
    );
}

#[tokio::test]
async fn only_a_refused_grant_is_tried_with_another_token() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Wrong."}"#;
    let store = with("one", Lock::None, ["one", "two"]);
    let answers = vec![
        Script::new("401 Unauthorized", body),
        token_and("a", "three"),
    ];
    let (server, _clock, credential) = credential(&store, answers).await;
    assert!(
        credential
            .get_token()
            .await
            .unwrap_err()
            .is_client_secret_refused()
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_end_the_exchange() {
    let store = with("one", Lock::Works, []);
    let (server, _clock, app) = start(vec![token_and("a", "two")]).await;
    let credential = AppUserCredential::for_partner_center(&app, Arc::clone(&store)).unwrap();
    let asking = tokio::spawn(async move {
        billing_core::TokenCredential::get_token(&credential)
            .await
            .is_ok()
    });
    while server.received().is_empty() {
        tokio::task::yield_now().await;
    }
    asking.abort();
    AppUserCredential::finish_exchanges().await;
    assert_eq!(store.kept(), "two");
}
