//! `cargo xtask api-test`: schemathesis holds the emulator to its OpenAPI description.
//!
//! It wants Python 3 with its `venv`, and PyPI once; the environment stays under `target/`. `api_test/schemathesis.toml` says
//! which checks there are, from which seed, and what is left out and why; `hooks.py` beside it leaves out single requests.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::bench::{cargo, succeed, target_folder};

/// The release that the configuration and the description were tried with.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The tags of the description, each served at an address of its own, and how each is tested. The control API goes last, for
/// it resets the others; nothing in it leads from one answer to the next request.
const SERVICES: [(&str, &str); 3] = [
    ("partner", "examples,coverage,fuzzing,stateful"),
    ("arm", "examples,coverage,fuzzing,stateful"),
    ("control", "examples,coverage,fuzzing"),
];

/// Runs it against an emulator of its own.
///
/// # Errors
///
/// When it cannot be installed or run, and when it found something: what it printed says what, and the report how.
pub fn run(root: &Path) -> Result<()> {
    let folder = target_folder(root).join("api-test");
    let tester = install(&folder)?;
    let emulator = Emulator::start(root)?;
    let mut complaints = Vec::new();
    for (service, phases) in SERVICES {
        let report = folder.join(service);
        let settings = root.join("xtask/src/api_test");
        let status = Command::new(&tester)
            .arg("--config-file")
            .arg(settings.join("schemathesis.toml"))
            .args([
                "run",
                &format!("{}/openapi.json", emulator.address("control")?),
            ])
            .args(["--url", emulator.address(service)?])
            .args([
                "--include-tag",
                service,
                "--phases",
                phases,
                "--report",
                "junit,ndjson",
            ])
            .arg("--report-dir")
            .arg(&report)
            .env("SCHEMATHESIS_HOOKS", settings.join("hooks.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(&folder)
            .status()
            .context("starting schemathesis")?;
        println!("{}", report.display());
        if !status.success() {
            complaints.push(service);
        }
    }
    if !complaints.is_empty() {
        bail!("schemathesis has findings: {}", complaints.join(", "));
    }
    Ok(())
}

/// The path of the tester, in an environment that is made if it is not there or has another release.
fn install(folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("venv");
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let mark = environment.join("installed");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == SCHEMATHESIS) {
        return Ok(programs.join("schemathesis"));
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let python = if cfg!(windows) { "python" } else { "python3" };
    succeed(Command::new(python).args(["-m", "venv"]).arg(&environment))?;
    let arguments = ["-m", "pip", "install", "--quiet", SCHEMATHESIS];
    succeed(Command::new(programs.join("python")).args(arguments))?;
    fs::write(&mark, SCHEMATHESIS).with_context(|| format!("writing {}", mark.display()))?;
    Ok(programs.join("schemathesis"))
}

/// The emulator's own example for this, which serves until its standard input ends: at the latest with this process.
struct Emulator {
    process: Child,
    ready: Value,
}

impl Emulator {
    fn start(root: &Path) -> Result<Self> {
        let example = [
            "--package",
            "billing-emulator",
            "--example",
            "serve_for_api_tests",
        ];
        succeed(
            cargo(root)
                .args(["build", "--quiet", "--locked"])
                .args(example),
        )?;
        let mut process = cargo(root)
            .args(["run", "--quiet", "--locked"])
            .args(example)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the emulator")?;
        let mut line = String::new();
        let out = process.stdout.take().context("the emulator's output")?;
        BufReader::new(out)
            .read_line(&mut line)
            .context("reading where the emulator is")?;
        let ready = serde_json::from_str(&line).context("the emulator says where it is")?;
        Ok(Self { process, ready })
    }

    fn address(&self, service: &str) -> Result<&str> {
        let address = self.ready.get(service).and_then(Value::as_str);
        address.with_context(|| format!("the emulator has no {service}"))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends by itself now; how does not matter any more.
        let _ = self.process.wait();
    }
}
