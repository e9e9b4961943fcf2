//! Refresh tokens are exchanged and saved; none is lost.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use billing_core::{
    AppUserCredential, BoxFuture, Clock, Credential, RefreshTokenStore, Secret, StoreError,
    TokenCredential,
};
use billing_test::{Script, Server, TestClock, chain};
use insta::assert_snapshot;
use tokio::sync::Semaphore;

use super::{form, printed, registration, start, token, token_and};

/// A store of one token that records its calls, and fails or waits where the test says so.
struct Store {
    token: Mutex<String>,
    events: Mutex<Vec<String>>,
    loads: Semaphore,
    /// How often saving fails before it works.
    failures: Mutex<usize>,
    /// One permit per token that is stored.
    keeps: Semaphore,
    /// One permit per save that may return.
    saved: Semaphore,
}

fn store() -> Arc<Store> {
    Arc::new(Store {
        token: Mutex::new("refresh-one".to_owned()),
        events: Mutex::default(),
        loads: Semaphore::new(100),
        failures: Mutex::default(),
        keeps: Semaphore::new(0),
        saved: Semaphore::new(100),
    })
}

impl Store {
    fn note(&self, event: impl Into<String>) {
        self.events.lock().unwrap().push(event.into());
    }

    fn events(&self) -> String {
        self.events.lock().unwrap().join("\n")
    }

    /// Returns when a token has been stored.
    async fn keeps_one(&self) {
        let kept = tokio::time::timeout(Duration::from_secs(600), self.keeps.acquire());
        kept.await.expect("nothing was saved").unwrap().forget();
    }

    fn kept(&self) -> String {
        self.token.lock().unwrap().clone()
    }
}

impl RefreshTokenStore for Store {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        Box::pin(async move {
            let Ok(permit) = self.loads.acquire().await else {
                return Err("the vault is locked".into());
            };
            permit.forget();
            self.note(format!("load {}", self.kept()));
            Ok(Secret::new(self.kept()))
        })
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let left = *self.failures.lock().unwrap();
            if left > 0 {
                *self.failures.lock().unwrap() -= 1;
                self.note("save fails");
                return Err("the disk is full".into());
            }
            *self.token.lock().unwrap() = token.expose().to_owned();
            self.note(format!("save {}", token.expose()));
            self.keeps.add_permits(1);
            self.saved.acquire().await.unwrap().forget();
            Ok(())
        })
    }
}

async fn partner(answers: Vec<Script>) -> (Server, Arc<TestClock>, Arc<Store>, Credential) {
    let (server, clock, app) = start(answers).await;
    let store = store();
    let credential = AppUserCredential::for_partner_center(&app, Arc::clone(&store)).unwrap();
    (server, clock, store, credential.into())
}

async fn get(credential: &Credential) -> String {
    let token = credential.get_token().await.unwrap();
    token.secret().expose().to_owned()
}

