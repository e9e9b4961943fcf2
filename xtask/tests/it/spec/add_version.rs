//! `spec add-version` in a copy of the checkout: what it writes, and that it writes all or nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use xtask::codegen;
use xtask::codegen::write::Mode;
use xtask::layout::Layout;
use xtask::spec::add_version::{self, AddVersion};

use super::checkout::{Tree, checkout, times};

const VERSION: &str = "2031-01-01";

fn test_data(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data");
    folder.join("add_version").join(name)
}

/// Returns a version that a document of our own has.
fn version() -> AddVersion {
    AddVersion {
        face: "arm".to_owned(),
        api_version: VERSION.to_owned(),
        document: test_data("document.json"),
        overlay: Some(test_data("overlay.toml")),
        retrieved: Some("2031-01".to_owned()),
        ..AddVersion::default()
    }
}

/// Runs the verb, and returns the paths of what it wrote.
fn run(root: &Path, add: &AddVersion) -> anyhow::Result<Vec<String>> {
    let written = add_version::run(&Layout::of_repository(root), add)?;
    let shown = |path: PathBuf| path.to_str().unwrap().replace('\\', "/");
    Ok(written.into_iter().map(shown).collect())
}

/// Returns what differs between two trees, file by file.
fn diff(before: &Tree, after: &Tree) -> String {
    let names = before.files.keys().chain(after.files.keys());
    let names: BTreeSet<_> = names.collect();
    let text = |tree: &Tree, name: &str| tree.files.get(name).cloned().unwrap_or_default();
    let diffs = names.into_iter().map(|name| {
        let (old, new) = (text(before, name), text(after, name));
        let diff = TextDiff::from_lines(&old, &new);
        let mut unified = diff.unified_diff();
        unified.context_radius(1).header(name, name).to_string()
    });
    diffs.collect()
}

#[test]
fn a_version_is_added_with_all_that_follows() {
    let checkout = checkout(|text| text);
    let before = Tree::of(checkout.path());
    let written = run(checkout.path(), &version()).unwrap();
    let after = Tree::of(checkout.path());
    insta::assert_snapshot!(diff(&before, &after));
    let changed = after.files.iter();
    let changed = changed.filter(|(name, text)| before.files.get(*name) != Some(text));
    let changed: BTreeSet<_> = changed.map(|(name, _)| name.clone()).collect();
    assert_eq!(written.into_iter().collect::<BTreeSet<_>>(), changed);

    let at = times(checkout.path());
    let again = AddVersion {
        // Both are known from the first run.
        overlay: None,
        retrieved: None,
        ..version()
    };
    for add in [version(), again] {
        assert_eq!(run(checkout.path(), &add).unwrap(), Vec::<String>::new());
    }
    let layout = Layout::of_repository(checkout.path());
    assert!(codegen::run(&layout, Mode::Check, &[]).unwrap().is_empty());
    assert_eq!(times(checkout.path()), at);
}

#[test]
fn a_version_that_is_only_read_has_no_table_of_members() {
    let checkout = checkout(|text| text);
    let add = AddVersion {
        operations: vec!["BillingProfiles_Get".to_owned()],
        ..version()
    };
    assert_eq!(
        run(checkout.path(), &add).unwrap(),
        [
            "specs/arm-billing/2031-01-01/billing-profile.overlay.toml",
            "specs/arm-billing/2031-01-01/billing-profile.json",
            "specs/sources.toml",
            "crates/billing-models/src/generated.rs",
            "crates/billing-models/src/arm.rs",
            "crates/billing-models/src/generated/arm_v2031_01_01.rs",
            "crates/billing-models/tests/it/support/inventory.rs",
        ]
    );
}

/// Returns the error of a run that leaves all files and folders as they were.
fn refused(root: &Path, add: &AddVersion) -> String {
    let before = Tree::of(root);
    let error = run(root, add).unwrap_err();
    assert_eq!(Tree::of(root), before, "{error:#}");
    format!("{error:#}").replace(root.to_str().unwrap(), "ROOT")
}

