//! The CPU time of child processes.

use std::fs;
use std::time::Duration;

/// Returns the CPU time of all child processes that have ended, in steps of 10 ms; `None` where
/// `/proc` does not have it.
pub(super) fn of_children() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may contain anything. The fields `cutime` and `cstime` follow it, see
    // proc_pid_stat(5), in ticks of 1/100 s.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(13);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}
