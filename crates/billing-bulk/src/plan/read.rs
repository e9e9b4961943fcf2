//! Reads a profile for a plan, and tries again as long as that may help.

use std::sync::Arc;
use std::time::Duration;

use billing_core::Clock;

use crate::document::Document;
use crate::gate::Gate;
use crate::pacing::Class;
use crate::plan::error::PlanError;
use crate::plan::progress::Teller;
use crate::plan::read_options::ReadOptions;
use crate::profile::ProfileId;
use crate::stop::StopHandle;
use crate::target::{Attempt, Cause, FailureKind, SignInCheck, Target};

/// The most attempts at a profile whose reads fail: about half a minute.
const MAX_TRIES: u32 = 6;

/// The most attempts at a profile that are throttled. Rate limits are waited for before each.
const MAX_THROTTLED: u32 = 50;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Reads profiles, no faster than the rate limits allow.
pub(crate) struct Reader {
    gate: Gate,
    clock: Arc<dyn Clock>,
}

impl Reader {
    pub(crate) fn new(options: &ReadOptions) -> Self {
        let clock = Arc::clone(&options.clock);
        Self {
            gate: Gate::new(Arc::clone(&clock), StopHandle::default(), options.rate),
            clock,
        }
    }

    /// Reads a profile, or returns why that is not possible.
    ///
    /// # Errors
    /// The service cannot be used at all now: it cannot be reached, or refuses the sign-in.
    pub(crate) async fn read(
        &self,
        target: &dyn Target,
        profile: &ProfileId,
        teller: &Teller,
    ) -> Result<Result<Document, Cause>, PlanError> {
        let (mut tries, mut throttled, mut sign_ins) = (0_u32, 0_u32, 0_u32);
        loop {
            let attempt = self.attempt(target, profile, teller).await?;
            let failure = match attempt.result {
                Ok(document) => return Ok(Ok(document)),
                Err(failure) => failure,
            };
            let asked = attempt.signal.retry_after.unwrap_or_default();
            match failure.kind {
                FailureKind::Refused | FailureKind::Forbidden | FailureKind::NotFound => {
                    return Ok(Err(failure.cause));
                }
                FailureKind::Throttled if throttled < MAX_THROTTLED => {
                    throttled = throttled.saturating_add(1);
                    continue;
                }
                // The gate waits, and stops the plan when it has waited for minutes.
                FailureKind::NotSent if failure.cause.status.is_none() => continue,
                // The next attempt uses another token.
                FailureKind::SignIn if sign_ins == 0 => {
                    sign_ins = 1;
                    continue;
                }
                FailureKind::SignIn => return Err(PlanError::Stopped(Box::new(failure.cause))),
                _ => {}
            }
            tries = tries.saturating_add(1);
            if tries >= MAX_TRIES || failure.kind == FailureKind::Throttled {
                return Ok(Err(failure.cause));
            }
            let doubled = Duration::from_secs(2_u64.saturating_pow(tries.saturating_sub(1)));
            let pause = doubled.max(asked).min(LONGEST_PAUSE);
            self.clock.sleep(pause).await;
        }
    }

    /// Reads a profile once, when the rate limits allow it.
    ///
    /// # Errors
    /// The service could not be reached for so long that the plan stops.
    async fn attempt(
        &self,
        target: &dyn Target,
        profile: &ProfileId,
        teller: &Teller,
    ) -> Result<Attempt<Document>, PlanError> {
        let binding = target.binding();
        let pass = self
            .gate
            .enter(binding, profile, Class::Read, u64::MAX, false);
        let Some(pass) = pass.await else {
            let cause = self.gate.given_up(profile.service());
            return Err(PlanError::Stopped(Box::new(cause.unwrap_or_default())));
        };
        let attempt = target.read(profile).await;
        let learned = self.gate.leave(pass, &attempt);
        if let Some(pause) = learned.pause {
            let left = pause.until.saturating_sub(self.clock.elapsed());
            teller.tell_pause(pause.key.to_string(), left);
        }
        if let Some(change) = learned.outage {
            teller.tell_outage(profile.service(), change);
        }
        match self.gate.given_up(profile.service()) {
            Some(cause) => Err(PlanError::Stopped(Box::new(cause))),
            None => Ok(attempt),
        }
    }

    /// Asks a service once about the sign-in; `None` if it cannot be asked.
    pub(crate) async fn check_sign_in(
        &self,
        target: &dyn Target,
        profile: &ProfileId,
    ) -> Option<Attempt<SignInCheck>> {
        let check = target.check_sign_in(profile)?;
        let binding = target.binding();
        let pass = self
            .gate
            .enter(binding, profile, Class::Read, u64::MAX, false);
        let pass = pass.await?;
        let attempt = check.await;
        self.gate.leave(pass, &attempt);
        Some(attempt)
    }
}
