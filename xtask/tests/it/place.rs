//! Writing, checking and showing what would change.

use std::process::{Command, Output};

use serde_json::{Value, json};
use xtask::codegen::place::Mode;

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
    repository
        .generated()
        .into_iter()
        .map(|(name, _)| name)
        .collect()
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
    @@ -12,7 +12,7 @@
     #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
     #[serde(rename_all = "camelCase")]
     pub struct Thing {
    -    /// Its name.
    +    /// What it is called.
         #[serde(skip_serializing_if = "Option::is_none")]
         pub name: Option<String>,
         /// Members that the spec does not list.
    @@ -29,7 +29,7 @@
     #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
     #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
     pub struct ThingUpdate {
    -    /// Its name.
    +    /// What it is called.
         #[serde(deserialize_with = "tri_state", skip_serializing_if = "Option::is_none")]
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
    @@ -12,7 +12,7 @@
     #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
     #[serde(rename_all = "camelCase")]
     pub struct Thing {
    -    /// Its name.
    +    /// What it is called.
         #[serde(skip_serializing_if = "Option::is_none")]
         pub name: Option<String>,
         /// Members that the spec does not list.
    @@ -29,7 +29,7 @@
     #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
     #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
     pub struct ThingUpdate {
    -    /// Its name.
    +    /// What it is called.
         #[serde(deserialize_with = "tri_state", skip_serializing_if = "Option::is_none")]
         pub name: Option<Option<String>>,
     }
    nothing was written; `cargo xtask codegen` would change the above
    --- stderr
    "#);
    assert_eq!(repository.generated(), before);
}

#[test]
fn a_file_that_no_spec_makes_is_deleted() {
    let repository = Repository::of(&thing());
    repository.write(
        "crates/billing-models/src/generated/orphan.rs",
        "pub struct Orphan;\n",
    );
    insta::assert_snapshot!(repository.codegen(Mode::Check, &[]).unwrap()[1].diff, @"
    --- a/crates/billing-models/src/generated/orphan.rs
    +++ b/crates/billing-models/src/generated/orphan.rs
    @@ -1 +0,0 @@
    -pub struct Orphan;
    ");
    repository.codegen(Mode::Write, &[]).unwrap();
    assert_eq!(names(&repository), ["thing.rs"]);
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
    +    #[serde(skip_serializing_if = "Option::is_none")]
    +    pub po_number: Option<String>,
    +    /// Its number.
    +    #[serde(deserialize_with = "tri_state", skip_serializing_if = "Option::is_none")]
    +    pub po_number: Option<Option<String>>,
    +        po_number: String, clear_po_number;
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
fn a_named_target_leaves_what_else_is_there() {
    let repository = Repository::of(&thing());
    let orphan = "crates/billing-models/src/generated/orphan.rs";
    repository.write(orphan, "pub struct Orphan;\n");
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
fn a_folder_among_the_generated_files_is_reported_and_deleted_if_it_is_empty() {
    let repository = Repository::of(&thing());
    repository.codegen(Mode::Write, &[]).unwrap();
    let file = "crates/billing-models/src/generated/deep/hand_made.rs";
    repository.write(file, "");
    insta::assert_snapshot!(repository.codegen(Mode::Check, &[]).unwrap()[0].diff, @"crates/billing-models/src/generated/deep: nothing but files is made here");

    let error = repository.codegen(Mode::Write, &[]).unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("removing ")
            && message.ends_with("generated/deep: move away what is in it"),
        "{message}"
    );
    assert!(repository.root().join(file).is_file());

    std::fs::remove_file(repository.root().join(file)).unwrap();
    repository.codegen(Mode::Write, &[]).unwrap();
    assert_eq!(names(&repository), ["thing.rs"]);
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
    repository.write(&format!("{folder}/orphan.rs"), "");
    insta::assert_snapshot!(transcript(&xtask(&repository, &[])), @"
    exit 0
    --- stdout
    wrote crates/billing-models/src/generated/thing.rs
    wrote crates/billing-models/benches/codec/before_passes/thing.rs
    deleted crates/billing-models/benches/codec/before_passes/orphan.rs
    --- stderr
    ");
    let text = std::fs::read_to_string(repository.root().join(folder).join("thing.rs")).unwrap();
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "// Generated by `cargo xtask codegen` from specs/thing.json: what typify makes of it before our passes."
    );
    assert!(text.contains("pub struct ThingUpdate"), "{text}");
}
