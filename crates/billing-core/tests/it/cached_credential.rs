//! The token cache, over a source whose tokens the test releases.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use billing_core::{
    AccessToken, BoxFuture, CachedCredential, ClaimsChallenge, Clock, Credential, Error,
    StaticToken, TokenCredential,
};
use billing_test::TestClock;
use futures_util::FutureExt;
use tokio::sync::Semaphore;

/// What the source returns: a token with this lifetime in seconds, or an error.
#[derive(Clone, Copy)]
enum Script {
    Token(&'static str, u64),
    Endless(&'static str),
    Fails,
    Panics,
}

use Script::{Endless, Fails, Panics, Token};

struct Source {
    clock: Arc<TestClock>,
    answers: Mutex<VecDeque<Script>>,
    /// One permit per token that may be returned.
    gate: Semaphore,
    calls: Mutex<usize>,
    forgotten: Mutex<Vec<String>>,
    /// The requested claims.
    claims: Mutex<Vec<String>>,
}

impl TokenCredential for Source {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move {
            *self.calls.lock().unwrap() += 1;
            self.gate.acquire().await.unwrap().forget();
            let answer = self.answers.lock().unwrap().pop_front();
            match answer.expect("one call too many") {
                Token(text, seconds) => {
                    let end = self.clock.now() + Duration::from_secs(seconds);
                    Ok(AccessToken::new(text).with_expires_at(end))
                }
                Endless(text) => Ok(AccessToken::new(text)),
                Fails => Err(Error::credential("no luck").with_source(std::fmt::Error)),
                Panics => panic!("the source is broken"),
            }
        })
    }

    fn forget(&self, refused: &AccessToken) {
        let text = refused.secret().expose().to_owned();
        self.forgotten.lock().unwrap().push(text);
    }

    fn renew<'a>(
        &'a self,
        refused: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        let claims = challenge.map(|challenge| challenge.claims().to_owned());
        self.claims.lock().unwrap().extend(claims);
        self.forget(refused);
        self.get_token()
    }
}

struct Bench {
    clock: Arc<TestClock>,
    source: Arc<Source>,
    cache: CachedCredential,
}

/// A cache whose source returns these at once.
fn bench<const N: usize>(answers: [Script; N]) -> Bench {
    let bench = closed(answers);
    bench.source.gate.add_permits(N);
    bench
}

/// A cache whose source returns these once the gate is opened.
fn closed<const N: usize>(answers: [Script; N]) -> Bench {
    let clock = Arc::new(TestClock::default());
    let source = Arc::new(Source {
        clock: Arc::clone(&clock),
        answers: Mutex::new(answers.into()),
        gate: Semaphore::new(0),
        calls: Mutex::default(),
        forgotten: Mutex::default(),
        claims: Mutex::default(),
    });
    let cache =
        CachedCredential::new(Arc::clone(&source)).with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    Bench {
        clock,
        source,
        cache,
    }
}

impl Bench {
    async fn get(&self) -> String {
        let token = self.cache.get_token().await.unwrap();
        token.secret().expose().to_owned()
    }

    /// Gets a token, lets the background refresh finish, and gets another.
    async fn get_twice(&self) -> [String; 2] {
        let first = self.get().await;
        settle().await;
        [first, self.get().await]
    }

    fn calls(&self) -> usize {
        *self.source.calls.lock().unwrap()
    }

    async fn pass(&self, seconds: u64) {
        self.clock.sleep(Duration::from_secs(seconds)).await;
    }
}

/// Lets the other tasks of this thread run until they wait.
async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_token_is_given_again_until_it_is_due() {
    let bench = bench([Token("one", 3600)]);
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    bench.pass(3299).await;
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    assert_eq!(bench.calls(), 1);
}

#[tokio::test]
async fn token_is_refreshed_in_background_five_minutes_early() {
    let bench = bench([Token("one", 3600), Token("two", 3600)]);
    bench.get().await;
    bench.pass(3300).await;
    assert_eq!(bench.get_twice().await, ["one", "two"]);
    assert_eq!(bench.calls(), 2);
}

#[tokio::test]
async fn how_early_is_an_option() {
    let mut bench = bench([Token("one", 3600), Token("two", 3600)]);
    bench.cache = bench.cache.with_early_refresh(Duration::from_secs(60));
    bench.get().await;
    bench.pass(3539).await;
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    bench.pass(1).await;
    assert_eq!(bench.get_twice().await, ["one", "two"]);
}

