//! Caches a token while it is valid, and runs one refresh at a time.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::clock::{BoxFuture, Clock, SystemClock};
use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::token::AccessToken;
use crate::credential::token_credential::{Credential, TokenCredential};
use crate::error::Error;
use crate::option_setters::option_setters;

/// The time before its expiry at which a token is refreshed.
const EARLY: Duration = Duration::from_secs(5 * 60);

/// A token that expires sooner may expire on its way to the service.
const TRANSIT: Duration = Duration::from_secs(30);

/// The time that a refresh may take.
const LIMIT: Duration = Duration::from_secs(2 * 60);

/// The pause after a failed refresh while the old token is still valid.
const PAUSE: Duration = Duration::from_secs(30);

/// The time for which other requests with the same refused token get the error of its renewal: they
/// were in flight together.
const IN_FLIGHT: Duration = Duration::from_secs(5);

/// Caches the token of another credential and returns it until it is about to expire.
///
/// - From five minutes before its expiry, the next token is fetched in the background; meanwhile,
///   and if that fails, the old one is returned. After a failure, the next refresh waits for 30
///   seconds.
/// - In the last 30 seconds, callers wait for the next token; if the refresh fails, they get the
///   old one until it has expired.
/// - Concurrent callers share one refresh. It runs on a task of its own, so that dropping one
///   caller's future does not stop it. A refresh that hangs is given up after two minutes.
/// - A token that the service refused with 401 is dropped; one whose expiry is not known is cached
///   until then. A claims challenge is passed to the inner credential. If there is no other token,
///   requests that were in flight with the refused one get the same error.
///
/// Clones share the token. It needs a tokio runtime with a timer, as sending does.
///
/// ```
/// use std::time::Duration;
/// use billing_core::{CachedCredential, Credential, TokenCredential};
///
/// fn cached(slow: impl TokenCredential + 'static) -> Credential {
///     CachedCredential::new(slow)
///         .with_early_refresh(Duration::from_secs(10 * 60))
///         .with_refresh_limit(Duration::from_secs(30))
///         .into()
/// }
/// ```
#[derive(Clone)]
pub struct CachedCredential {
    source: Credential,
    clock: Arc<dyn Clock>,
    early: Duration,
    limit: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    kept: Option<CachedToken>,
    refresh: Option<Refresh>,
    /// On the scale of the clock's `elapsed`.
    paused_until: Option<Duration>,
    failed: Option<FailedRenewal>,
}

/// A refused token for which there was no other one.
struct FailedRenewal {
    refused: AccessToken,
    challenge: Option<ClaimsChallenge>,
    error: Error,
    /// On the scale of the clock's `elapsed`.
    at: Duration,
}

struct CachedToken {
    token: AccessToken,
    /// The lifetime of the token when it was received.
    life: Option<Duration>,
}

/// `None` until the refresh is done.
type Outcome = Option<Result<AccessToken, Error>>;

/// A running refresh, and the claims that it requests.
#[derive(Clone)]
struct Refresh {
    outcome: watch::Receiver<Outcome>,
    demand: Option<ClaimsRequest>,
}

/// The token that the service refused, and the claims that it requires of the next one.
#[derive(Clone)]
struct ClaimsRequest {
    refused: AccessToken,
    challenge: ClaimsChallenge,
}

enum Next {
    Give(AccessToken),
    Wait(Refresh),
}

impl CachedCredential {
    /// Creates a cache for the tokens of `source`.
    pub fn new(source: impl Into<Credential>) -> Self {
        Self {
            source: source.into(),
            clock: Arc::new(SystemClock::new()),
            early: EARLY,
            limit: LIMIT,
            state: Arc::default(),
        }
    }

