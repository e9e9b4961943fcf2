//! A small repository in a folder of its own, to run the verbs on.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use xtask::codegen;
use xtask::codegen::write::{Mode, Stale};
use xtask::layout::Layout;

/// A repository with the one spec `specs/thing.json` and its module `thing`.
pub(crate) struct Repository {
    folder: TempDir,
}

impl Repository {
    pub(crate) fn new(spec: &str) -> Self {
        let repository = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        repository.write("specs/thing.json", spec);
        let roots = r#"[{ type = "Thing", role = "read" }, { type = "Thing", role = "write" }]"#;
        repository.write("specs/sources.toml", &entry(&[("roots", roots)]));
        repository.write(
            "crates/billing-models/src/generated.rs",
            "pub(crate) mod thing;\n",
        );
        repository
    }

    /// A repository whose spec has these definitions.
    pub(crate) fn of(definitions: &Value) -> Self {
        Self::new(&serde_json::json!({ "definitions": definitions }).to_string())
    }

    /// Replaces the definitions of the spec.
    pub(crate) fn define(&self, definitions: &Value) {
        let document = serde_json::json!({ "definitions": definitions });
        self.write("specs/thing.json", &document.to_string());
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn codegen(&self, mode: Mode, only: &[&str]) -> anyhow::Result<Vec<Stale>> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        codegen::run(&Layout::of_repository(self.root()), mode, &only)
    }

    /// Returns the problems of inputs that cannot be used, after checking that nothing was written.
    pub(crate) fn problems(&self) -> String {
        let before = "// made before\n";
        self.write("crates/billing-models/src/generated/thing.rs", before);
        let error = self.codegen(Mode::Write, &[]).unwrap_err();
        assert_eq!(
            self.generated(),
            [("thing.rs".to_owned(), before.to_owned())]
        );
        error.to_string()
    }

    /// The generated files by name and text.
    pub(crate) fn generated(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(self.generated_folder())
            .into_iter()
            .flatten()
            .map(|entry| {
                let entry = entry.unwrap();
                (
                    entry.file_name().into_string().unwrap(),
                    fs::read_to_string(entry.path()).unwrap(),
                )
            })
            .collect();
        files.sort();
        files
    }

    fn generated_folder(&self) -> PathBuf {
        self.root().join("crates/billing-models/src/generated")
    }
}

/// An entry of `sources.toml` for the spec, with `changes` of its keys and values.
pub(crate) fn entry(changes: &[(&str, &str)]) -> String {
    let mut entry = vec![
        ("file", r#""thing.json""#),
        ("module", r#""thing""#),
        ("service", r#""Test""#),
        ("api_version", r#""v1""#),
        ("page", r#""Things""#),
        ("retrieved", r#""2026-08""#),
        ("page_sha256", r#""""#),
        ("roots", r#"[{ type = "Thing", role = "read" }]"#),
    ];
    for change in changes {
        entry.retain(|(key, _)| *key != change.0);
        entry.push(*change);
    }
    let lines: String = entry
        .iter()
        .map(|(key, value)| format!("{key} = {value}\n"))
        .collect();
    format!("[[spec]]\n{lines}\n")
}
