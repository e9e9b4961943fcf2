//! `cargo xtask bench build`: measures what the models and a client add to a build, and the time of
//! codegen.
//!
//! Each round builds two packages from nothing, one after the other. The models are compared with
//! an empty package that has the same dependencies. A program with `arm-client` is compared with
//! one that sends the same update through reqwest, with the same TLS, and reads any JSON.
//!
//! The report has seconds, which other work on the machine changes, and CPU seconds, where the
//! system reports them.

mod clean;
mod command;
mod cpu;
mod package;

use std::env::consts::EXE_EXTENSION;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use toml::Table;

use self::clean::{Cost, clean_build, cost, crates, target};
use self::package::Workspace;
use super::report;
use crate::codegen;
use crate::codegen::write::Mode;
use crate::layout::Layout;

const ROUNDS: usize = 3;

/// Measures the builds, prints tables and writes the report.
///
/// # Errors
///
/// If a package does not build.
pub fn run(layout: &Layout, since: Option<&str>) -> Result<()> {
    let path = report::path(&layout.root, "build")?;
    let scratch = path.with_extension("");
    let workspace = Workspace::read(&layout.root)?;
    let models = models(layout, &workspace, &scratch)?;
    let client = client(&workspace, &scratch)?;
    let command = command::run(&layout.root, &scratch, since)?;
    let codegen = cost(|| codegen::run(layout, Mode::Check, &[]).map(drop))?.seconds;
    println!("codegen of all targets, warm       {codegen:>7.2}");
    let report = json!({
        "rounds": ROUNDS,
        "models": models,
        "client": client,
        "command": command,
        "codegen_s": codegen,
    });
    fs::write(&path, serde_json::to_string_pretty(&report)? + "\n")?;
    println!("{}", path.display());
    Ok(())
}

fn models(layout: &Layout, workspace: &Workspace, scratch: &Path) -> Result<Value> {
    let empty = scratch.join("empty");
    let dependencies = workspace.dependencies_of("crates/billing-models")?;
    workspace.write(&empty, dependencies, workspace.profile(), "lib.rs", "")?;
    let packages = [(empty.as_path(), "empty"), (&layout.root, "billing-models")];
    let turns = compare(packages, scratch)?;
    let [without, with] = turns.least;
    println!("clean build of                     seconds   ratio   CPU, s   ratio");
    for (title, own, ratio) in [
        ("the models' dependencies alone", without, Cost::SAME),
        ("billing-models", with, turns.ratio),
    ] {
        println!(
            "  {title:<32} {:>7.2} {:>7.2} {:>8.2} {:>7.2}",
            own.seconds, ratio.seconds, own.cpu, ratio.cpu
        );
    }
    println!();
    Ok(json!({
        "columns": ["seconds", "cpu_s"],
        "dependencies": without.columns(),
        "models": with.columns(),
        "ratio": turns.ratio.columns(),
    }))
}

fn client(workspace: &Workspace, scratch: &Path) -> Result<Value> {
    let [raw, ours] = ["hello-reqwest", "hello-arm"].map(|name| scratch.join(name));
    let write = |folder: &Path, dependencies, source| {
        workspace.write(folder, dependencies, from_a_registry(), "main.rs", source)
    };
    let dependencies = toml::toml! {
        reqwest = { workspace = true, features = ["http2", "rustls-no-provider"] }
        rustls = { workspace = true, features = ["ring"] }
        serde_json = { workspace = true }
        tokio = { workspace = true, features = ["rt"] }
    };
    write(&raw, dependencies, include_str!("build/hello_reqwest.rs"))?;
    let dependencies = toml::toml! {
        arm-client = { workspace = true, features = ["http2", "rustls-ring"] }
        tokio = { workspace = true, features = ["rt"] }
    };
    write(&ours, dependencies, include_str!("build/hello_arm.rs"))?;

    let packages = [(raw.as_path(), "hello-reqwest"), (&ours, "hello-arm")];
    let turns = compare(packages, scratch)?;
    let mut rows = Vec::new();
    for ((folder, name), least) in packages.into_iter().zip(turns.least) {
        let program = target(scratch, name).join("debug").join(name);
        let program = program.with_extension(EXE_EXTENSION);
        let bytes = fs::metadata(&program)
            .with_context(|| format!("reading the size of {}", program.display()))?
            .len();
        let [seconds, cpu] = least.columns();
        rows.push([
            crates(folder, &[])? as f64,
            seconds,
            cpu,
            bytes as f64 / 1e6,
        ]);
    }
    let [raw, ours] = <[[f64; 4]; 2]>::try_from(rows).unwrap_or_default();
    let [seconds, cpu] = turns.ratio.columns();
    let ratio = [ours[0] / raw[0], seconds, cpu, ours[3] / raw[3]];
    println!("clean build of a program           crates  seconds   CPU, s  binary, MB");
    for (title, [crates, seconds, cpu, size]) in
        [("raw reqwest and serde_json", raw), ("arm-client", ours)]
    {
        println!("  {title:<32} {crates:>6.0} {seconds:>8.2} {cpu:>8.2} {size:>11.1}");
    }
    let [crates, seconds, cpu, size] = ratio;
    println!(
        "  ratio                            {crates:>6.2} {seconds:>8.2} {cpu:>8.2} {size:>11.2}\n"
    );
    Ok(json!({
        "columns": ["crates", "seconds", "cpu_s", "binary_mb"],
        "raw": raw,
        "arm_client": ours,
        "ratio": ratio,
    }))
}

/// Returns a profile that builds path dependencies like those from a registry, as users have them.
///
/// Cargo builds path dependencies incrementally, which nearly doubles their cost.
fn from_a_registry() -> Table {
    toml::toml! {
        [dev.package."*"]
        incremental = false
    }
}

/// The costs of two packages that were built in turns, each in its own target folder.
struct Turns {
    /// The least cost of each package.
    least: [Cost; 2],
    /// The median of the ratios of the rounds.
    ratio: Cost,
}

fn compare(packages: [(&Path, &str); 2], scratch: &Path) -> Result<Turns> {
    let mut costs = [Vec::new(), Vec::new()];
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        for ((folder, name), costs) in packages.into_iter().zip(&mut costs) {
            costs.push(clean_build(folder, name, &[], &target(scratch, name))?);
        }
    }
    let [without, with] = &costs;
    let ratios = with.iter().zip(without).map(|(with, without)| Cost {
        seconds: with.seconds / without.seconds,
        cpu: with.cpu / without.cpu,
    });
    Ok(Turns {
        least: costs
            .each_ref()
            .map(|own| Cost::of(own, |all| all.into_iter().fold(f64::NAN, f64::min))),
        ratio: Cost::of(&ratios.collect::<Vec<_>>(), median),
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
