//! `cargo xtask bench build`: what the models and a client add to the build of what one has without them, and what codegen
//! takes.
//!
//! Each round builds two packages from nothing, one after the other. The models stand beside a package that is empty but
//! for the same dependencies; a program with `arm-client` beside one that sends the same update by reqwest with the same
//! TLS and reads the answer as any JSON.

mod package;

use std::collections::BTreeSet;
use std::env::consts::EXE_EXTENSION;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use self::package::Workspace;
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
    let workspace = Workspace::read(&layout.root)?;
    let scratch = reports.join("build");
    let models = models(layout, &workspace, &scratch)?;
    let client = client(&workspace, &scratch)?;
    let codegen = seconds(|| codegen::run(layout, Mode::Check, &[]).map(drop))?;
    println!("codegen of all targets, warm       {codegen:>7.2}");
    let report = json!({
        "rounds": ROUNDS,
        "models": models,
        "client": client,
        "codegen_s": codegen,
    });
    let path = reports.join("build.json");
    fs::write(&path, serde_json::to_string_pretty(&report)? + "\n")?;
    println!("{}", path.display());
    Ok(())
}

fn models(layout: &Layout, workspace: &Workspace, scratch: &Path) -> Result<Value> {
    let empty = scratch.join("empty");
    let dependencies = workspace.dependencies_of("crates/billing-models")?;
    // As the members are built.
    let profile = workspace.profile();
    let tables = [("dependencies", dependencies), ("profile", profile)];
    workspace.write(&empty, tables, "lib.rs", "")?;
    let packages = [(empty.as_path(), "empty"), (&layout.root, "billing-models")];
    let turns = compare(packages, scratch)?;
    let ([without, with], ratio) = (turns.seconds, turns.ratio);
    println!("clean build of                     seconds   ratio");
    println!("  the models' dependencies alone   {without:>7.2}    1.00");
    println!("  billing-models                   {with:>7.2}   {ratio:>5.2}\n");
    Ok(json!({ "dependencies_s": without, "models_s": with, "ratio": ratio }))
}

fn client(workspace: &Workspace, scratch: &Path) -> Result<Value> {
    let [raw, ours] = ["hello-reqwest", "hello-arm"].map(|name| scratch.join(name));
    let tables = workspace.dependencies([
        ("reqwest", ["rustls-no-provider"].as_slice()),
        ("rustls", &["ring"]),
        ("serde_json", &[]),
        ("tokio", &["rt"]),
    ])?;
    let source = include_str!("build/hello_reqwest.rs");
    workspace.write(&raw, [("dependencies", tables)], "main.rs", source)?;
    let tables = workspace.dependencies([
        ("arm-client", ["rustls-ring"].as_slice()),
        ("tokio", &["rt"]),
    ])?;
    let source = include_str!("build/hello_arm.rs");
    workspace.write(&ours, [("dependencies", tables)], "main.rs", source)?;

    let packages = [(raw.as_path(), "hello-reqwest"), (&ours, "hello-arm")];
    let turns = compare(packages, scratch)?;
    let mut rows = Vec::new();
    for ((folder, name), seconds) in packages.into_iter().zip(turns.seconds) {
        let program = target(scratch, name).join("debug").join(name);
        let program = program.with_extension(EXE_EXTENSION);
        let bytes = fs::metadata(&program)
            .with_context(|| format!("weighing {}", program.display()))?
            .len();
        rows.push([crates(folder)? as f64, seconds, bytes as f64 / 1e6]);
    }
    let [raw, ours] = <[[f64; 3]; 2]>::try_from(rows).unwrap_or_default();
    let ratio = [ours[0] / raw[0], turns.ratio, ours[2] / raw[2]];
    println!("clean build of a program             crates   seconds   binary, MB");
    for (title, [crates, seconds, size]) in
        [("raw reqwest and serde_json", raw), ("arm-client", ours)]
    {
        println!("  {title:<34} {crates:>7.0}   {seconds:>7.2}   {size:>10.1}");
    }
    let [crates, seconds, size] = ratio;
    println!(
        "  ratio                              {crates:>7.2}   {seconds:>7.2}   {size:>10.2}\n"
    );
    Ok(json!({
        "columns": ["crates", "seconds", "binary_mb"],
        "raw": raw,
        "arm_client": ours,
        "ratio": ratio,
    }))
}

/// What two packages took that had turns, each in its own target folder.
struct Turns {
    /// The shortest build of each.
    seconds: [f64; 2],
    /// The median over the rounds, since other work on the machine slows one turn more than another.
    ratio: f64,
}

fn compare(packages: [(&Path, &str); 2], scratch: &Path) -> Result<Turns> {
    let mut seconds = [f64::INFINITY; 2];
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        let mut took = [0.0; 2];
        for ((folder, name), took) in packages.into_iter().zip(&mut took) {
            *took = clean_build(folder, name, &target(scratch, name))?;
        }
        let [without, with] = took;
        ratios.push(with / without);
        seconds = [seconds[0].min(without), seconds[1].min(with)];
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios.get(ROUNDS / 2).copied().unwrap_or(f64::NAN);
    Ok(Turns { seconds, ratio })
}

fn target(scratch: &Path, package: &str) -> PathBuf {
    scratch.join("target").join(package)
}

fn clean_build(folder: &Path, package: &str, target: &Path) -> Result<f64> {
    if target.exists() {
        fs::remove_dir_all(target).with_context(|| format!("emptying {}", target.display()))?;
    }
    let arguments = ["build", "--quiet", "--offline", "--package", package];
    seconds(|| {
        succeed(
            cargo(folder)
                .args(arguments)
                .arg("--target-dir")
                .arg(target),
        )
    })
}

/// How many crates a build for this machine compiles.
fn crates(folder: &Path) -> Result<usize> {
    let arguments = ["tree", "--offline", "--edges", "normal,build"];
    let tree = cargo(folder)
        .args(arguments)
        .args(["--prefix", "none", "--format", "{p}"])
        .output()
        .context("starting cargo tree")?;
    ensure!(
        tree.status.success(),
        "cargo tree ended with {}",
        tree.status
    );
    let tree = String::from_utf8(tree.stdout)?;
    // Cargo marks what it has listed before.
    let crates = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(crates.collect::<BTreeSet<_>>().len())
}

#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures the time that passes"
)]
fn seconds(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}
