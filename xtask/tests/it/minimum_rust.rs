//! The Rust version that the workspace promises is one that its dependencies keep.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// `1.88` as `[1, 88, 0]`.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap().to_owned()
}

#[test]
fn no_dependency_asks_for_a_newer_rust_than_the_workspace() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    // Only what this machine builds has been downloaded; cargo's resolver looks after the rest.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &host()])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();

    let xtask = packages
        .iter()
        .find(|package| package["name"] == "xtask")
        .unwrap();
    let promised = xtask["rust_version"].as_str().unwrap();
    let too_new: Vec<String> = packages
        .iter()
        .filter_map(|package| Some((package, package["rust_version"].as_str()?)))
        .filter(|(_, needed)| version(needed) > version(promised))
        .map(|(package, needed)| {
            format!("{} {} needs {needed}", package["name"], package["version"])
        })
        .collect();
    assert!(
        too_new.is_empty(),
        "the workspace promises {promised}: {too_new:#?}\nchoose older versions (`cargo update` does) or promise less"
    );
}
