//! `cargo xtask api-test`: schemathesis holds the emulator to its OpenAPI description.
//!
//! It wants Python 3 with its `venv`, and PyPI once; the environment stays under `target/`. `api_test/schemathesis.toml` says
//! which checks there are, from which seed, and what is left out and why; `hooks.py` beside it leaves out single requests, and
//! has the authority give what a request needs.
//!
//! Two runs with one seed send the same requests in the same order, but for the codes and tokens in them. So nothing is kept
//! from one run for the next: neither Hypothesis nor schemathesis has a memory of its findings, which would come first and
//! move what is drawn after them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::emulator::{self, Emulator};
use crate::process::target_folder;
use crate::python;

/// The releases that the configuration and the description were tried with. Hypothesis draws what is sent.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "hypothesis==6.170.15"];

/// The tags of the description, each served at an address of its own, and how each is tested. Nothing in the control API leads
/// from one answer to the next request.
const SERVICES: [(&str, &str); 4] = [
    ("partner", "examples,coverage,fuzzing,stateful"),
    ("arm", "examples,coverage,fuzzing,stateful"),
    ("authority", "examples,coverage,fuzzing,stateful"),
    ("control", "examples,coverage,fuzzing"),
];

/// What answers the same in every run: its ids follow from the seed, and its clock stands.
const OPTIONS: [&str; 5] = [
    "--seed=1",
    "--clock-at=2026-01-31T08:30:00Z",
    "--no-throttles",
    // Right as it was recorded, and no JSON by the book.
    "--no-bom",
    "--location=async-operation",
];

/// Runs it against an emulator of its own for each service.
///
/// # Errors
///
/// When it cannot be installed or run, and when it found something: what it printed says what, and the report how.
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
            // Sets have another order in each process without it.
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
