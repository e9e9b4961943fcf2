//! Clean builds of the command: as `cargo run` makes it, with the feature `full`, and at an earlier
//! revision.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::clean::{clean_build, crates, target};
use crate::process::{cargo, succeed};

/// The arguments of a build with all features.
const FULL: &[&str] = &["--features", "full"];

/// Builds the command once in each way and prints crates and CPU seconds, with ratios to the first
/// row.
///
/// There is one round, since a build takes minutes of CPU time, which differ by a few percent.
pub(super) fn run(root: &Path, scratch: &Path, since: Option<&str>) -> Result<Value> {
    let earlier = since
        .map(|revision| Checkout::new(root, scratch, revision))
        .transpose()?;
    let mut builds: Vec<(String, &Path, &[&str])> = Vec::new();
    if let (Some(checkout), Some(revision)) = (&earlier, since) {
        builds.push((format!("at {revision}"), &checkout.folder, &[]));
    }
    builds.push(("with --features full".to_owned(), root, FULL));
    builds.push(("by default".to_owned(), root, &[]));

    println!("clean build of the command         crates   ratio   CPU, s   ratio");
    let mut first = None;
    let mut report = Map::new();
    for (title, folder, features) in builds {
        eprintln!("the command {title}");
        let target = target(scratch, "billing-cli");
        let count = crates(folder, features)? as f64;
        let cpu = clean_build(folder, "billing-cli", features, &target)?.cpu;
        let (all, whole) = *first.get_or_insert((count, cpu));
        println!(
            "  {title:<32} {count:>6.0} {:>7.2} {cpu:>8.2} {:>7.2}",
            count / all,
            cpu / whole
        );
        report.insert(title, json!([count, cpu, count / all, cpu / whole]));
    }
    println!();
    Ok(json!({ "columns": ["crates", "cpu_s", "crates_ratio", "cpu_ratio"], "builds": report }))
}

/// A work tree of a revision, which is removed when this is dropped.
struct Checkout {
    root: PathBuf,
    folder: PathBuf,
}

impl Checkout {
    fn new(root: &Path, scratch: &Path, revision: &str) -> Result<Self> {
        let checkout = Self {
            root: root.to_owned(),
            folder: scratch.join("earlier"),
        };
        checkout.remove();
        fs::create_dir_all(scratch).with_context(|| format!("making {}", scratch.display()))?;
        succeed(
            checkout
                .git()
                .args(["worktree", "add", "--quiet", "--detach"])
                .arg(&checkout.folder)
                .arg(revision),
        )?;
        // Its dependencies may not have been downloaded yet.
        succeed(cargo(&checkout.folder).args(["fetch", "--quiet", "--locked"]))?;
        Ok(checkout)
    }

    fn git(&self) -> Command {
        let mut git = Command::new("git");
        git.current_dir(&self.root);
        git
    }

    /// Removes the work tree, if there is one.
    fn remove(&self) {
        let remove = ["worktree", "remove", "--force"];
        let _ = self.git().args(remove).arg(&self.folder).output();
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        self.remove();
    }
}
