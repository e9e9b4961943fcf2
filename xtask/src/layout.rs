//! The paths of the repository that the verbs read and write.

use std::path::{Path, PathBuf};

/// The folders and files of the code generator.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The folder that paths in messages are relative to.
    pub root: PathBuf,
    /// The folder of the specs and their `sources.toml`.
    pub specs: PathBuf,
    /// The hand-written file that declares the generated modules, which are in the folder of the
    /// same name.
    pub parent: PathBuf,
    /// The folder with typify's output before any pass, which the codec benchmark measures. A
    /// module's file is updated if it exists.
    pub before_passes: PathBuf,
    /// The folder of the tables of members that can be written, which contains nothing else.
    pub members: PathBuf,
    /// The inventory of the models for their tests.
    pub inventory: Option<PathBuf>,
    /// The OpenAPI description of the emulator. Its hand-written parts are in the folder of the
    /// same name.
    pub description: Option<PathBuf>,
}

impl Layout {
    /// Returns the layout of a checkout of this repository.
    pub fn of_repository(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            specs: root.join("specs"),
            parent: root.join("crates/billing-models/src/generated.rs"),
            before_passes: root.join("crates/billing-models/benches/codec/before_passes"),
            members: root.join("crates/billing-edit/src/generated"),
            inventory: Some(root.join("crates/billing-models/tests/it/support/inventory.rs")),
            description: Some(root.join("crates/billing-emulator/openapi.json")),
        }
    }

    /// Returns the layout of the generator's own golden specs and files, in the package at `xtask`.
    pub fn of_test_data(xtask: &Path) -> Self {
        let root = xtask.join("test_data");
        Self {
            specs: root.join("specs"),
            parent: root.join("generated.rs"),
            before_passes: root.join("before_passes"),
            members: root.join("members"),
            inventory: None,
            description: None,
            root,
        }
    }

    /// Returns the folder of the generated modules, which contains nothing else.
    pub fn generated(&self) -> PathBuf {
        self.parent.with_extension("")
    }
}
