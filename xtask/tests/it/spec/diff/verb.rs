//! The verb: exit codes, overrides, and the forms of the report.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::pairs::folder;

struct Documents {
    folder: tempfile::TempDir,
}

impl Documents {
    /// Writes the base document and one that differs: `price` is gone, and there is `email`.
    fn new() -> Self {
        let documents = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let base = fs::read_to_string(folder().join("base.json")).unwrap();
        let newer = base.replace(
            r#""price": { "type": "number" },"#,
            r#""email": { "type": "string" },"#,
        );
        assert_ne!(newer, base);
        documents.write("a.json", &base);
        documents.write("b.json", &newer);
        documents
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn diff(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["spec", "diff"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env("LC_ALL", "tr_TR.UTF-8")
            .output()
            .unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn exit_codes_follow_the_gravest_change() {
    let documents = Documents::new();
    documents.write("broken.json", "{");
    for (arguments, expected) in [
        (&["a.json", "b.json"][..], 0),
        (&["a.json", "b.json", "--fail-on", "breaking"], 4),
        (&["a.json", "b.json", "--fail-on", "additive"], 4),
        (&["a.json", "b.json", "--fail-on", "none"], 4),
        (&["a.json", "a.json", "--fail-on", "none"], 0),
        (
            &[
                "a.json",
                "b.json",
                "--fail-on",
                "none",
                "--operation",
                "Things_Delete",
            ],
            0,
        ),
        (&["a.json", "b.json", "--operation", "Things_Deleted"], 1),
        (&["a.json", "broken.json"], 1),
        (&["a.json", "missing.json"], 1),
        (&["a.json"], 2),
        (&["a.json", "b.json", "--fail-on", "much"], 2),
        (&["a.json", "b.json", "--git", "HEAD"], 2),
    ] {
        let output = documents.diff(arguments);
        let told = text(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{arguments:?}: {told}"
        );
        assert_eq!(told.is_empty(), expected == 0 || expected == 4, "{told}");
    }
}

#[test]
fn an_override_gives_a_reason_and_must_apply() {
    let documents = Documents::new();
    let entry = |member: &str, reason: &str| {
        format!(
            "[[override]]\nrule = \"1033\"\ntype = \"ThingProperties\"\nmember = \"{member}\"\n\
             severity = {{ readers = \"none\", writers = \"none\", rust = \"additive\" }}\n\
             reason = \"{reason}\"\n"
        )
    };
    documents.write("good.toml", &entry("price", "the service never had it"));
    documents.write("stale.toml", &entry("prize", "the service never had it"));
    documents.write("mute.toml", &entry("price", " "));
    let good = [
        "a.json",
        "b.json",
        "--fail-on",
        "breaking",
        "--overrides",
        "good.toml",
    ];
    let output = documents.diff(&good);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout), @"
    a.json → b.json
    0 breaking, 2 additive, 0 without effect; semver: minor, raises the third number of a 0.x version

    additive
      1045  ThingProperties.email added (string) [readers, writers, Rust]
      1033  ThingProperties.price removed (number) [Rust] (overridden: the service never had it)

    * our decoding survives it
    ");
    let stale = documents.diff(&["a.json", "b.json", "--overrides", "stale.toml"]);
    let mute = documents.diff(&["a.json", "b.json", "--overrides", "mute.toml"]);
    assert_eq!(
        (stale.status.code(), mute.status.code()),
        (Some(1), Some(1))
    );
    insta::assert_snapshot!(text(&stale.stderr) + &text(&mute.stderr), @"
    error: stale.toml#/override/0: the override of 1033 ThingProperties.prize applies to no change
      hint: remove it, or correct what it is about
    error: mute.toml#/override/0/reason: an override has a reason
      hint: docs/spec-diff.md shows one
    ");
}

#[test]
fn markdown_is_for_a_pull_request() {
    let output = Documents::new().diff(&["a.json", "b.json", "--output", "markdown"]);
    insta::assert_snapshot!(text(&output.stdout), @r"
    ### a.json → b.json

    1 breaking, 1 additive, 0 without effect; semver: major, raises the second number of a 0.x version

    | breaking | for | what to do | rule |
    |---|---|---|---|
    | ThingProperties.price removed (number) | readers\*, writers, Rust | stop reading and sending it | 1033 |

    <details><summary>1 in Rust</summary>

    | before | after |
    |---|---|
    | `v2024_01_01::ThingProperties::price` | gone |

    </details>

    <details><summary>1 additive</summary>

    - ThingProperties.email added (string) (1045)

    </details>

    \* the decoding of our crates survives it
    ");
}

#[test]
fn a_revision_is_compared_with_the_specs_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(arguments)
            .current_dir(root)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/partner-center/v1");
    let specs = root.join("specs/partner-center/v1");
    fs::create_dir_all(&specs).unwrap();
    for entry in fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, specs.join(path.file_name().unwrap())).unwrap();
    }
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "specs"]);
    let file = specs.join("get-a-customer-by-id.json");
    let spec = fs::read_to_string(&file).unwrap();
    let changed = spec.replacen("\"tenantId\"", "\"tenant\"", 1);
    assert_ne!(changed, spec);
    fs::write(&file, changed).unwrap();
    let report = |file: Option<&str>| {
        let report = xtask::spec::diff::git::report(root, "HEAD", file, &[], false).unwrap();
        xtask::spec::diff::text::text(&report)
    };
    let one = report(Some("specs/partner-center/v1/get-a-customer-by-id.json"));
    let all = report(None);
    insta::assert_snapshot!(one, @"
    HEAD:specs/partner-center/v1/get-a-customer-by-id.json → specs/partner-center/v1/get-a-customer-by-id.json
    1 breaking, 1 additive, 0 without effect; semver: major, raises the second number of a 0.x version

    breaking
      1033  CustomerCompanyProfile.tenantId removed (string) [readers*, Rust]: perhaps use `tenant` (same type, similar name)

    additive
      1041  CustomerCompanyProfile.tenant added (string), perhaps the old tenantId [readers, Rust]

    in Rust
      v1::CustomerCompanyProfile::tenant_id → v1::CustomerCompanyProfile::tenant (perhaps)

    * our decoding survives it
    ");
    assert!(all.starts_with("HEAD:specs → specs\n"), "{all}");
    let unknown = xtask::spec::diff::git::report(root, "--help", None, &[], false);
    assert!(unknown.is_err());
}
