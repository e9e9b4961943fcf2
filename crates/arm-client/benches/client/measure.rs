//! Measuring: subjects that take turns, and the median of their ratios.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::subjects::Subject;

/// Requests of one turn, over all its tasks.
const REQUESTS: usize = 1_600;

/// What was measured of a subject; ratios are to the first subject of the comparison.
pub(crate) struct Cost {
    pub(crate) rate: f64,
    pub(crate) rate_ratio: f64,
    pub(crate) cpu_us: f64,
    pub(crate) cpu_ratio: f64,
}

/// One turn of one subject.
#[derive(Clone, Copy)]
struct Turn {
    rate: f64,
    cpu_us: f64,
}

/// Lets both subjects take turns for so many rounds, each with so many requests under way.
pub(crate) fn compare(
    runtime: &Runtime,
    subjects: &[Subject; 2],
    concurrency: usize,
    rounds: usize,
) -> [Cost; 2] {
    let mut turns = [Vec::new(), Vec::new()];
    for subject in subjects {
        // Connections are made and caches warmed before anything counts.
        turn(runtime, subject, concurrency);
    }
    for round in 0..rounds {
        // Each round begins with the other one.
        for at in [round % 2, (round + 1) % 2] {
            turns[at].push(turn(runtime, &subjects[at], concurrency));
        }
    }
    let base = &turns[0];
    [0, 1].map(|at| {
        let own = &turns[at];
        let pairs = || own.iter().zip(base);
        Cost {
            rate: median(own.iter().map(|turn| turn.rate)),
            rate_ratio: median(pairs().map(|(own, base)| own.rate / base.rate)),
            cpu_us: median(own.iter().map(|turn| turn.cpu_us)),
            cpu_ratio: median(pairs().map(|(own, base)| own.cpu_us / base.cpu_us)),
        }
    })
}

fn turn(runtime: &Runtime, subject: &Subject, concurrency: usize) -> Turn {
    let (start, cpu_start) = (Instant::now(), cpu_time());
    send(runtime, subject, concurrency, REQUESTS);
    let requests = REQUESTS as f64;
    Turn {
        rate: requests / start.elapsed().as_secs_f64(),
        cpu_us: (cpu_time() - cpu_start).as_secs_f64() * 1e6 / requests,
    }
}

/// Sends so many requests, shared out over so many tasks, which divide them without a rest.
pub(crate) fn send(runtime: &Runtime, subject: &Subject, concurrency: usize, requests: usize) {
    runtime.block_on(async {
        let each = requests / concurrency;
        let mut tasks: JoinSet<()> = (0..concurrency).map(|_| subject(each)).collect();
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    });
}

/// What the process has used of all processors, in its own code and in the system's.
#[cfg(unix)]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.try_into().unwrap()
}

/// Not measured: the ratio is no number.
#[cfg(not(unix))]
fn cpu_time() -> Duration {
    Duration::ZERO
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
