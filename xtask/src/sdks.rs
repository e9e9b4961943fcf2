//! `cargo xtask sdks`: runs programs with the Azure SDKs and the Azure CLI against the emulator,
//! each at the api version that it requests by itself, and the emulator's Postman collection with
//! Postman's own importer and runner.
//!
//! Packages come from PyPI and npm, into `target/sdks/`. The default tests use no network, so this
//! is not one of them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::emulator::{self, Emulator};
use crate::process::{succeed, target_folder};
use client::Client;
use example::Example;

mod client;
mod example;

/// The addresses in the programs, each with its member of the ready line.
const PLACES: [(&str, &str); 4] = [
    ("partner", "127.0.0.1:4711"),
    ("arm", "127.0.0.1:4712"),
    ("control", "127.0.0.1:4713"),
    ("authority", "127.0.0.1:4714"),
];

/// Postman's importer of descriptions, and its runner for the command line.
const POSTMAN: [&str; 2] = ["openapi-to-postmanv2@6.3.3", "newman@6.2.2"];

/// Installs the packages of each program, runs it and compares its output. The Azure CLI is left
/// out, with a message, if it cannot be installed.
///
/// # Errors
///
/// If another package cannot be installed, or if a program prints something else.
pub fn run(root: &Path) -> Result<()> {
    let readme = root.join("crates/billing-emulator/README.md");
    let readme =
        fs::read_to_string(&readme).with_context(|| format!("reading {}", readme.display()))?;
    let folder = target_folder(root).join("sdks");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    emulator::build(root)?;
    for example in example::all(&readme)? {
        let own = folder.join(&example.name);
        #[allow(
            clippy::disallowed_methods,
            reason = "the seconds of an installation are shown to a person only"
        )]
        let begun = Instant::now();
        match example.client.install(&own, &example.packages()) {
            Ok(()) => {}
            Err(error) if example.client == Client::AzureCli => {
                println!("{}: left out, not installed: {error:#}", example.name);
                continue;
            }
            Err(error) => return Err(error.context(format!("installing {}", example.name))),
        }
        let seconds = begun.elapsed().as_secs();
        check(root, &example, &own)?;
        println!(
            "{} ({}): prints what it should; installed in {seconds} s",
            example.name,
            example.packages().join(", ")
        );
    }
    postman(root, &folder)?;
    println!("Postman: as the README says");
    Ok(())
}

/// Runs a program against an emulator of its own.
fn check(root: &Path, example: &Example, folder: &Path) -> Result<()> {
    let ca_file = fs::canonicalize(folder)?.join("billing-ca.pem");
    let options = ["--tls".as_ref(), "--ca-file".as_ref(), ca_file.as_os_str()];
    let emulator = Emulator::start(root, &options)?;
    let program = place(&example.program, &emulator)?;
    let printed = example.client.run(folder, &program, &ca_file)?;
    ensure!(
        printed == example.expected,
        "{} printed\n{printed}\ninstead of\n{}",
        example.name,
        example.expected
    );
    Ok(())
}

/// Sends each request of the imported description to the services.
fn postman(root: &Path, folder: &Path) -> Result<()> {
    let node = client::npm(&folder.join("node"), &POSTMAN)?;
    fs::write(node.join("postman.js"), include_str!("sdks/postman.js"))?;
    let emulator = Emulator::start(root, &[] as &[&str])?;
    let mut run = Command::new("node");
    run.current_dir(node).arg("postman.js");
    run.args([emulator.ready("control")?, emulator.ready("token")?]);
    for service in ["partner", "arm"] {
        run.arg(format!("{service}={}", emulator.ready(service)?));
    }
    succeed(&mut run)
}

/// Replaces the addresses in a program by those of the emulator.
fn place(program: &str, emulator: &Emulator) -> Result<String> {
    PLACES
        .iter()
        .try_fold(program.to_owned(), |program, (member, place)| {
            let url = emulator.ready(member)?;
            Ok(program.replace(place, url.trim_start_matches("https://")))
        })
}
