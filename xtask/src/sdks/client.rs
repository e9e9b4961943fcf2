//! What runs a program: its installer, its command and its variables.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process::{output, succeed};
use crate::python;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Python,
    JavaScript,
    /// The Azure CLI, whose program is commands of a shell.
    AzureCli,
}

impl Client {
    /// Installs packages into a folder of their own.
    pub(super) fn install(self, folder: &Path, packages: &[&str]) -> Result<()> {
        match self {
            Self::Python | Self::AzureCli => python::install(folder, packages).map(drop),
            Self::JavaScript => npm(folder, packages).map(drop),
        }
    }

    /// Runs the program in the folder of its packages and returns its output.
    pub(super) fn run(self, folder: &Path, program: &str, ca_file: &Path) -> Result<String> {
        let folder = fs::canonicalize(folder)?;
        let (file, mut command) = match self {
            Self::Python => ("example.py", Command::new(folder.join("bin/python"))),
            Self::JavaScript => ("example.js", Command::new("node")),
            Self::AzureCli => {
                let mut bash = Command::new("bash");
                bash.args(["-e", "-u", "-c", "PATH=$PWD/bin:$PATH; . ./$0"]);
                // The configuration that it creates stays in the folder.
                bash.env("TMPDIR", &folder);
                ("example.sh", bash)
            }
        };
        fs::write(folder.join(file), program)?;
        output(
            command
                .current_dir(folder)
                .arg(file)
                .env("REQUESTS_CA_BUNDLE", ca_file)
                .env("NODE_EXTRA_CA_CERTS", ca_file),
        )
    }
}

/// Installs packages of npm and returns the folder of the programs that use them.
pub(super) fn npm(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    fs::write(
        folder.join("package.json"),
        r#"{"private": true, "type": "module"}"#,
    )?;
    let install = ["install", "--silent", "--no-audit", "--no-fund"];
    succeed(
        Command::new("npm")
            .current_dir(folder)
            .args(install)
            .args(packages),
    )?;
    Ok(folder.to_owned())
}
