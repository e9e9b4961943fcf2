//! Python packages in an environment of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::succeed;

/// Installs packages, unless the environment has exactly these, and returns the folder of the
/// programs.
pub(crate) fn install(environment: &Path, packages: &[&str]) -> Result<PathBuf> {
    let programs = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let mark = environment.join("installed");
    let wanted = packages.join(" ");
    if !fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        let python = if cfg!(windows) { "python" } else { "python3" };
        succeed(Command::new(python).args(["-m", "venv"]).arg(environment))?;
        let arguments = ["-m", "pip", "install", "--quiet"];
        let mut pip = Command::new(programs.join("python"));
        succeed(pip.args(arguments).args(packages))?;
        fs::write(&mark, wanted).with_context(|| format!("writing {}", mark.display()))?;
    }
    Ok(programs)
}
