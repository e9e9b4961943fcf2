//! Long tests of bulk runs: more seeds, more profiles and more kills than `cargo test` has.

use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Result, anyhow};

use crate::process::{cargo, succeed};

/// Simulates runs under the first `seeds` seeds, on two threads, and tells of each thousand.
///
/// # Errors
///
/// If a seed breaks an invariant; its output names the seed.
pub fn simulate(root: &Path, seeds: u64) -> Result<()> {
    let test = |seeds: Range<u64>| {
        succeed(
            cargo(root)
                .args(["test", "--release", "--locked", "--package", "billing-bulk"])
                .args([
                    "--test",
                    "it",
                    "--",
                    "simulation::every_seed",
                    "--nocapture",
                ])
                .env(
                    "BILLING_SIMULATE",
                    format!("{}..{}", seeds.start, seeds.end),
                ),
        )
    };
    let half = seeds / 2;
    thread::scope(|scope| {
        let first = scope.spawn(|| test(0..half));
        test(half..seeds)?;
        first.join().map_err(|_| anyhow!("a thread panicked"))?
    })?;
    println!("{seeds} seeds simulated, from 0: each keeps the invariants");
    Ok(())
}

/// Kills the command while it applies a plan, and resumes it, as often as `kills` says; then
/// compares the profiles with the plan, and the number of writes with one for each. `version` is
/// the api version of Resource Manager.
///
/// # Errors
///
/// If a profile was lost or written twice.
pub fn kill(root: &Path, profiles: u64, kills: u64, seed: u64, version: &str) -> Result<()> {
    println!("{profiles} profiles, {kills} kills, seed {seed}, version {version}");
    succeed(
        test(root, "bulk::kill::killed_runs_write_each_profile_once")
            .env("BILLING_SOAK_VERSION", version)
            .env("BILLING_SOAK_PROFILES", profiles.to_string())
            .env("BILLING_SOAK_KILLS", kills.to_string())
            .env("BILLING_SOAK_SEED", seed.to_string()),
    )
}

/// Takes a run from its plan to its undo, with faults, kills, a pause, a new sign-in and rows that
/// are corrected; then compares the profiles with those at first, and the number of writes with
/// two for each.
///
/// # Errors
///
/// If a profile is not as it was, or was not written twice.
pub fn scenario(root: &Path, profiles: u64, seed: u64) -> Result<()> {
    println!("{profiles} profiles, seed {seed}");
    succeed(
        test(root, "bulk::scenario")
            .env("BILLING_SCENARIO_PROFILES", profiles.to_string())
            .env("BILLING_SCENARIO_SEED", seed.to_string()),
    )
}

/// Returns a command that runs tests of the command and prints what they do.
fn test(root: &Path, name: &str) -> Command {
    let mut command = cargo(root);
    command.args(["test", "--locked", "--package", "billing-tests"]);
    command.args(["--test", "it", "--", name, "--nocapture"]);
    command
}
