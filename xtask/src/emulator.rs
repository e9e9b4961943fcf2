//! `billing emulator` as a child process, for verbs that run other programs against it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{cargo, succeed, target_folder};

/// Builds the `billing` command, with TLS for the emulator.
pub(crate) fn build(root: &Path) -> Result<()> {
    let arguments = ["build", "--quiet", "--locked", "--package", "billing-cli"];
    succeed(
        cargo(root)
            .args(arguments)
            .args(["--features", "emulator-tls"]),
    )
}

/// A running emulator on free ports, which is killed on drop.
pub(crate) struct Emulator {
    child: Child,
    ready: Value,
}

impl Emulator {
    pub(crate) fn start(root: &Path, options: &[impl AsRef<OsStr>]) -> Result<Self> {
        let mut child = Command::new(target_folder(root).join("debug/billing"))
            .arg("emulator")
            .args(options)
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
        // The log is read so that the pipe never fills up.
        thread::spawn(move || {
            BufReader::new(stderr)
                .lines()
                .map_while(Result::ok)
                .for_each(drop)
        });
        Ok(Self { child, ready })
    }

    /// Returns a member of the ready line: an address, or the token.
    pub(crate) fn ready(&self, member: &str) -> Result<&str> {
        let value = self.ready.get(member).and_then(Value::as_str);
        value.with_context(|| format!("the ready line has no {member}"))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
