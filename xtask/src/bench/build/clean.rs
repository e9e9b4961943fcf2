//! Builds a package from nothing and measures what it costs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::bench::build::cpu;
use crate::process::{cargo, output, succeed};

/// The cost of a build in seconds, or as ratios.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub(super) seconds: f64,
    /// CPU seconds of all cores; NaN where the system does not report them.
    pub(super) cpu: f64,
}

impl Cost {
    pub(super) const SAME: Self = Self {
        seconds: 1.0,
        cpu: 1.0,
    };

    pub(super) fn columns(self) -> [f64; 2] {
        [self.seconds, self.cpu]
    }

    /// Returns the costs that `choose` selects from all seconds and all CPU seconds.
    pub(super) fn of(all: &[Self], choose: fn(Vec<f64>) -> f64) -> Self {
        Self {
            seconds: choose(all.iter().map(|cost| cost.seconds).collect()),
            cpu: choose(all.iter().map(|cost| cost.cpu).collect()),
        }
    }
}

pub(super) fn target(scratch: &Path, package: &str) -> PathBuf {
    scratch.join("target").join(package)
}

pub(super) fn clean_build(
    folder: &Path,
    package: &str,
    features: &[&str],
    target: &Path,
) -> Result<Cost> {
    if target.exists() {
        fs::remove_dir_all(target).with_context(|| format!("emptying {}", target.display()))?;
    }
    let arguments = ["build", "--quiet", "--offline", "--package", package];
    cost(|| {
        succeed(
            cargo(folder)
                .args(arguments)
                .args(features)
                .arg("--target-dir")
                .arg(target),
        )
    })
}

/// Returns the number of crates that a build for this machine compiles.
pub(super) fn crates(folder: &Path, features: &[&str]) -> Result<usize> {
    let arguments = ["tree", "--offline", "--edges", "normal,build"];
    let tree = output(
        cargo(folder)
            .args(arguments)
            .args(features)
            .args(["--prefix", "none", "--format", "{p}"]),
    )?;
    // Cargo marks crates that it has listed before.
    let crates = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(crates.collect::<BTreeSet<_>>().len())
}

#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures the time that passes"
)]
pub(super) fn cost(work: impl FnOnce() -> Result<()>) -> Result<Cost> {
    let (start, cpu_start) = (Instant::now(), cpu::of_children());
    work()?;
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu::of_children().zip(cpu_start);
    let cpu = cpu.map(|(end, start)| end.saturating_sub(start).as_secs_f64());
    Ok(Cost {
        seconds,
        cpu: cpu.unwrap_or(f64::NAN),
    })
}
