//! `cargo xtask api-test`: tests the emulator against its OpenAPI description with schemathesis.
//!
//! This needs Python 3 with `venv`, and PyPI once; the environment stays under `target/`.
//! `api_test/schemathesis.toml` lists the checks, the seed, and the exclusions with their reasons.
//! `hooks.py` beside it skips single requests and gets codes and tokens from the authority.
//!
//! Two runs with one seed send the same requests in the same order, except for codes and tokens.
//! Therefore Hypothesis and schemathesis keep no database of findings: a run would replay it first
//! and then draw other values.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::emulator::{self, Emulator};
use crate::process::target_folder;
use crate::python;

/// The releases that the configuration was written for. Hypothesis draws the requests.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "hypothesis==6.170.15"];

/// The tags of the description, each served at its own address, with the test phases.
///
/// The control API has no links from a response to the next request, so it has no stateful phase.
const SERVICES: [(&str, &str); 4] = [
    ("partner", "examples,coverage,fuzzing,stateful"),
    ("arm", "examples,coverage,fuzzing,stateful"),
    ("authority", "examples,coverage,fuzzing,stateful"),
    ("control", "examples,coverage,fuzzing"),
];

/// The options that make responses the same in every run: a seed for ids, and a clock that stands.
const OPTIONS: [&str; 5] = [
    "--seed=1",
    "--clock-at=2026-01-31T08:30:00Z",
    "--no-rate-limits",
    // A byte order mark was recorded, but is not valid JSON.
    "--no-bom",
    "--location=async-operation",
];

/// Runs schemathesis on each service with a new emulator.
///
/// # Errors
///
/// If it cannot be installed or run, or if it has findings, which it prints and writes to a report.
pub fn run(root: &Path) -> Result<()> {
    let folder = target_folder(root).join("api-test");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let tester = python::install(&folder.join("venv"), &PACKAGES)?.join("schemathesis");
    emulator::build(root)?;
    let settings = root.join("xtask/src/api_test");
    let mut complaints = Vec::new();
    for (service, phases) in SERVICES {
        let emulator = Emulator::start(root, &OPTIONS)?;
        let description = format!("{}/openapi.json", emulator.ready("control")?);
        let mut command = Command::new(&tester);
        command
            .arg("--config-file")
            .arg(settings.join("schemathesis.toml"))
            .args(["run", &description])
            .args(["--url", emulator.ready(service)?])
            .args(["--include-tag", service, "--phases", phases])
            .args(["--report", "junit,ndjson", "--report-dir"])
            .arg(folder.join(service));
        if service != "authority" {
            let token = format!("Authorization: Bearer {}", emulator.ready("token")?);
            command.args(["--header", &token]);
        }
        let status = command
            .env("SCHEMATHESIS_HOOKS", settings.join("hooks.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // Without it, sets have another order in each process.
            .env("PYTHONHASHSEED", "0")
            .current_dir(&folder)
            .status()
            .context("starting schemathesis")?;
        println!("{}", folder.join(service).display());
        if !status.success() {
            complaints.push(service);
        }
    }
    if !complaints.is_empty() {
        bail!("schemathesis has findings: {}", complaints.join(", "));
    }
    Ok(())
}