#[tokio::test]
async fn a_token_is_asked_for_with_the_refresh_token_of_the_store() {
    let (server, _clock, store, credential) = partner(vec![token("one")]).await;
    assert_eq!(get(&credential).await, "one");
    assert_eq!(
        server.lines(),
        ["POST /contoso.example.com/oauth2/v2.0/token HTTP/1.1"]
    );
    assert_snapshot!(form(&server, 0), @"
    grant_type=refresh_token
    refresh_token=refresh-one
    scope=https://api.partnercenter.microsoft.com/user_impersonation offline_access
    client_id=5f0c2b1e-0000-4000-8000-000000000001
    client_secret=canary-secret-90c1
    ");
    assert_eq!(store.events(), "load refresh-one", "nothing new to save");
}

#[tokio::test]
async fn a_token_for_resource_manager_is_asked_for_with_its_scope() {
    let (server, _clock, app) = start(vec![token("one")]).await;
    let credential = AppUserCredential::for_resource_manager(&app, store()).unwrap();
    credential.get_token().await.unwrap();
    let scope = "scope=https://management.azure.com/user_impersonation offline_access";
    assert!(form(&server, 0).contains(scope));
}

#[tokio::test]
async fn the_same_refresh_token_again_is_not_saved() {
    let (_server, _clock, store, credential) = partner(vec![token_and("one", "refresh-one")]).await;
    assert_eq!(get(&credential).await, "one");
    assert_eq!(store.events(), "load refresh-one");
}

#[tokio::test]
async fn refresh_token_is_saved_before_the_access_token_is_used() {
    let (server, clock, store, credential) = partner(vec![
        token_and("one", "refresh-two"),
        token_and("two", "refresh-three"),
    ])
    .await;
    store.saved.forget_permits(100);
    let asking = tokio::spawn({
        let (credential, store) = (credential.clone(), Arc::clone(&store));
        async move {
            let token = get(&credential).await;
            store.note(format!("given {token}"));
        }
    });
    store.keeps_one().await;
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(!asking.is_finished(), "the store is not done");
    store.saved.add_permits(2);
    asking.await.unwrap();
    clock.sleep(Duration::from_secs(3600)).await;
    assert_eq!(get(&credential).await, "two");
    assert_snapshot!(store.events(), @"
    load refresh-one
    save refresh-two
    given one
    load refresh-two
    save refresh-three
    ");
    assert!(form(&server, 1).contains("refresh_token=refresh-two"));
}

#[tokio::test]
async fn after_a_crash_while_saving_the_store_has_the_new_token() {
    let server = Server::start(vec![token_and("one", "refresh-two"), token("two")]).await;
    let clock = Arc::new(TestClock::default());
    let app = registration(&server, &clock);
    let store = store();
    store.saved.forget_permits(100);
    // A dropped runtime stands for a process that dies.
    let dying = (app.clone(), Arc::clone(&store));
    let died = tokio::task::spawn_blocking(move || {
        let (app, store) = dying;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let credential =
                AppUserCredential::for_partner_center(&app, Arc::clone(&store)).unwrap();
            let asking = tokio::spawn(async move { credential.get_token().await });
            store.keeps_one().await;
            assert!(!asking.is_finished());
        });
    });
    died.await.unwrap();
    store.saved.add_permits(1);
    let next = AppUserCredential::for_partner_center(&app, Arc::clone(&store)).unwrap();
    assert_eq!(get(&next.into()).await, "two");
    assert!(form(&server, 1).contains("refresh_token=refresh-two"));
}