#[test]
fn a_version_that_is_refused_changes_nothing() {
    let checkout = checkout(|text| text.replace('\n', "\r\n"));
    let root = checkout.path();
    let folder = tempfile::tempdir().unwrap();
    let with = |from: &str, to: &str| {
        let text = fs::read_to_string(test_data("document.json")).unwrap();
        assert!(text.contains(from));
        let document = folder.path().join("document.json");
        fs::write(&document, text.replace(from, to)).unwrap();
        AddVersion {
            document,
            ..version()
        }
    };

    let unknown_face = AddVersion {
        face: "graph".to_owned(),
        ..version()
    };
    insta::assert_snapshot!(refused(root, &unknown_face), @"
    no spec generates a module graph_…
      hint: add the first version by hand, as specs/README.md says
    ");
    let without_date = AddVersion {
        retrieved: None,
        ..version()
    };
    insta::assert_snapshot!(refused(root, &without_date), @"
    the manifest says when a document was read
      hint: add --retrieved YYYY-MM
    ");
    let without_overlay = AddVersion {
        overlay: None,
        ..version()
    };
    insta::assert_snapshot!(refused(root, &without_overlay), @"
    members without words:
      BillingProfile.id
      BillingProfile.properties
      BillingProfileProperties.displayName
      BillingProfileProperties.paperless
      ErrorDetail.code
      ErrorResponse.error
      hint: write them below `[words]` of specs/arm-billing/2031-01-01/billing-profile.overlay.toml, or name in its `words_of` the spec of another version that has them
    ");
    let not_understood = with(r#""type": "boolean""#, r#""type": "boolean", "oneOf": []"#);
    insta::assert_snapshot!(refused(root, &not_understood).replace(folder.path().to_str().unwrap(), "FOLDER"), @r#"
    FOLDER/document.json:44: #/definitions/BillingProfileProperties/properties/paperless/oneOf: `oneOf` gives a choice of 0 schemas; only "or null" and an open enum are understood
      hint: leave the choice out with `--allow oneOf`
    "#);
    // The import accepts this member, and the generator refuses its name.
    let mut without_name = with("\"displayName\"", "\"clone\"");
    let overlay = fs::read_to_string(test_data("overlay.toml")).unwrap();
    let overlay = overlay.replace("\"displayName\"", "\"clone\"");
    let path = folder.path().join("overlay.toml");
    let words = "[words]\n\"BillingProfileProperties.clone\" = \"A name.\"";
    fs::write(&path, overlay.replace("[words]", words)).unwrap();
    without_name.overlay = Some(path);
    insta::assert_snapshot!(refused(root, &without_name), @r#"
    specs/arm-billing/2031-01-01/billing-profile.json#/definitions/BillingProfileProperties/properties/clone: the setter of `clone` would hide the method `clone` that every type has
      hint: give it another name in Rust: `"x-ms-client-name": "…"` beside its type
    "#);
}

#[test]
fn a_write_that_fails_restores_what_was_written_before() {
    let checkout = checkout(|text| text);
    // No file can be put there, as a folder is in the way.
    let inventory = "crates/billing-models/tests/it/support/inventory.rs";
    let in_the_way = checkout.path().join(format!("{inventory}.new/folder"));
    fs::create_dir_all(&in_the_way).unwrap();
    let error = refused(checkout.path(), &version());
    assert!(
        error.starts_with(&format!("writing ROOT/{inventory}: ")),
        "{error}"
    );

    fs::remove_dir_all(in_the_way.parent().unwrap()).unwrap();
    assert_eq!(run(checkout.path(), &version()).unwrap().len(), 9);
}

#[test]
fn a_run_that_was_killed_is_completed_by_the_next() {
    let checkout = checkout(|text| text);
    let root = checkout.path();
    let before = Tree::of(root);
    let written = run(root, &version()).unwrap();
    let complete = Tree::of(root);
    // After each of the first files, and before the last one.
    for count in [1, 2, 3, 4, 5, written.len() - 1] {
        for path in &written[count..] {
            match before.files.get(path) {
                Some(text) => fs::write(root.join(path), text).unwrap(),
                None => fs::remove_file(root.join(path)).unwrap(),
            }
        }
        let left = run(root, &version()).unwrap();
        assert_eq!(left, written[count..]);
        assert_eq!(Tree::of(root), complete);
    }
}

/// Runs the verb with a program in place of cargo, and returns its transcript.
#[cfg(unix)]
fn transcript(root: &Path, cargo: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    let program = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    fs::write(&program, format!("#!/bin/sh\n{cargo}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["spec", "add-version", "arm", VERSION])
        .args(["--retrieved", "2031-01", "--openapi"])
        .arg(test_data("document.json"))
        .arg("--overlay")
        .arg(test_data("overlay.toml"))
        .arg("--root")
        .arg(root)
        .env("CARGO", &*program)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    let code = output.status.code().unwrap();
    let transcript = format!("exit {code}\n--- stdout\n{stdout}--- stderr\n{stderr}");
    let transcript = transcript.replace(program.to_str().unwrap(), "CARGO");
    transcript.replace(root.to_str().unwrap(), "ROOT")
}

#[cfg(unix)]
#[test]
fn the_verb_writes_snapshots_and_says_what_is_left() {
    let checkout = checkout(|text| text);
    let root = checkout.path();
    insta::assert_snapshot!(transcript(root, "exit 101"), @r#"
    exit 1
    --- stdout
    wrote specs/arm-billing/2031-01-01/billing-profile.overlay.toml
    wrote specs/arm-billing/2031-01-01/billing-profile.json
    wrote specs/sources.toml
    wrote crates/billing-models/src/generated.rs
    wrote crates/billing-edit/src/generated.rs
    wrote crates/billing-models/src/arm.rs
    wrote crates/billing-models/src/generated/arm_v2031_01_01.rs
    wrote crates/billing-edit/src/generated/arm_v2031_01_01.rs
    wrote crates/billing-models/tests/it/support/inventory.rs

    by hand:
    - read the diff, above all the names of types and the words of the overlay
    - the client: a line in `versions!` of crates/arm-client/src/version.rs, and in the macros of crates/arm-client/src/common/; what it does with what only 2031-01-01 has
    - writable members: `Members::of_arm` of crates/billing-edit/src/members.rs
    - the command: the versions of crates/billing-cli/src/arm/version.rs
    - the emulator: its own tables, once the service is known to send the members
    - CHANGELOG.md, and the snapshot of the public API: INSTA_UPDATE=always cargo test -p xtask --test it house

    --- stderr
    error: the files are written, but not the snapshots of the models: cd "ROOT" && INSTA_UPDATE="always" "CARGO" "test" "-q" "-p" "billing-models" "--test" "it" ended with exit status: 101
      hint: correct what the test reports, and run this again
    "#);
    let cargo = "echo cargo $* with INSTA_UPDATE=$INSTA_UPDATE in $PWD";
    insta::assert_snapshot!(transcript(root, cargo), @"
    exit 0
    --- stdout
    arm 2031-01-01 is up to date
    cargo test -q -p billing-models --test it with INSTA_UPDATE=always in ROOT
    --- stderr
    ");
}

/// The paths that the verb names are those of this checkout.
#[test]
fn what_is_left_to_do_names_files_that_exist() {
    let todo = add_version::todo("arm", VERSION);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let words = todo.split([' ', ',', '\n', ';', ':']);
    let paths: Vec<_> = words.filter(|word| word.contains('/')).collect();
    assert!(paths.len() >= 4, "{paths:?}");
    for path in paths {
        assert!(root.join(path).exists(), "{path}");
    }
}