#[tokio::test]
async fn without_early_refresh_a_token_is_given_until_its_end() {
    let mut bench = bench([Token("one", 60), Token("two", 60)]);
    bench.cache = bench.cache.with_early_refresh(Duration::ZERO);
    bench.get().await;
    bench.pass(59).await;
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    bench.pass(1).await;
    assert_eq!(bench.get().await, "two");
}

#[tokio::test]
async fn a_token_that_lives_but_minutes_is_not_always_due() {
    let bench = bench([Token("one", 120), Token("two", 120)]);
    bench.get().await;
    bench.pass(59).await;
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    bench.pass(1).await;
    assert_eq!(bench.get_twice().await, ["one", "two"]);
}

#[tokio::test]
async fn an_early_refresh_that_fails_keeps_the_old_token_and_pauses() {
    let bench = bench([Token("one", 3600), Fails, Fails, Token("two", 3600)]);
    bench.get().await;
    bench.pass(3300).await;
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    bench.pass(29).await;
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    assert_eq!(bench.calls(), 2, "it tried again too soon");
    bench.pass(1).await;
    assert_eq!(bench.get_twice().await, ["one", "one"]);
    assert_eq!(bench.calls(), 3);
    bench.pass(30).await;
    assert_eq!(bench.get_twice().await, ["one", "two"]);
}

#[tokio::test]
async fn callers_wait_in_the_last_seconds_of_a_token() {
    let bench = bench([Token("one", 3600), Fails, Fails, Token("two", 3600)]);
    bench.get().await;
    bench.pass(3570).await;
    assert_eq!(bench.get().await, "one");
    assert_eq!(bench.calls(), 2);
    bench.pass(29).await;
    assert_eq!(bench.get().await, "one");
    assert_eq!(bench.get().await, "two");
}

#[tokio::test]
async fn a_token_that_has_ended_is_never_given() {
    let bench = bench([Token("one", 3600), Fails, Token("two", 3600)]);
    bench.get().await;
    bench.pass(3600).await;
    let error = bench.cache.get_token().await.unwrap_err();
    assert!(error.is_credential());
    assert_eq!(error.to_string(), "no luck");
    assert_eq!(bench.get().await, "two");
}

#[tokio::test]
async fn concurrent_callers_share_one_refresh() {
    let bench = closed([Token("one", 3600)]);
    let callers: Vec<_> = (0..32)
        .map(|_| {
            let cache = bench.cache.clone();
            tokio::spawn(async move { cache.get_token().await.unwrap() })
        })
        .collect();
    settle().await;
    bench.source.gate.add_permits(32);
    for caller in callers {
        assert_eq!(caller.await.unwrap().secret().expose(), "one");
    }
    assert_eq!(bench.calls(), 1);
}

#[tokio::test]
async fn concurrent_callers_share_one_failure_with_its_cause() {
    let bench = closed([Fails]);
    let (first, second) = (bench.cache.get_token(), bench.cache.get_token());
    let open = async { bench.source.gate.add_permits(1) };
    let (first, second, ()) = tokio::join!(first, second, open);
    for error in [first.unwrap_err(), second.unwrap_err()] {
        assert!(error.is_credential());
        assert!(!error.may_have_taken_effect());
        assert_eq!(error.to_string(), "no luck");
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.to_string(), std::fmt::Error.to_string());
        assert_eq!(format!("{cause:?}"), "Error");
        assert!(cause.source().is_none());
    }
    assert_eq!(bench.calls(), 1);
}

#[tokio::test]
async fn a_caller_who_goes_away_takes_the_refresh_from_nobody() {
    let bench = closed([Token("one", 3600)]);
    let (gone, stays) = (bench.cache.clone(), bench.cache.clone());
    let gone = tokio::spawn(async move { gone.get_token().await });
    settle().await;
    let stays = tokio::spawn(async move { stays.get_token().await });
    settle().await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    bench.source.gate.add_permits(1);
    assert_eq!(stays.await.unwrap().unwrap().secret().expose(), "one");
    assert_eq!(bench.calls(), 1);
}

#[tokio::test]
async fn a_refresh_ends_well_although_every_caller_went_away() {
    let bench = closed([Token("one", 3600)]);
    let cache = bench.cache.clone();
    let gone = tokio::spawn(async move { cache.get_token().await });
    settle().await;
    gone.abort();
    bench.source.gate.add_permits(1);
    settle().await;
    assert_eq!(bench.get().await, "one");
    assert_eq!(bench.calls(), 1);
}

