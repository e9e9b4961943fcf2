//! What a process has used, as Linux reports it.

use std::time::Instant;

use serde::{Deserialize, Serialize};

/// What some work took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Profiles per second.
    pub(crate) rate: f64,
    /// CPU time for each profile in microseconds, user and system, of all threads.
    pub(crate) cpu_us: f64,
    /// The largest resident memory of the process in MiB.
    pub(crate) peak_mib: f64,
}

/// The beginning of some work.
pub(crate) struct Stopwatch {
    start: Instant,
    cpu_seconds: f64,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            start: Instant::now(),
            cpu_seconds: cpu_seconds(),
        }
    }

    /// Returns what the work for this many profiles took.
    pub(crate) fn stop(&self, profiles: u64) -> Measured {
        Measured {
            rate: profiles as f64 / self.start.elapsed().as_secs_f64(),
            cpu_us: (cpu_seconds() - self.cpu_seconds) * 1e6 / profiles as f64,
            peak_mib: peak_mib(),
        }
    }
}

/// Returns the CPU time of this process.
fn cpu_seconds() -> f64 {
    // The fields after the name, which can contain anything: user and system time are fields 14 and
    // 15, in hundredths of a second.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks.map(|it| it.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    let peak = lines.find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kibibytes: f64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    kibibytes / 1024.0
}
