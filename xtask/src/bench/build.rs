//! `cargo xtask bench build`: what the models add to the build of their own dependencies, and what codegen takes.
//!
//! Each round builds two packages from nothing, one after the other: `billing-models`, and a package that is empty but
//! for the same dependencies. Linking and code generation of the dependencies are in both.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use serde_json::json;

use super::{cargo, reports, succeed};
use crate::codegen::place::Mode;
use crate::codegen::{self, Layout};

const ROUNDS: usize = 3;

/// Builds, measures and prints.
///
/// # Errors
///
/// When something does not build.
pub fn run(layout: &Layout) -> Result<()> {
    let reports = reports(&layout.root)?;
    let scratch = reports.join("build");
    let empty = scratch.join("empty");
    write_empty_package(&layout.root, &empty)?;

    let mut models = Vec::new();
    let mut dependencies = Vec::new();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        dependencies.push(clean_build(
            &empty,
            &["--package", "empty"],
            &scratch.join("target"),
        )?);
        models.push(clean_build(
            &layout.root,
            &["--package", "billing-models"],
            &scratch.join("target"),
        )?);
    }
    let codegen = timed(|| codegen::run(layout, Mode::Check, &[]).map(drop))?;

    let (models, dependencies) = (shortest(&models)?, shortest(&dependencies)?);
    let ratio = models.as_secs_f64() / dependencies.as_secs_f64();
    println!("clean build of                     seconds   ratio");
    println!(
        "  the models' dependencies alone   {:>7.2}    1.00",
        dependencies.as_secs_f64()
    );
    println!(
        "  billing-models                   {:>7.2}   {ratio:>5.2}",
        models.as_secs_f64()
    );
    println!(
        "codegen of all targets, warm       {:>7.2}",
        codegen.as_secs_f64()
    );
    let report = json!({
        "rounds": ROUNDS,
        "dependencies_s": dependencies.as_secs_f64(),
        "models_s": models.as_secs_f64(),
        "ratio": ratio,
        "codegen_s": codegen.as_secs_f64(),
    });
    let path = reports.join("build.json");
    fs::write(&path, serde_json::to_string_pretty(&report)? + "\n")?;
    println!("{}", path.display());
    Ok(())
}

fn clean_build(package: &Path, arguments: &[&str], target: &Path) -> Result<Duration> {
    if target.exists() {
        fs::remove_dir_all(target).with_context(|| format!("emptying {}", target.display()))?;
    }
    timed(|| {
        succeed(
            cargo(package)
                .args(["build", "--quiet", "--offline", "--target-dir"])
                .arg(target)
                .args(arguments),
        )
    })
}

#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures the time that passes"
)]
fn timed(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn shortest(times: &[Duration]) -> Result<Duration> {
    times
        .iter()
        .min()
        .copied()
        .ok_or_else(|| anyhow!("nothing was measured"))
}

/// A package that has the dependencies of the models, in the versions and with the features they have there.
fn write_empty_package(root: &Path, folder: &Path) -> Result<()> {
    let read = |path: &str| -> Result<toml::Table> {
        let text =
            fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))?;
        toml::from_str(&text).with_context(|| format!("reading {path}"))
    };
    let workspace = read("Cargo.toml")?;
    let models = read("crates/billing-models/Cargo.toml")?;
    let shared = workspace
        .get("workspace")
        .and_then(|table| table.get("dependencies"));
    let mut dependencies = toml::Table::new();
    for (name, own) in models
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten()
    {
        if own.get("optional").and_then(toml::Value::as_bool) == Some(true) {
            continue;
        }
        let shared = shared
            .and_then(|table| table.get(name))
            .ok_or_else(|| anyhow!("`{name}` is not shared"))?;
        dependencies.insert(name.clone(), merged(shared, own));
    }
    let profile = workspace
        .get("profile")
        .cloned()
        .unwrap_or_else(|| toml::Table::new().into());
    let manifest = toml::toml! {
        [package]
        name = "empty"
        version = "0.0.0"
        edition = "2024"

        [workspace]
    };
    let mut manifest = manifest;
    manifest.insert("dependencies".to_owned(), dependencies.into());
    manifest.insert("profile".to_owned(), profile);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join("Cargo.toml"), toml::to_string(&manifest)?)?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

/// A workspace dependency with the features that a member adds to it.
fn merged(shared: &toml::Value, own: &toml::Value) -> toml::Value {
    let mut merged = match shared {
        toml::Value::Table(table) => table.clone(),
        version => toml::Table::from_iter([("version".to_owned(), version.clone())]),
    };
    if let Some(own) = own.get("features").and_then(toml::Value::as_array) {
        let features = merged
            .entry("features")
            .or_insert_with(|| toml::Value::Array(Vec::new()));
        if let toml::Value::Array(features) = features {
            features.extend(own.iter().cloned());
        }
    }
    merged.into()
}
