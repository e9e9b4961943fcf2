//! `cargo xtask sdks`: runs the programs in the emulator's README with the Azure SDKs and the Azure
//! CLI that it names, and its Postman collection with Postman's own importer and runner.
//!
//! Packages come from PyPI and npm, into `target/sdks/`. The default tests use no network, so this
//! is not one of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::emulator::{self, Emulator};
use crate::process::{output, succeed, target_folder};
use crate::python;

/// The addresses in the README, each with its member of the ready line.
const PLACES: [(&str, &str); 4] = [
    ("partner", "127.0.0.1:4711"),
    ("arm", "127.0.0.1:4712"),
    ("control", "127.0.0.1:4713"),
    ("authority", "127.0.0.1:4714"),
];

/// Postman's importer of descriptions, and its runner for the command line.
const POSTMAN: [&str; 2] = ["openapi-to-postmanv2@6.3.3", "newman@6.2.2"];

/// Installs the packages that the README names, runs its programs and compares their output.
///
/// # Errors
///
/// If a package cannot be installed, or if a program prints something else.
pub fn run(root: &Path) -> Result<()> {
    let readme = root.join("crates/billing-emulator/README.md");
    let readme =
        fs::read_to_string(&readme).with_context(|| format!("reading {}", readme.display()))?;
    let folder = target_folder(root).join("sdks");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    emulator::build(root)?;
    for client in [Client::Python, Client::JavaScript, Client::AzureCli] {
        let example = Example::find(&readme, client)?;
        client.install(&folder, &example.packages())?;
        let ca_file = fs::canonicalize(client.folder(&folder))?.join("billing-ca.pem");
        let options = ["--tls".as_ref(), "--ca-file".as_ref(), ca_file.as_os_str()];
        let emulator = Emulator::start(root, &options)?;
        let program = place(&example.program, &emulator)?;
        let printed = client.run(&folder, &program, &ca_file)?;
        ensure!(
            printed == example.expected,
            "{client:?} printed\n{printed}\ninstead of\n{}",
            example.expected
        );
        println!("{client:?}: as the README says");
    }
    postman(root, &folder)?;
    println!("Postman: as the README says");
    Ok(())
}

/// Sends each request of the imported description to the services.
fn postman(root: &Path, folder: &Path) -> Result<()> {
    let node = npm(folder, &POSTMAN)?;
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

/// Installs packages of npm and returns the folder of the programs that use them.
fn npm(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    let node = folder.join("node");
    fs::create_dir_all(&node)?;
    fs::write(
        node.join("package.json"),
        r#"{"private": true, "type": "module"}"#,
    )?;
    let install = ["install", "--silent", "--no-audit", "--no-fund"];
    succeed(
        Command::new("npm")
            .current_dir(&node)
            .args(install)
            .args(packages),
    )?;
    Ok(node)
}

#[derive(Clone, Copy, Debug)]
enum Client {
    Python,
    JavaScript,
    /// The Azure CLI, whose program is commands of a shell.
    AzureCli,
}

impl Client {
    /// Returns the folder of its packages, in which its program runs.
    fn folder(self, folder: &Path) -> PathBuf {
        folder.join(match self {
            Self::Python => "python",
            Self::JavaScript => "node",
            Self::AzureCli => "azure-cli",
        })
    }

    fn install(self, folder: &Path, packages: &[&str]) -> Result<()> {
        match self {
            Self::Python | Self::AzureCli => {
                python::install(&self.folder(folder), packages).map(drop)
            }
            Self::JavaScript => npm(folder, packages).map(drop),
        }
    }

    /// Runs the program and returns its output.
    fn run(self, folder: &Path, program: &str, ca_file: &Path) -> Result<String> {
        let folder = fs::canonicalize(self.folder(folder))?;
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

/// A program of the README, the packages that it needs, and its output.
struct Example {
    install: String,
    program: String,
    expected: String,
}

impl Example {
    fn find(readme: &str, client: Client) -> Result<Self> {
        let (title, installer, fence) = match client {
            Client::Python => ("### Python\n", "`pip install ", "```python\n"),
            Client::JavaScript => ("### JavaScript\n", "`npm install ", "```js\n"),
            Client::AzureCli => ("## Azure CLI\n", "`pip install ", "```sh\n"),
        };
        let section = readme.split_once(title).map(|(_, section)| section);
        let between = |from: &str, to: &str| {
            let (_, rest) = section?.split_once(from)?;
            Some(rest.split_once(to)?.0.to_owned())
        };
        let missing = || format!("the README has no {from}", from = fence.trim());
        Ok(Self {
            install: between(installer, "`").with_context(missing)?,
            program: between(fence, "```\n").with_context(missing)?,
            expected: between("```text\n", "```\n").with_context(missing)?,
        })
    }

    fn packages(&self) -> Vec<&str> {
        self.install.split_whitespace().collect()
    }
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
