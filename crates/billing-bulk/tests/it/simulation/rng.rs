//! The random choices of a simulation, all from one seed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A source of random choices, shared by all parts of a simulation. The parts draw from it in the
/// order in which they act, which the seed decides, so that a seed replays a whole run.
#[derive(Debug)]
pub(crate) struct Dice(Mutex<fastrand::Rng>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns a number from `0` to below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        self.draw(|rng| rng.u64(0..end.max(1)))
    }

    /// Returns whether an event of this probability happens.
    pub(crate) fn chance(&self, probability: f64) -> bool {
        self.draw(fastrand::Rng::f64) < probability
    }

    /// Returns a time between two times, to the millisecond.
    pub(crate) fn between(&self, from: Duration, to: Duration) -> Duration {
        let span = to.saturating_sub(from).as_millis();
        let span = u64::try_from(span).unwrap_or(u64::MAX);
        from + Duration::from_millis(self.below(span.saturating_add(1)))
    }

    /// Returns 128 random bits.
    pub(crate) fn bits(&self) -> u128 {
        self.draw(|rng| rng.u128(..))
    }
}
