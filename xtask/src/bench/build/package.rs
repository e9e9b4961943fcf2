//! Packages that are thrown away, with dependencies in the versions and with the features that the workspace has.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use toml::{Table, Value};

/// The manifests of the workspace.
pub(super) struct Workspace {
    root: PathBuf,
    shared: Table,
    profile: Table,
}

impl Workspace {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let manifest = read(&root.join("Cargo.toml"))?;
        Ok(Self {
            root: root.to_owned(),
            shared: table(&manifest, &["workspace", "dependencies"]),
            profile: table(&manifest, &["profile"]),
        })
    }

    /// For a package that is built beside a member, to be built alike.
    pub(super) fn profile(&self) -> Table {
        self.profile.clone()
    }

    /// The dependencies that a member has whoever builds it.
    pub(super) fn dependencies_of(&self, member: &str) -> Result<Table> {
        let manifest = read(&self.root.join(member).join("Cargo.toml"))?;
        table(&manifest, &["dependencies"])
            .iter()
            .filter(|(_, own)| own.get("optional").and_then(Value::as_bool) != Some(true))
            .map(|(name, own)| Ok((name.clone(), self.dependency(name, &features(own))?)))
            .collect()
    }

    /// Shared dependencies with more features.
    pub(super) fn dependencies<const N: usize>(&self, all: [(&str, &[&str]); N]) -> Result<Table> {
        all.into_iter()
            .map(|(name, features)| Ok((name.to_owned(), self.dependency(name, features)?)))
            .collect()
    }

    fn dependency(&self, name: &str, more: &[&str]) -> Result<Value> {
        let shared = self.shared.get(name);
        let shared = shared.ok_or_else(|| anyhow!("`{name}` is not shared"))?;
        let mut merged = match shared {
            Value::Table(table) => table.clone(),
            version => Table::from_iter([("version".to_owned(), version.clone())]),
        };
        // A path in the workspace's manifest is relative to it.
        if let Some(Value::String(path)) = merged.get_mut("path") {
            *path = self.root.join(&*path).display().to_string();
        }
        let all = features(shared).into_iter().chain(more.iter().copied());
        let all = all.map(Value::from).collect();
        merged.insert("features".to_owned(), Value::Array(all));
        Ok(merged.into())
    }

    /// Writes a package that has the name of its folder, these tables in its manifest, and one source file.
    pub(super) fn write(
        &self,
        folder: &Path,
        tables: impl IntoIterator<Item = (&'static str, Table)>,
        file: &str,
        source: &str,
    ) -> Result<()> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let mut manifest = toml::toml! {
            [package]
            version = "0.0.0"
            edition = "2024"

            [workspace]
        };
        if let Some(Value::Table(package)) = manifest.get_mut("package") {
            package.insert("name".to_owned(), name.as_ref().into());
        }
        let tables = tables.into_iter();
        manifest.extend(tables.map(|(name, table)| (name.to_owned(), table.into())));
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

fn features(dependency: &Value) -> Vec<&str> {
    let features = dependency.get("features").and_then(Value::as_array);
    let features = features.into_iter().flatten();
    features.filter_map(Value::as_str).collect()
}
