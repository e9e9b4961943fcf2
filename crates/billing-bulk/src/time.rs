//! Times as people read them.

use std::time::SystemTime;

use jiff::Timestamp;

/// Returns a time such as `2026-11-30 07:03:01 UTC`.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use billing_bulk::time::utc;
///
/// let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_022_181);
/// assert_eq!(utc(time), "2026-11-30 07:03:01 UTC");
/// ```
pub fn utc(time: SystemTime) -> String {
    // Outside it is no time of a clock: the years -9999 to 9999.
    let time = Timestamp::try_from(time).unwrap_or(Timestamp::MAX);
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
