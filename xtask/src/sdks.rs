//! `cargo xtask sdks`: the programs in the emulator's README, run with the Azure SDKs that it names.
//!
//! Packages come from PyPI and npm, into `target/sdks/`. The default tests use no network, so this is no one of them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{fs, thread};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::bench::{cargo, succeed, target_folder};

/// Where the README says that the emulator is, in the order of the ready line's members.
const PLACES: [(&str, &str); 4] = [
    ("partner", "127.0.0.1:4711"),
    ("arm", "127.0.0.1:4712"),
    ("control", "127.0.0.1:4713"),
    ("authority", "127.0.0.1:4714"),
];

/// Installs what the README says, runs its programs and compares what they print.
///
/// # Errors
///
/// When something is not installed, or prints something else.
pub fn run(root: &Path) -> Result<()> {
    let readme = root.join("crates/billing-emulator/README.md");
    let readme =
        fs::read_to_string(&readme).with_context(|| format!("reading {}", readme.display()))?;
    let folder = target_folder(root).join("sdks");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    succeed(cargo(root).args(["build", "--package", "billing-cli"]))?;
    for language in [Language::Python, Language::JavaScript] {
        let example = Example::find(&readme, language)?;
        language.install(&folder, example.packages())?;
        let emulator = Emulator::start(root, &folder)?;
        let printed = language.run(
            &folder,
            &emulator.place(&example.program),
            &emulator.ca_file,
        )?;
        ensure!(
            printed == example.expected,
            "{language:?} printed\n{printed}\nand the README says\n{}",
            example.expected
        );
        println!("{language:?}: as the README says");
    }
    Ok(())
}

#[derive(Clone, Copy, Debug)]
enum Language {
    Python,
    JavaScript,
}

impl Language {
    fn install(self, folder: &Path, packages: Vec<&str>) -> Result<()> {
        match self {
            Self::Python => {
                let venv = folder.join("python");
                succeed(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
                let pip = [
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ];
                succeed(
                    Command::new(venv.join("bin/python"))
                        .args(pip)
                        .args(packages),
                )
            }
            Self::JavaScript => {
                let folder = folder.join("node");
                fs::create_dir_all(&folder)?;
                fs::write(
                    folder.join("package.json"),
                    r#"{"private": true, "type": "module"}"#,
                )?;
                let npm = ["install", "--silent", "--no-audit", "--no-fund"];
                succeed(
                    Command::new("npm")
                        .current_dir(folder)
                        .args(npm)
                        .args(packages),
                )
            }
        }
    }

    /// What the program prints.
    fn run(self, folder: &Path, program: &str, ca_file: &Path) -> Result<String> {
        let (folder, file, interpreter) = match self {
            Self::Python => (
                folder.join("python"),
                "example.py",
                folder.join("python/bin/python"),
            ),
            Self::JavaScript => (folder.join("node"), "example.js", PathBuf::from("node")),
        };
        fs::write(folder.join(file), program)?;
        let output = Command::new(interpreter)
            .current_dir(folder)
            .arg(file)
            .env("REQUESTS_CA_BUNDLE", ca_file)
            .env("NODE_EXTRA_CA_CERTS", ca_file)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("starting {self:?}"))?;
        ensure!(
            output.status.success(),
            "{self:?} ended with {}",
            output.status
        );
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// A program of the README, the line that installs what it needs, and what it prints.
struct Example {
    install: String,
    program: String,
    expected: String,
}

impl Example {
    fn find(readme: &str, language: Language) -> Result<Self> {
        let (title, installer, fence) = match language {
            Language::Python => ("### Python\n", "`pip install ", "```python\n"),
            Language::JavaScript => ("### JavaScript\n", "`npm install ", "```js\n"),
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

/// `billing emulator` by TLS on free ports; it ends with this value.
struct Emulator {
    child: Child,
    ready: Value,
    ca_file: PathBuf,
}

impl Emulator {
    fn start(root: &Path, folder: &Path) -> Result<Self> {
        let program = target_folder(root).join("debug/billing");
        let ca_file = fs::canonicalize(folder)?.join("billing-ca.pem");
        let mut child = Command::new(program)
            .args(["emulator", "--tls", "--ca-file"])
            .arg(&ca_file)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting the emulator")?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            bail!("the emulator has no output");
        };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready = serde_json::from_str(&line).context("the emulator did not start")?;
        // Its log is not of interest, but it must not be held up.
        thread::spawn(move || {
            BufReader::new(stderr)
                .lines()
                .map_while(Result::ok)
                .for_each(drop)
        });
        Ok(Self {
            child,
            ready,
            ca_file,
        })
    }

    /// The program with the addresses that the emulator really has.
    fn place(&self, program: &str) -> String {
        PLACES
            .iter()
            .fold(program.to_owned(), |program, (member, place)| {
                let url = self
                    .ready
                    .get(member)
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                program.replace(place, url.trim_start_matches("https://"))
            })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
