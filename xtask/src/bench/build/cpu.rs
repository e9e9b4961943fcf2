//! The processor time of programs that this one has started and waited for, and of theirs.

use std::fs;
use std::time::Duration;

/// All of it so far, in steps of 10 ms; `None` where the system does not tell it in `/proc`.
pub(super) fn of_children() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold anything. Behind it, the fields `cutime` and `cstime` of proc_pid_stat(5), in
    // ticks of which Linux shows a hundred to a second.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(13);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}
