//! `cargo xtask features`: compiles the libraries without features and with each feature alone.
//!
//! CI lints them with all features together. Only a build with one feature finds an import or a
//! dependency that another feature provides.

use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, anyhow};

use crate::process::{cargo, succeed};

/// The packages that share the features of the core.
pub const CLIENTS: [&str; 3] = ["billing-core", "arm-client", "partner-client"];

/// The library above the clients, with few features, most of them its own.
pub const BULK: &str = "billing-bulk";

/// Returns the features of a package, except `default` and those that start with `__`.
///
/// # Errors
///
/// If the package's manifest cannot be read.
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

/// Returns the features of these packages, each once.
///
/// # Errors
///
/// If a manifest cannot be read.
pub fn all(root: &Path, packages: &[&str]) -> Result<Vec<String>> {
    let mut features = Vec::new();
    for package in packages {
        features.extend(of(root, package)?);
    }
    features.sort();
    features.dedup();
    Ok(features)
}

/// Compiles packages without features, and with each of `features` alone.
///
/// # Errors
///
/// If a package does not compile; the compiler has printed why.
pub fn check(root: &Path, packages: &[&str], features: &[String]) -> Result<()> {
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
        for package in packages {
            check.args(["--package", package]);
        }
        check.args(feature.map(|name| format!("--features={name}")));
        // Variables about this package would make the build scripts of others run again.
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