#[test]
fn lost_refresh_begins_again_on_another_runtime() {
    let bench = closed([Token("one", 3600)]);
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let first = runtime();
    let cache = bench.cache.clone();
    first.block_on(async move {
        tokio::spawn(async move { cache.get_token().await });
        settle().await;
    });
    drop(first);
    bench.source.gate.add_permits(1);
    assert_eq!(runtime().block_on(bench.get()), "one");
    assert_eq!(bench.calls(), 2);
}

#[test]
fn without_a_runtime_there_is_an_error() {
    let bench = bench([]);
    let mut token = bench.cache.get_token();
    let poll = token.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Err(error)) = poll else {
        panic!("no error");
    };
    assert_eq!(
        error.to_string(),
        "a token is refreshed on a tokio runtime, and there is none here"
    );
}

#[tokio::test]
async fn a_source_that_panics_wedges_nobody() {
    let bench = bench([Panics, Panics, Token("one", 3600)]);
    let error = bench.cache.get_token().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the refresh of the token was stopped before it was done"
    );
    assert_eq!(bench.get().await, "one");
}

#[tokio::test]
async fn a_refresh_that_hangs_is_given_up_so_that_another_can_begin() {
    let mut bench = closed([Token("one", 3600)]);
    bench.cache = bench.cache.with_refresh_limit(Duration::from_millis(20));
    let error = bench.cache.get_token().await.unwrap_err();
    assert!(error.is_credential());
    assert_eq!(error.to_string(), "no token came within 20ms");
    bench.source.gate.add_permits(1);
    assert_eq!(bench.get().await, "one");
    assert_eq!(bench.calls(), 2);
}

#[tokio::test]
async fn a_token_of_unknown_end_is_kept_until_it_is_refused() {
    let bench = bench([Endless("one"), Endless("two")]);
    bench.get().await;
    bench.pass(1_000_000).await;
    assert_eq!(bench.get().await, "one");
    bench.cache.forget(&AccessToken::new("one"));
    assert_eq!(bench.get().await, "two");
}

#[tokio::test]
async fn only_the_refused_token_is_forgotten() {
    let bench = bench([Endless("one"), Endless("two")]);
    bench.get().await;
    bench.cache.forget(&AccessToken::new("another"));
    assert_eq!(bench.get().await, "one");
    // Two requests were refused with the same token; the second reports it late.
    let refused = AccessToken::new("one");
    let credential = Credential::from(bench.cache.clone());
    for _ in 0..2 {
        let other = credential.renew(&refused, None).await.unwrap().unwrap();
        assert_eq!(other.secret().expose(), "two");
    }
    assert_eq!(bench.calls(), 2);
    let forgotten = bench.source.forgotten.lock().unwrap().clone();
    assert_eq!(
        forgotten,
        ["another", "one", "one"],
        "the source hears of it"
    );
}

/// A source over which the cache is called while it forgets its token.
#[derive(Default)]
struct Keeper {
    cache: Mutex<Option<CachedCredential>>,
    given_meanwhile: Mutex<Option<AccessToken>>,
}

impl TokenCredential for Keeper {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async { Ok(AccessToken::new("one")) })
    }

    fn forget(&self, _: &AccessToken) {
        let cache = self.cache.lock().unwrap().clone().unwrap();
        let given = cache.get_token().now_or_never();
        *self.given_meanwhile.lock().unwrap() = given.map(Result::unwrap);
    }
}

#[tokio::test]
async fn refresh_waits_until_the_source_forgot_the_refused_token() {
    let source = Arc::new(Keeper::default());
    let cache = CachedCredential::new(Arc::clone(&source));
    *source.cache.lock().unwrap() = Some(cache.clone());
    let refused = cache.get_token().await.unwrap();
    cache.forget(&refused);
    let given = source.given_meanwhile.lock().unwrap().take();
    assert_eq!(given.unwrap().secret().expose(), "one");
}

#[tokio::test]
async fn a_refused_token_is_not_given_when_the_next_one_cannot_be_had() {
    let bench = bench([Token("one", 3600), Fails]);
    let credential = Credential::from(bench.cache.clone());
    let refused = credential.get_token().await.unwrap();
    let error = credential.renew(&refused, None).await.unwrap_err();
    assert_eq!(error.to_string(), "no luck");
}

