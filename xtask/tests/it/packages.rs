//! The packages that are published can be: each has its licences and what a registry shows of it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    description: String,
    #[serde(default = "yes")]
    publish: bool,
    readme: Option<PathBuf>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

fn yes() -> bool {
    true
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn manifest(folder: &Path) -> Package {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest: Manifest = toml::from_str(&text).unwrap();
    manifest.package
}

/// The folders under `crates/` with what is published.
fn published() -> Vec<(PathBuf, Package)> {
    let folders = std::fs::read_dir(root().join("crates")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    let packages = folders.map(|folder| (folder.clone(), manifest(&folder)));
    let published: Vec<_> = packages.filter(|(_, package)| package.publish).collect();
    assert!(published.len() >= 6, "{}", published.len());
    published
}

/// Copies, since symbolic links are not portable to Windows.
#[test]
fn each_package_has_the_licences_of_the_repository() {
    for (folder, _) in published() {
        for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let own = std::fs::read(folder.join(name)).unwrap();
            let shared = std::fs::read(root().join(name)).unwrap();
            assert!(own == shared, "{} differs", folder.join(name).display());
        }
    }
}

#[test]
fn each_package_describes_itself_to_a_registry() {
    for (folder, package) in published() {
        let shown = folder.display();
        assert!(package.description.len() > 20, "{shown}");
        assert!((1..=5).contains(&package.keywords.len()), "{shown}");
        assert!(!package.categories.is_empty(), "{shown}");
        assert!(
            folder.join(package.readme.unwrap()).is_file(),
            "{shown} has no README"
        );
        for part in ["/src", "/README.md", "/LICENSE-*"] {
            let part = part.to_owned();
            assert!(package.include.contains(&part), "{shown} leaves {part} out");
        }
    }
}

#[test]
fn tests_and_tools_are_not_published() {
    for folder in ["tests", "xtask"] {
        assert!(!manifest(&root().join(folder)).publish, "{folder}");
    }
}

/// Which crate a README tells its reader to depend on, in a clone.
#[test]
fn dependencies_of_the_readmes_are_crates_of_a_clone() {
    let packages = published();
    let mut readmes: Vec<PathBuf> = packages.iter().map(|(folder, _)| folder.clone()).collect();
    readmes.push(root().to_owned());
    let mut found = 0;
    for folder in readmes {
        let page = std::fs::read_to_string(folder.join("README.md")).unwrap();
        let blocks = page.split("```toml\n").skip(1);
        let blocks = blocks.filter_map(|block| block.split("```").next());
        for block in blocks.filter(|block| block.contains("dependencies]")) {
            let manifest: toml::Table = toml::from_str(block).unwrap();
            for (name, dependency) in manifest
                .values()
                .flat_map(|table| table.as_table().unwrap())
            {
                let Some(path) = dependency.get("path") else {
                    continue;
                };
                found += 1;
                let expected = format!("../billing/crates/{name}");
                assert_eq!(
                    path.as_str(),
                    Some(expected.as_str()),
                    "{}",
                    folder.display()
                );
                assert!(
                    packages.iter().any(|(folder, _)| folder.ends_with(name)),
                    "{name}"
                );
            }
        }
    }
    assert!(found >= 6, "{found}");
}
