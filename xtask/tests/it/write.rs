//! Writing, checking and showing what would change.

use std::process::{Command, Output};

use serde_json::{Value, json};
use xtask::codegen::write::Mode;

use crate::repository::Repository;

fn thing() -> Value {
    json!({ "Thing": { "type": "object", "properties": { "name": { "type": "string", "description": "Its name." } } } })
}

/// The lines of a diff that were added or removed.
fn changes(diff: &str) -> String {
    let lines = diff.lines().skip(2);
    let changed = lines.filter(|line| line.starts_with(['+', '-']));
    changed.collect::<Vec<_>>().join("\n")
}

fn names(repository: &Repository) -> Vec<String> {
    let folder = repository
        .root()
        .join("crates/billing-models/src/generated");
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn xtask(repository: &Repository, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--root"])
        .arg(repository.root())
        .args(arguments)
        .output()
        .unwrap()
}

fn transcript(output: &Output) -> String {
    format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_stale_file_is_written_and_then_up_to_date() {
    let repository = Repository::of(&thing());
    insta::assert_snapshot!(transcript(&xtask(&repository, &[])), @"
    exit 0
    --- stdout
    wrote crates/billing-models/src/generated/thing.rs
    wrote crates/billing-edit/src/generated/thing.rs
    --- stderr
    ");
    insta::assert_snapshot!(transcript(&xtask(&repository, &["--check"])), @"
    exit 0
    --- stdout
    the generated files are up to date
    --- stderr
    ");
    assert_eq!(names(&repository), ["thing.rs"]);
}

#[test]
fn check_shows_the_diff_and_exits_with_4_and_writes_nothing() {
    let repository = Repository::of(&thing());
    repository.codegen(Mode::Write, &[]).unwrap();
    let before = repository.generated();
    let mut changed = thing();
    changed["Thing"]["properties"]["name"]["description"] = "What it is called.".into();
    repository.define(&changed);

    insta::assert_snapshot!(transcript(&xtask(&repository, &["--check"])), @r#"
    exit 4
    --- stdout
    --- a/crates/billing-models/src/generated/thing.rs
    +++ b/crates/billing-models/src/generated/thing.rs
    @@ -10,7 +10,7 @@
     #[cfg_attr(feature = "schemars", schemars(rename_all = "camelCase"))]
     #[non_exhaustive]
     pub struct Thing {
    -    /// Its name.
    +    /// What it is called.
         pub name: Option<String>,
         /// The members that the spec does not list.
         #[cfg_attr(feature = "schemars", schemars(flatten))]
    @@ -30,7 +30,7 @@
     )]
     #[non_exhaustive]
     pub struct ThingUpdate {
    -    /// Its name.
    +    /// What it is called.
         pub name: Option<Option<String>>,
     }
     
    --- stderr
    error: the generated files are out of date

    hint: run `cargo xtask codegen`
    "#);
    insta::assert_snapshot!(transcript(&xtask(&repository, &["--dry-run"])), @r#"
    exit 0
    --- stdout
    --- a/crates/billing-models/src/generated/thing.rs
    +++ b/crates/billing-models/src/generated/thing.rs
    @@ -10,7 +10,7 @@
     #[cfg_attr(feature = "schemars", schemars(rename_all = "camelCase"))]
     #[non_exhaustive]
     pub struct Thing {
    -    /// Its name.
    +    /// What it is called.
         pub name: Option<String>,
         /// The members that the spec does not list.
         #[cfg_attr(feature = "schemars", schemars(flatten))]
    @@ -30,7 +30,7 @@
     )]
     #[non_exhaustive]
     pub struct ThingUpdate {
    -    /// Its name.
    +    /// What it is called.
         pub name: Option<Option<String>>,
     }
     
    nothing was written; `cargo xtask codegen` would change the above
    --- stderr
    "#);
    assert_eq!(repository.generated(), before);
}

#[test]
fn only_the_named_targets_are_made() {
    let repository = Repository::of(&thing());
    repository.codegen(Mode::Write, &["thing"]).unwrap();
    assert_eq!(names(&repository), ["thing.rs"]);
    insta::assert_snapshot!(transcript(&xtask(&repository, &["think"])), @"
    exit 1
    --- stdout
    --- stderr
    error: specs/sources.toml: there is no target `think`
      hint: name one of: thing
    ");
}

#[test]
fn a_new_member_is_a_diff_of_a_dozen_lines() {
    let repository = Repository::of(&thing());
    repository.codegen(Mode::Write, &[]).unwrap();
    let mut changed = thing();
    changed["Thing"]["properties"]["poNumber"] =
        json!({ "type": "string", "description": "Its number." });
    repository.define(&changed);

    let diff = repository.codegen(Mode::Check, &[]).unwrap().remove(0).diff;
    insta::assert_snapshot!(changes(&diff), @r#"
    +    /// Its number.
    +    pub po_number: Option<String>,
    +    /// Its number.
    +    pub po_number: Option<Option<String>>,
    +        po_number: "poNumber";
    +        po_number: "poNumber";
    +        po_number, maybe_po_number, clear_po_number: String;
    "#);
}

#[test]
fn a_new_enum_value_is_a_diff_of_one_line() {
    let with = |values: Value| {
        let state =
            json!({ "anyOf": [{ "type": "string", "enum": values }, { "type": "string" }] });
        let thing = json!({ "type": "object", "properties": { "state": { "$ref": "#/definitions/State" } } });
        json!({ "State": state, "Thing": thing })
    };
    let repository = Repository::of(&with(json!(["Active"])));
    repository.codegen(Mode::Write, &[]).unwrap();
    let changed = with(json!(["Active", "PastDue"]));
    repository.define(&changed);

    let diff = repository.codegen(Mode::Check, &[]).unwrap().remove(0).diff;
    insta::assert_snapshot!(changes(&diff), @r#"+        PastDue = "PastDue","#);
}

#[test]
fn stale_generated_file_is_deleted_unless_targets_are_named() {
    let repository = Repository::of(&thing());
    let orphan = "crates/billing-models/src/generated/orphan.rs";
    let made = "// Generated by `cargo xtask codegen` from specs/orphan.json. Do not edit: change the spec.\n";
    repository.write(orphan, made);
    repository.codegen(Mode::Write, &["thing"]).unwrap();
    assert_eq!(names(&repository), ["orphan.rs", "thing.rs"]);
    insta::assert_snapshot!(transcript(&xtask(&repository, &[])), @"
    exit 0
    --- stdout
    deleted crates/billing-models/src/generated/orphan.rs
    --- stderr
    ");
    assert_eq!(names(&repository), ["thing.rs"]);
}

#[test]
fn what_was_not_made_here_is_reported_and_stays() {
    let repository = Repository::of(&thing());
    let folder = "crates/billing-models/src/generated";
    repository.write(&format!("{folder}/by_hand.rs"), "// Generated by hand.\n");
    repository.write(&format!("{folder}/deep/more.rs"), "");
    repository.write(
        "crates/billing-models/benches/codec/before_passes/notes.md",
        "",
    );
    let told = transcript(&xtask(&repository, &[]));
    insta::assert_snapshot!(told, @"
    exit 1
    --- stdout
    --- stderr
    error: crates/billing-models/src/generated/by_hand.rs: no spec generates this file, and it was not generated
      hint: move it away, or remove it
    crates/billing-models/src/generated/deep: only files are generated here
      hint: move it away, or remove it
    crates/billing-models/benches/codec/before_passes/notes.md: no spec generates this file, and it was not generated
      hint: move it away, or remove it
    ");
    assert_eq!(transcript(&xtask(&repository, &["--check"])), told);
    assert_eq!(
        names(&repository),
        ["by_hand.rs", "deep"],
        "nothing is written"
    );
    repository.codegen(Mode::Write, &["thing"]).unwrap();
    assert_eq!(names(&repository), ["by_hand.rs", "deep", "thing.rs"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_reported_and_not_followed() {
    use std::os::unix::fs::symlink;

    let repository = Repository::of(&thing());
    let folder = repository
        .root()
        .join("crates/billing-models/src/generated");
    std::fs::create_dir_all(&folder).unwrap();
    repository.write("elsewhere/file.rs", "precious\n");
    let elsewhere = repository.root().join("elsewhere");
    let untouched = || std::fs::read_to_string(elsewhere.join("file.rs")).unwrap() == "precious\n";
    for (link, target) in [
        ("thing.rs", elsewhere.join("file.rs")),
        ("more.rs", elsewhere.join("file.rs")),
        ("folder", elsewhere.clone()),
        ("lost.rs", elsewhere.join("lost.rs")),
    ] {
        symlink(&target, folder.join(link)).unwrap();
        let error = repository
            .codegen(Mode::Write, &[])
            .unwrap_err()
            .to_string();
        let expected = format!(
            "crates/billing-models/src/generated/{link}: it is a link, and links are not followed\n  hint: move it away, or remove it"
        );
        assert_eq!(error, expected);
        assert!(untouched() && !elsewhere.join("lost.rs").exists());
        std::fs::remove_file(folder.join(link)).unwrap();
    }
    // What a run that was cut off could have left behind.
    symlink(elsewhere.join("file.rs"), folder.join("thing.rs.new")).unwrap();
    repository.codegen(Mode::Write, &["thing"]).unwrap();
    assert!(untouched());
    assert_eq!(names(&repository), ["thing.rs"]);

    std::fs::remove_dir_all(&folder).unwrap();
    symlink(&elsewhere, &folder).unwrap();
    let error = repository
        .codegen(Mode::Write, &[])
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("crates/billing-models/src/generated: it is a link"),
        "{error}"
    );
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_no_text_is_stale() {
    let repository = Repository::of(&thing());
    let path = repository
        .root()
        .join("crates/billing-models/src/generated");
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join("thing.rs"), b"\xFF\n").unwrap();
    let diff = repository.codegen(Mode::Check, &[]).unwrap().remove(0).diff;
    assert_eq!(changes(&diff).lines().next(), Some("-\u{FFFD}"));
    repository.codegen(Mode::Write, &[]).unwrap();
    assert_eq!(repository.codegen(Mode::Check, &[]).unwrap().len(), 0);
}

#[test]
fn what_cannot_be_read_is_named() {
    let repository = Repository::of(&thing());
    repository.write("crates/billing-models/src/generated/thing.rs/file", "");
    let error = repository
        .codegen(Mode::Write, &[])
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("reading ") && error.ends_with("generated/thing.rs"),
        "{error}"
    );
}

#[test]
fn a_reader_that_goes_away_has_read_enough() {
    let repository = Repository::of(&thing());
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--dry-run", "--root"])
        .arg(repository.root())
        .stdout(writer)
        .output()
        .unwrap();
    insta::assert_snapshot!(transcript(&output), @"
    exit 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn what_the_benchmark_keeps_of_typify_is_made_anew() {
    let repository = Repository::of(&thing());
    let folder = "crates/billing-models/benches/codec/before_passes";
    repository.write(&format!("{folder}/thing.rs"), "");
    let made = "// Generated by `cargo xtask codegen` from specs/orphan.json: typify's output before our passes.\n";
    repository.write(&format!("{folder}/orphan.rs"), made);
    insta::assert_snapshot!(transcript(&xtask(&repository, &[])), @"
    exit 0
    --- stdout
    wrote crates/billing-models/src/generated/thing.rs
    wrote crates/billing-models/benches/codec/before_passes/thing.rs
    deleted crates/billing-models/benches/codec/before_passes/orphan.rs
    wrote crates/billing-edit/src/generated/thing.rs
    --- stderr
    ");
    let text = std::fs::read_to_string(repository.root().join(folder).join("thing.rs")).unwrap();
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "// Generated by `cargo xtask codegen` from specs/thing.json: typify's output before our passes."
    );
    assert!(text.contains("pub struct ThingUpdate"), "{text}");
}