#[tokio::test]
async fn the_same_token_again_is_no_other() {
    let refused = AccessToken::new("one");
    let fixed = Credential::from(StaticToken::new("one"));
    assert!(fixed.renew(&refused, None).await.unwrap().is_none());
    let bench = bench([Endless("one"), Endless("one")]);
    bench.get().await;
    let cached = Credential::from(bench.cache.clone());
    assert!(cached.renew(&refused, None).await.unwrap().is_none());
    assert_eq!(bench.calls(), 2);
}

fn mfa() -> ClaimsChallenge {
    ClaimsChallenge::new(r#"{"access_token":{"acrs":{"value":"p1"}}}"#).unwrap()
}

impl Bench {
    async fn renew(&self, refused: &str, challenge: &ClaimsChallenge) -> Option<String> {
        let credential = Credential::from(self.cache.clone());
        let refused = AccessToken::new(refused);
        let token = credential.renew(&refused, Some(challenge)).await.unwrap();
        token.map(|token| token.secret().expose().to_owned())
    }

    fn claims(&self) -> Vec<String> {
        self.source.claims.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn demanded_claims_reach_the_source_once() {
    let bench = bench([Token("one", 3600), Token("two", 3600), Token("three", 3600)]);
    bench.get().await;
    // Five requests were refused with the same token; late ones get the next one.
    let challenge = mfa();
    let renewed = (0..5).map(|_| bench.renew("one", &challenge));
    let renewed = futures_util::future::join_all(renewed).await;
    assert!(
        renewed.iter().all(|token| token.as_deref() == Some("two")),
        "{renewed:?}"
    );
    assert_eq!(bench.renew("one", &challenge).await.as_deref(), Some("two"));
    assert_eq!(bench.get().await, "two");
    assert_eq!(
        (bench.calls(), bench.claims()),
        (2, vec![challenge.claims().to_owned()])
    );
    // The next refresh requests no claims.
    bench.pass(3600).await;
    assert_eq!(bench.get().await, "three");
    assert_eq!(bench.claims().len(), 1);
}

#[tokio::test]
async fn refresh_without_the_demanded_claims_is_not_used() {
    let bench = closed([Token("one", 3600), Token("two", 3600), Token("three", 3600)]);
    bench.source.gate.add_permits(1);
    bench.get().await;
    bench.pass(3400).await;
    // Due, so that the next token is fetched in the background.
    assert_eq!(bench.get().await, "one");
    settle().await;
    assert_eq!(bench.calls(), 2);
    let challenge = mfa();
    let renewing = bench.renew("one", &challenge);
    futures_util::pin_mut!(renewing);
    assert!(renewing.as_mut().now_or_never().is_none());
    settle().await;
    assert_eq!(bench.calls(), 2, "the first refresh is still under way");
    bench.source.gate.add_permits(2);
    assert_eq!(renewing.await.as_deref(), Some("three"));
    assert_eq!(bench.get().await, "three");
    assert_eq!((bench.calls(), bench.claims().len()), (3, 1));
}

#[tokio::test]
async fn claims_that_cannot_be_had_leave_no_refused_token_behind() {
    let bench = bench([Token("one", 3600), Fails, Token("two", 3600)]);
    bench.get().await;
    let credential = Credential::from(bench.cache.clone());
    let refused = AccessToken::new("one");
    let error = credential.renew(&refused, Some(&mfa())).await.unwrap_err();
    assert_eq!(error.to_string(), "no luck");
    assert_eq!(bench.get().await, "two");
}

#[tokio::test]
async fn requests_refused_with_one_token_share_a_failed_renewal() {
    let bench = bench([Token("one", 3600), Fails, Fails, Token("two", 3600)]);
    bench.get().await;
    let credential = Credential::from(bench.cache.clone());
    let refused = AccessToken::new("one");
    // They were in flight together, and their responses come one after the other.
    for challenge in [Some(mfa()), None] {
        for _ in 0..32 {
            let renewed = credential.renew(&refused, challenge.as_ref()).await;
            assert_eq!(renewed.unwrap_err().to_string(), "no luck");
        }
    }
    assert_eq!(bench.calls(), 3);
    // A later request asks for a token again.
    assert_eq!(bench.get().await, "two");
}
