//! A change of the public API is a change for users, so CHANGELOG.md changes with it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::source;

const CHANGELOG: &str = "CHANGELOG.md";
const SNAPSHOTS: &str = "xtask/tests/it/house/snapshots";

/// Runs git and returns what it prints; nothing if it fails.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    // An author for the commits of these tests, without a signature.
    for variable in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
        command.env(variable, "Kim");
    }
    for variable in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        command.env(variable, "kim@example.com");
    }
    command
        .args(["-c", "commit.gpgsign=false"])
        .arg("-C")
        .arg(root);
    let output = command.args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Returns the snapshots of the public API that have changed since the changelog has, if `root` is
/// a repository whose history tells.
fn unmentioned(root: &Path) -> Option<Vec<String>> {
    if git(root, &["rev-parse", "--is-shallow-repository"])? == "true" {
        return None;
    }
    if !git(root, &["status", "--porcelain", "--", CHANGELOG])?.is_empty() {
        return Some(Vec::new());
    }
    let last = git(root, &["log", "-1", "--format=%H", "--", CHANGELOG])?;
    let changed = git(root, &["diff", "--name-only", &last, "--", SNAPSHOTS])?;
    Some(changed.lines().map(str::to_owned).collect())
}

#[test]
fn changed_public_api_is_in_the_changelog() {
    let Some(changed) = unmentioned(source::root()) else {
        eprintln!("skipped: the history of the repository is not there to compare with");
        return;
    };
    assert!(
        changed.is_empty(),
        "the public API has changed, but not {CHANGELOG}; say there what a user has to know:\n{}",
        changed.join("\n")
    );
}

#[test]
fn public_api_without_a_changelog_entry_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let snapshot = format!("{SNAPSHOTS}/arm-client.snap");
    fs::create_dir_all(root.join(SNAPSHOTS)).unwrap();
    let write = |file: &str, text: &str| fs::write(root.join(file), text).unwrap();
    let commit = || {
        git(root, &["add", "--all"]).unwrap();
        git(root, &["commit", "--quiet", "--message", "x"]).unwrap();
    };

    assert_eq!(unmentioned(root), None);
    git(root, &["init", "--quiet"]).unwrap();
    write(CHANGELOG, "");
    write(&snapshot, "pub fn a()");
    commit();
    assert_eq!(unmentioned(root), Some(Vec::new()));

    // Before the commit and after it.
    write(&snapshot, "pub fn b()");
    assert_eq!(unmentioned(root), Some(vec![snapshot.clone()]));
    commit();
    assert_eq!(unmentioned(root), Some(vec![snapshot.clone()]));

    write(CHANGELOG, "- `b`");
    assert_eq!(unmentioned(root), Some(Vec::new()));
    commit();
    assert_eq!(unmentioned(root), Some(Vec::new()));
}