    fn next(&self) -> Result<Next, Error> {
        let now = self.clock.now();
        let mut state = self.lock();
        if let Some(kept) = &state.kept {
            let token = kept.token.clone();
            let Some(left) = left(&token, now) else {
                return Ok(Next::Give(token));
            };
            // A token with a lifetime of minutes would otherwise always be due.
            let early = kept
                .life
                .map_or(self.early, |life| self.early.min(life / 2));
            if left > early {
                return Ok(Next::Give(token));
            }
            if left > TRANSIT.min(early / 2) {
                let paused = state.paused_until;
                if paused.is_none_or(|end| self.clock.elapsed() >= end) {
                    // Without a runtime there is no refresh, but this token is still valid.
                    let _ = self.refresh(&mut state, None);
                }
                return Ok(Next::Give(token));
            }
        }
        self.refresh(&mut state, None).map(Next::Wait)
    }

    /// Returns the next token after a refused one, with the required claims.
    fn next_with(&self, demand: &ClaimsRequest) -> Result<Next, Error> {
        let mut state = self.lock();
        if let Some(kept) = &state.kept {
            if !kept.token.is(&demand.refused) {
                // Another caller was refused earlier, and has fetched another token.
                return Ok(Next::Give(kept.token.clone()));
            }
            state.kept = None;
        }
        self.refresh(&mut state, Some(demand)).map(Next::Wait)
    }

    /// Returns why there was no other token than a refused one, just now.
    fn failed_renewal(
        &self,
        refused: &AccessToken,
        challenge: Option<&ClaimsChallenge>,
    ) -> Option<Error> {
        let now = self.clock.elapsed();
        let state = self.lock();
        let failed = state.failed.as_ref()?;
        let is_same = failed.refused.is(refused) && failed.challenge.as_ref() == challenge;
        let is_recent = now.saturating_sub(failed.at) < IN_FLIGHT;
        (is_same && is_recent).then(|| failed.error.clone())
    }

    /// Returns the running refresh, else a new one. A running refresh for other claims is awaited
    /// first.
    fn refresh(&self, state: &mut State, demand: Option<&ClaimsRequest>) -> Result<Refresh, Error> {
        // A refresh whose runtime was shut down has a receiver without a sender.
        let is_running = |it: &&Refresh| it.outcome.has_changed().is_ok();
        let running = state.refresh.as_ref().filter(is_running).cloned();
        let has_claims = |running: &Refresh| {
            let asked = running.demand.as_ref().map(|asked| &asked.challenge);
            demand.is_none_or(|demand| asked == Some(&demand.challenge))
        };
        if let Some(running) = running.as_ref().filter(|it| has_claims(it)) {
            return Ok(running.clone());
        }
        let runtime = Handle::try_current().map_err(|source| {
            Error::credential("a token is refreshed on a tokio runtime, and there is none here")
                .with_source(source)
        })?;
        let (done, outcome) = watch::channel(None);
        let cache = self.clone();
        let demand = demand.cloned();
        let refresh = Refresh {
            outcome,
            demand: demand.clone(),
        };
        let own = refresh.outcome.clone();
        runtime.spawn(async move {
            if let Some(mut earlier) = running {
                // Two refreshes at once would use the same refresh token.
                let _ = earlier.outcome.wait_for(Option::is_some).await;
            }
            let result = cache.fetch(demand.as_ref()).await;
            cache.keep(&result, &own);
            done.send_replace(Some(result));
        });
        state.refresh = Some(refresh.clone());
        Ok(refresh)
    }

    async fn fetch(&self, demand: Option<&ClaimsRequest>) -> Result<AccessToken, Error> {
        let limit = self.limit;
        let late = |_| Error::credential(format!("no token came within {limit:?}"));
        let token = async {
            match demand {
                None => self.source.get_token().await,
                Some(ClaimsRequest { refused, challenge }) => {
                    self.source.next_token(refused, challenge).await
                }
            }
        };
        // Real time, as for everything that is not ours.
        let token = tokio::time::timeout(limit, token).await.map_err(late)?;
        token.map_err(|error| match error.is_credential() {
            true => error,
            false => Error::credential("the credential gave no token").with_source(error),
        })
    }

