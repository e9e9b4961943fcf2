//! `cargo xtask features`: every feature of the clients compiles by itself, and so does none.
//!
//! All of them together is what clippy looks at in CI. What a build leaves out shows only when it is left out: an import
//! that another feature brings along, a dependency that is switched on by chance.

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, anyhow};

use crate::process::{cargo, output, succeed};

/// The packages that have the features, the one that does the work first.
pub const PACKAGES: [&str; 3] = ["billing-core", "arm-client", "partner-client"];

/// What needs more than a Rust toolchain with its C compiler and what plain tests have downloaded: minutes of C, or a
/// library of the system.
const HEAVY: [&str; 2] = ["native-tls", "rustls-aws-lc"];

/// The features of a package, but for `default` and those that are only for other features.
///
/// # Errors
///
/// When the package's manifest cannot be read.
pub fn of(root: &Path, package: &str) -> Result<Vec<String>> {
    let path = root.join("crates").join(package).join("Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let manifest: toml::Table =
        toml::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
    let features = manifest
        .get("features")
        .and_then(toml::Value::as_table)
        .ok_or_else(|| anyhow!("{} has no features", path.display()))?;
    let is_public = |name: &&String| *name != "default" && !name.starts_with("__");
    Ok(features.keys().filter(is_public).cloned().collect())
}

/// Returns the features of all packages, each once.
///
/// # Errors
///
/// When a manifest cannot be read.
pub fn all(root: &Path) -> Result<Vec<String>> {
    let mut features = Vec::new();
    for package in PACKAGES {
        features.extend(of(root, package)?);
    }
    features.sort();
    features.dedup();
    Ok(features)
}

/// Returns the features that need nothing beyond what the workspace needs.
///
/// # Errors
///
/// When a manifest cannot be read.
pub fn light(root: &Path) -> Result<Vec<String>> {
    let mut features = all(root)?;
    features.retain(|name| !HEAVY.contains(&name.as_str()));
    Ok(features)
}

/// Returns the names of the packages that `package` depends on with these features alone.
///
/// # Errors
///
/// When cargo fails; it has said why.
pub fn dependencies(root: &Path, package: &str, features: &str) -> Result<Vec<String>> {
    let mut tree = cargo(root);
    tree.args(["tree", "--quiet", "--locked", "--no-default-features"])
        .args(["--edges=normal", "--prefix=none", "--format={p}"])
        .args(["--package", package, "--features", features]);
    let lines = output(&mut tree)?;
    let names = lines.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
}

/// Checks the clients with none of the features, and with each of these alone.
///
/// # Errors
///
/// When one does not compile; the compiler has said why.
pub fn check(root: &Path, features: &[String]) -> Result<()> {
    for feature in [None].into_iter().chain(features.iter().map(Some)) {
        let shown = feature.map_or("no feature", String::as_str);
        eprintln!("{shown}");
        let mut check = cargo(root);
        check.args([
            "check",
            "--quiet",
            "--locked",
            "--lib",
            "--no-default-features",
        ]);
        for package in PACKAGES {
            check.args(["--package", package]);
        }
        check.args(feature.map(|name| format!("--features={name}")));
        // What cargo says of the package that it runs would make build scripts of others run again.
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
            }) {
                check.env_remove(name);
            }
        }
        succeed(&mut check).with_context(|| format!("with {shown}"))?;
    }
    Ok(())
}
