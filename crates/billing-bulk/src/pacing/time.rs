//! Times as seconds, with which rates are computed.

use std::time::Duration;

use crate::pacing::readiness::Readiness;

/// Differences below this are rounding.
const TOLERANCE: f64 = 1e-6;

/// Returns a duration in seconds.
pub(crate) fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

/// Returns `Ready` at `time` and later. A caller that waits until the returned time is ready then.
pub(crate) fn at(now: f64, time: f64) -> Readiness {
    if time <= now + TOLERANCE {
        Readiness::Ready
    } else {
        // A year is for ever.
        Readiness::At(Duration::from_secs_f64(time.clamp(0.0, now + 31_536_000.0)))
    }
}