    fn keep(&self, result: &Result<AccessToken, Error>, own: &watch::Receiver<Outcome>) {
        let now = self.clock.now();
        let mut state = self.lock();
        // Unless another refresh waits for the end of this one.
        let current = state.refresh.as_ref();
        if current.is_some_and(|it| it.outcome.same_channel(own)) {
            state.refresh = None;
        }
        match result {
            Ok(token) => {
                state.paused_until = None;
                state.failed = None;
                state.kept = Some(CachedToken {
                    token: token.clone(),
                    life: left(token, now),
                });
            }
            Err(_) => state.paused_until = self.clock.elapsed().checked_add(PAUSE),
        }
    }

    /// Returns the cached token if it has not expired.
    fn still_good(&self) -> Option<AccessToken> {
        let now = self.clock.now();
        let state = self.lock();
        let token = &state.kept.as_ref()?.token;
        let good = left(token, now).is_none_or(|left| left > Duration::ZERO);
        good.then(|| token.clone())
    }

    // The state is consistent between any two statements, so a panic elsewhere does not break it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

option_setters! { CachedCredential {
    /// Sets how long before its expiry a token is refreshed: 5 minutes by default, and at most half
    /// of its lifetime.
    with_early_refresh(early: Duration);

    /// Sets how long a refresh may take before it is given up, so that a refresh that hangs does
    /// not block the next one: 2 minutes by default.
    with_refresh_limit(limit: Duration);

    /// Sets the clock that tells when tokens expire.
    with_clock(clock: Arc<dyn Clock>);
} }

/// Returns the remaining lifetime of the token, if it is known; zero once it has expired.
fn left(token: &AccessToken, now: SystemTime) -> Option<Duration> {
    let end = token.expires_at()?;
    Some(end.duration_since(now).unwrap_or_default())
}

impl CachedCredential {
    /// Waits for the token or refresh that `next` returns.
    async fn wait(&self, next: impl Fn() -> Result<Next, Error>) -> Result<AccessToken, Error> {
        // Twice: a refresh is lost if the runtime of the caller that began it is shut down.
        for _ in 0..2 {
            let mut refresh = match next()? {
                Next::Give(token) => return Ok(token),
                Next::Wait(refresh) => refresh.outcome,
            };
            let outcome = refresh.wait_for(Option::is_some).await;
            match outcome.ok().and_then(|outcome| outcome.clone()) {
                None => {}
                Some(Ok(token)) => return Ok(token),
                Some(Err(error)) => {
                    let good = self.still_good();
                    return good.ok_or(error);
                }
            }
        }
        Err(Error::credential(
            "the refresh of the token was stopped before it was done",
        ))
    }
}

impl TokenCredential for CachedCredential {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(self.wait(|| self.next()))
    }

    fn forget(&self, refused: &AccessToken) {
        // The source first: a refresh that begins in between must not get the refused token from
        // there.
        self.source.forget(refused);
        let mut state = self.lock();
        if state
            .kept
            .as_ref()
            .is_some_and(|kept| kept.token.is(refused))
        {
            state.kept = None;
        }
    }

    fn renew<'a>(
        &'a self,
        refused: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(async move {
            if let Some(error) = self.failed_renewal(refused, challenge) {
                return Err(error);
            }
            let renewed = match challenge.cloned() {
                None => {
                    self.forget(refused);
                    self.get_token().await
                }
                Some(challenge) => {
                    let demand = ClaimsRequest {
                        refused: refused.clone(),
                        challenge,
                    };
                    self.wait(|| self.next_with(&demand)).await
                }
            };
            if let Err(error) = &renewed {
                self.lock().failed = Some(FailedRenewal {
                    refused: refused.clone(),
                    challenge: challenge.cloned(),
                    error: error.clone(),
                    at: self.clock.elapsed(),
                });
            }
            renewed
        })
    }
}

impl fmt::Debug for CachedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedCredential")
            .field("source", &self.source)
            .field("early", &self.early)
            .finish_non_exhaustive()
    }
}
