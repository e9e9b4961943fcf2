//! Throw-away packages whose dependencies have the versions and features of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;
use toml::{Table, Value};

/// The parts of the workspace's manifest that the packages share.
pub(super) struct Workspace {
    root: PathBuf,
    dependencies: Table,
    profile: Table,
}

impl Workspace {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let manifest = read(&root.join("Cargo.toml"))?;
        let mut dependencies = table(&manifest, &["workspace", "dependencies"]);
        for (_, dependency) in &mut dependencies {
            // A path in the workspace's manifest is relative to it.
            if let Some(Value::String(path)) = dependency.get_mut("path") {
                *path = root.join(&*path).display().to_string();
            }
        }
        Ok(Self {
            root: root.to_owned(),
            dependencies,
            profile: table(&manifest, &["profile"]),
        })
    }

    /// Returns the profiles of the workspace.
    pub(super) fn profile(&self) -> Table {
        self.profile.clone()
    }

    /// Returns the dependencies of a member that are not optional.
    pub(super) fn dependencies_of(&self, member: &str) -> Result<Table> {
        let manifest = read(&self.root.join(member).join("Cargo.toml"))?;
        let mut dependencies = table(&manifest, &["dependencies"]);
        dependencies.retain(|_, own| own.get("optional").and_then(Value::as_bool) != Some(true));
        Ok(dependencies)
    }

    /// Writes a package with the name of its folder, one source file, and the versions of the
    /// workspace for the dependencies that say `workspace = true`.
    pub(super) fn write(
        &self,
        folder: &Path,
        dependencies: Table,
        profile: Table,
        file: &str,
        source: &str,
    ) -> Result<()> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let manifest = json!({
            "package": { "name": name, "version": "0.0.0", "edition": "2024" },
            "workspace": { "dependencies": self.dependencies },
            "dependencies": dependencies,
            "profile": profile,
        });
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("src").join(file), source)?;
        fs::write(folder.join("Cargo.toml"), toml::to_string(&manifest)?)?;
        fs::copy(self.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(())
    }
}

fn read(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

fn table(from: &Table, path: &[&str]) -> Table {
    let mut names = path.iter();
    let first = names.next().and_then(|name| from.get(*name));
    let found = names.try_fold(first, |at, name| Some(at?.get(name)));
    let found = found.flatten().and_then(Value::as_table);
    found.cloned().unwrap_or_default()
}
