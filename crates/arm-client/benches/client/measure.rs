//! Measures subjects that take turns, and computes the median of their ratios.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::subjects::Subject;

/// Requests of one turn, over all its tasks.
const REQUESTS: usize = 1_600;

/// Measurements of a subject; ratios are to the first subject of the comparison.
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

/// Runs both subjects in turns for a number of rounds, with a number of concurrent requests.
pub(crate) fn compare(
    runtime: &Runtime,
    subjects: &[Subject; 2],
    concurrency: usize,
    rounds: usize,
) -> [Cost; 2] {
    let mut turns = [Vec::new(), Vec::new()];
    for subject in subjects {
        // The first turn opens connections and warms caches, and does not count.
        turn(runtime, subject, concurrency);
    }
    for round in 0..rounds {
        // The subject that starts alternates.
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

/// Sends a number of requests, divided evenly among a number of tasks.
pub(crate) fn send(runtime: &Runtime, subject: &Subject, concurrency: usize, requests: usize) {
    runtime.block_on(async {
        let each = requests / concurrency;
        let mut tasks: JoinSet<()> = (0..concurrency).map(|_| subject(each)).collect();
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    });
}

/// Returns the CPU time of the process, user and system.
#[cfg(unix)]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.try_into().unwrap()
}

/// Not measured here: the ratio is not a number.
#[cfg(not(unix))]
fn cpu_time() -> Duration {
    Duration::ZERO
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
