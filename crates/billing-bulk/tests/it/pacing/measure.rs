//! The worst of several simulated runs, and whether it reaches a goal.

use std::ops::RangeInclusive;

use super::settings::{Goal, Setting};
use super::simulation::{Client, Simulation};

/// The worst of several runs of a setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) writes: usize,
    /// The shortest possible time, in seconds.
    pub(crate) optimum: f64,
    /// The longest time, as a multiple of the optimum. Infinite if a run did not end.
    pub(crate) time: f64,
    /// The most refused requests.
    pub(crate) refused: usize,
}

/// Runs a setting with these seeds.
pub(crate) fn worst_of(setting: &Setting, writes: usize, seeds: RangeInclusive<u64>) -> Measured {
    measure(setting, writes, seeds, || Client::paced(setting.keys))
}

/// Runs a setting with another client.
pub(crate) fn measure(
    setting: &Setting,
    writes: usize,
    seeds: RangeInclusive<u64>,
    client: impl Fn() -> Client,
) -> Measured {
    let (server, optimum) = setting.server(writes);
    let mut worst = Measured {
        writes,
        optimum,
        time: 0.0,
        refused: 0,
    };
    for seed in seeds {
        let limit = 10.0 * optimum + 600.0;
        let outcome = Simulation::run(client(), server.clone(), writes, seed, limit);
        let time = if outcome.has_ended {
            outcome.time / optimum
        } else {
            f64::INFINITY
        };
        worst.time = worst.time.max(time);
        worst.refused = worst.refused.max(outcome.refused);
    }
    worst
}

impl Measured {
    /// Returns whether the goal is reached. Where the optimum is under two minutes, one more second
    /// and five more rejections are allowed: one misjudged burst is that much.
    pub(crate) fn reaches(&self, goal: Goal) -> bool {
        let (seconds, rejections) = if self.optimum < 120.0 {
            (1.0, 5.0)
        } else {
            (0.0, 0.0)
        };
        let size = usize::from(self.writes >= 20_000);
        let refused = goal.refused[size] * self.writes as f64 + rejections;
        let is_fast = match goal.time {
            Some(time) => self.time <= time[size] + seconds / self.optimum,
            None => self.time.is_finite(),
        };
        is_fast && self.refused as f64 <= refused
    }
}