#[tokio::test]
async fn failing_store_keeps_the_refresh_token_in_memory() {
    let (server, _clock, store, credential) = partner(vec![
        token_and("canary-one", "canary-two"),
        token_and("three", "refresh-four"),
    ])
    .await;
    *store.failures.lock().unwrap() = 2;
    let mut texts = Vec::new();
    for _ in 0..2 {
        let error = credential.get_token().await.unwrap_err();
        assert!(error.is_credential());
        assert!(!printed(&error).contains("canary"));
        texts.push(chain(&error, &server));
    }
    assert_eq!(texts[0], texts[1]);
    assert_snapshot!(texts[0], @"
    the new refresh token could not be saved, so the access token that came with it was not used; repair the store: the next call saves it first, and until then only this process has it
    the disk is full
    ");
    assert_eq!(get(&credential).await, "three");
    assert_snapshot!(store.events(), @"
    load refresh-one
    save fails
    save fails
    save canary-two
    load canary-two
    save refresh-four
    ");
    assert_eq!(server.received().len(), 2);
    assert!(form(&server, 1).contains("refresh_token=canary-two"));
}

#[tokio::test]
async fn refresh_token_is_saved_without_a_usable_access_token() {
    let answer = r#"{"token_type":"mac","access_token":"one","refresh_token":"refresh-two"}"#;
    let (server, _clock, store, credential) = partner(vec![Script::json(answer)]).await;
    let error = credential.get_token().await.unwrap_err();
    assert_snapshot!(chain(&error, &server), @"[origin] sent a token that is not a bearer token");
    assert_eq!(store.kept(), "refresh-two");
}

/// Returns the store and the token after this response.
async fn after(answer: Script) -> (Arc<Store>, Result<String, billing_core::Error>) {
    let (_server, _clock, store, credential) = partner(vec![answer]).await;
    let token = credential.get_token().await;
    (store, token.map(|token| token.secret().expose().to_owned()))
}

#[tokio::test]
async fn no_odd_member_costs_the_new_refresh_token() {
    for odd in [
        r#""token_type":"Bearer","expires_in":"3599","scope":null"#,
        r#""token_type":"bearer","expires_in":3599.5"#,
        r#""expires_in":{"canary":[1e400]},"ext_expires_in":[null]"#,
        r#""token_type":null,"expires_in":null,"expires_on":"soon","x":"\ud800""#,
    ] {
        let body = format!(r#"{{"access_token":"one",{odd},"refresh_token":"refresh-two"}}"#);
        let (store, token) = after(Script::json(&body)).await;
        assert_eq!(token.unwrap(), "one", "{body}");
        assert_eq!(store.kept(), "refresh-two", "{body}");
    }
}

#[tokio::test]
async fn a_new_refresh_token_is_saved_whatever_else_the_answer_says() {
    let body = |access: &str| format!(r#"{{"refresh_token":"refresh-two"{access}}}"#);
    let cut = |body: String| {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n";
        Script::bytes(format!("{head}{body}").into_bytes())
    };
    for answer in [
        Script::json(&body("")),
        Script::json(&body(r#","access_token":null"#)),
        Script::json(&body(r#","access_token":{"a":1}"#)),
        Script::json(&body(r#","access_token":"one","token_type":"mac""#)),
        Script::json(&body(r#","error":"invalid_grant""#)),
        Script::json(&format!("{}<p>", body(r#","access_token":7"#))),
        Script::new("201 Created", body(r#","access_token":"one""#)),
        Script::new("400 Bad Request", body(r#","error":"invalid_request""#)),
        Script::new("503 Service Unavailable", body("")),
        Script::new(
            "200 OK\nContent-Type: text/html",
            format!("\u{feff}{}", body("")),
        ),
        cut(body("")),
        Script::json(&body(&format!(r#","x":"{}""#, "x".repeat(256 * 1024)))),
    ] {
        let (store, token) = after(answer).await;
        let error = token.unwrap_err();
        assert!(error.is_credential(), "{error:?}");
        assert!(!printed(&error).contains("refresh-two"));
        assert_eq!(store.kept(), "refresh-two", "{error:?}");
    }
    // Complete members can be used although the rest is missing.
    let (store, token) = after(cut(body(r#","access_token":"one""#))).await;
    assert_eq!(
        (token.unwrap().as_str(), store.kept().as_str()),
        ("one", "refresh-two")
    );
}

#[tokio::test]
async fn demanded_claims_are_sent_with_the_refresh_token() {
    let (server, _clock, store, credential) = partner(vec![
        token_and("one", "refresh-two"),
        token_and("two", "refresh-three"),
    ])
    .await;
    let refused = credential.get_token().await.unwrap();
    let claims = r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#;
    let challenge = billing_core::ClaimsChallenge::new(claims).unwrap();
    let token = credential.renew(&refused, Some(&challenge)).await.unwrap();
    assert_eq!(token.unwrap().secret().expose(), "two");
    assert_eq!(store.kept(), "refresh-three");
    assert!(!form(&server, 0).contains("claims"));
    assert!(
        form(&server, 1).ends_with(&format!("\nclaims={claims}")),
        "{}",
        form(&server, 1)
    );
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_lose_the_new_refresh_token() {
    let (server, _clock, store, credential) = partner(vec![token_and("one", "refresh-two")]).await;
    store.loads.forget_permits(100);
    let gone = credential.clone();
    let gone = tokio::spawn(async move { gone.get_token().await });
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    store.loads.add_permits(1);
    store.keeps_one().await;
    assert_eq!(get(&credential).await, "one");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn concurrent_callers_use_the_refresh_token_once() {
    let (server, _clock, store, credential) = partner(vec![token_and("one", "refresh-two")]).await;
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let credential = credential.clone();
            tokio::spawn(async move { get(&credential).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "one");
    }
    assert_eq!(server.received().len(), 1);
    assert_eq!(store.events(), "load refresh-one\nsave refresh-two");
}

#[tokio::test]
async fn a_store_without_a_token_says_so_and_nothing_is_sent() {
    let (server, _clock, store, credential) = partner(vec![]).await;
    store.token.lock().unwrap().clear();
    let empty = credential.get_token().await.unwrap_err();
    assert_snapshot!(chain(&empty, &server), @"the store holds no refresh token: sign in, and store the refresh token of that sign-in");
    store.loads.close();
    let locked = credential.get_token().await.unwrap_err();
    assert_snapshot!(chain(&locked, &server), @"
    the refresh token could not be loaded from its store
    the vault is locked
    ");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn the_credential_prints_nothing_of_what_it_keeps() {
    let (_server, _clock, app) = start(vec![token_and("canary-a", "canary-b")]).await;
    let credential = AppUserCredential::for_partner_center(&app, store()).unwrap();
    credential.get_token().await.unwrap();
    assert_snapshot!(format!("{credential:?}"), @"AppUserCredential(CachedCredential { source: Credential(***), early: 300s, .. })");
}
