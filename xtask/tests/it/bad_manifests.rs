//! Manifests that cannot be used: the message names the location and the next step, and nothing is
//! written.

use serde_json::json;
use xtask::codegen::write::Mode;

use crate::repository::{Repository, entry};

fn repository() -> Repository {
    let thing = json!({ "type": "object", "properties": { "id": { "type": "string", "readOnly": true }, "name": {} } });
    Repository::of(&json!({ "Thing": thing }))
}

/// Returns the problems of a repository with this manifest.
fn problems(repository: &Repository, manifest: &str) -> String {
    repository.write("specs/sources.toml", manifest);
    repository.problems()
}

#[test]
fn an_entry_without_a_file() {
    let manifest = entry(&[]) + &entry(&[("file", r#""other.json""#), ("module", r#""other""#)]);
    insta::assert_snapshot!(problems(&repository(), &manifest), @"
    specs/sources.toml#/spec/1/file: there is no specs/other.json
      hint: add the file or remove the entry
    ");
}

#[test]
fn a_file_without_an_entry() {
    let repository = repository();
    repository.write("specs/deep/er/other.json", "{}");
    insta::assert_snapshot!(problems(&repository, &entry(&[])), @"
    specs/deep/er/other.json: no entry in specs/sources.toml names this file
      hint: add an entry or remove the file
    ");
}

#[test]
fn broken_toml() {
    insta::assert_snapshot!(problems(&repository(), "[[spec]]\nfile = \n"), @"
    specs/sources.toml:2:8: string values must be quoted, expected literal string
      hint: specs/README.md says what each key means
    ");
}

#[test]
fn a_key_that_is_not_known() {
    insta::assert_snapshot!(problems(&repository(), &entry(&[("pages", r#""x""#)])), @"
    specs/sources.toml:10:1: unknown field `pages`, expected one of `file`, `module`, `service`, `api_version`, `page`, `retrieved`, `page_sha256`, `page_source`, `document`, `document_sha256`, `operations`, `refers_to`, `readings`, `fix_ups`, `omitted`, `also_reads`, `xml`, `roots`
      hint: specs/README.md says what each key means
    ");
}

#[test]
fn a_role_that_is_not_known() {
    let manifest = entry(&[("roots", r#"[{ type = "Thing", role = "patch" }]"#)]);
    insta::assert_snapshot!(problems(&repository(), &manifest), @"
    specs/sources.toml:9:35: unknown variant `patch`, expected one of `read`, `write`, `both`
      hint: specs/README.md says what each key means
    ");
}

#[test]
fn a_module_and_a_file_that_are_listed_twice() {
    insta::assert_snapshot!(problems(&repository(), &entry(&[]).repeat(2)), @"
    specs/sources.toml#/spec/1/module: `thing` is the module of thing.json already
      hint: give each api version a module of its own
    specs/sources.toml#/spec/1/file: thing.json is listed twice
      hint: put all its roots into one entry
    ");
}

#[test]
fn a_module_name_that_rust_does_not_take() {
    insta::assert_snapshot!(problems(&repository(), &entry(&[("module", r#""../up""#)])), @"
    specs/sources.toml#/spec/0/module: `../up` is not a module name
      hint: use lower-case letters, digits and `_`, beginning with a letter
    ");
}

#[test]
fn a_module_that_its_parent_does_not_declare() {
    let repository = repository();
    repository.write("crates/billing-models/src/generated.rs", "");
    insta::assert_snapshot!(problems(&repository, &entry(&[])), @"
    crates/billing-models/src/generated.rs: the module `thing` is not declared
      hint: add `#[rustfmt::skip] pub(crate) mod thing;` and a public name for it
    ");
}

#[test]
fn a_full_resource_with_nothing_to_write() {
    let repository = Repository::of(
        &json!({ "Thing": { "type": "object", "properties": { "id": { "type": "string", "readOnly": true } } } }),
    );
    let manifest = entry(&[("roots", r#"[{ type = "Thing", role = "both" }]"#)]);
    insta::assert_snapshot!(problems(&repository, &manifest), @"
    specs/thing.json#/definitions/Thing: `Thing` is written, and it has no writable member
      hint: mark the member that holds it readOnly (in the overlay, if the spec is imported); a root that is only read has the role read
    ");
}

#[test]
fn a_page_that_cannot_stand_in_the_documentation() {
    for (page, fault) in [
        (r#"" ""#, "the text is empty"),
        (
            r#""Things\n\nand more""#,
            "a new line or a ` is not possible here",
        ),
        (r#""Things\u202e""#, "U+202E is an invisible character"),
    ] {
        let problem = problems(&repository(), &entry(&[("page", page)]));
        let (place, what) = problem.lines().next().unwrap().split_once(": ").unwrap();
        assert_eq!((place, what), ("specs/sources.toml#/spec/0/page", fault));
    }
}

#[test]
fn duplicate_roots_and_impossible_roles_are_refused() {
    let repository = Repository::of(&json!({
        "Thing": { "type": "object", "properties": { "name": {} } },
        "State": { "anyOf": [{ "type": "string", "enum": ["on"] }, { "type": "string" }] },
    }));
    let manifest = entry(&[(
        "roots",
        r#"[
            { type = "Thing", role = "read" },
            { type = "Thing", role = "write" },
            { type = "thing", role = "read" },
            { type = "State", role = "read" },
            { type = "State", role = "write" },
            { type = "State", role = "both" },
        ]"#,
    )]);
    insta::assert_snapshot!(problems(&repository, &manifest), @"
    specs/sources.toml#/spec/0/roots/2: `thing` is listed twice in one role
      hint: remove one of the two
    specs/sources.toml#/spec/0/roots/4/role: `State` is an enum, which is one type in every role
      hint: give it the role read
    specs/sources.toml#/spec/0/roots/5/role: `State` is an enum, which is one type in every role
      hint: give it the role read
    ");
}

#[test]
fn a_declaration_that_no_spec_makes() {
    let repository = repository();
    repository.write(
        "crates/billing-models/src/generated.rs",
        "// mod thing;\n#[rustfmt::skip]\npub(crate) mod thing_v2;\nmod by_hand {}\n",
    );
    insta::assert_snapshot!(problems(&repository, &entry(&[])), @"
    crates/billing-models/src/generated.rs: the module `thing` is not declared
      hint: add `#[rustfmt::skip] pub(crate) mod thing;` and a public name for it
    crates/billing-models/src/generated.rs: no spec generates the module `thing_v2`
      hint: remove the declaration and its public name, or add its spec to specs/sources.toml
    ");
}

#[test]
fn a_parent_that_is_no_rust() {
    let repository = repository();
    repository.write("crates/billing-models/src/generated.rs", "mod thing");
    insta::assert_snapshot!(problems(&repository, &entry(&[])), @"
    crates/billing-models/src/generated.rs: unexpected end of input, expected `;` or curly braces
      hint: correct the file
    ");
}

#[test]
fn xml_needs_a_dotnet_name_and_one_form() {
    let manifest = entry(&[("xml", r#""DataContract""#)]);
    insta::assert_snapshot!(problems(&repository(), &manifest), @"
    specs/sources.toml#/spec/0/xml: no type of specs/thing.json has an `x-dotnet-name`
      hint: write the names that the page gives, or leave `xml` out
    ");
    let repository = Repository::of(&json!({
        "Thing": {
            "type": "object",
            "x-dotnet-name": "Contoso.Things.V1.Thing",
            "properties": {
                "any": {},
                "size": { "type": "number" },
                "names": { "type": "array", "items": { "type": "string" } },
                "other": { "$ref": "#/definitions/Other" },
                "page": { "$ref": "#/definitions/Page" },
            },
        },
        "Other": { "type": "object", "properties": { "id": { "type": "string" } } },
        "Page": {
            "type": "object",
            "x-dotnet-name": "Contoso.Things.V1.Page[System.String]",
            "properties": { "id": { "type": "string" } },
        },
    }));
    insta::assert_snapshot!(problems(&repository, &manifest), @"
    specs/thing.json#/definitions/Page/x-dotnet-name: `Contoso.Things.V1.Page[System.String]` is a generic type that is not known
      hint: add its contract to xtask/src/codegen/xml_names.rs
    specs/thing.json#/definitions/Thing/properties/any: XML has no single form for this
      hint: give it a type, or leave `xml` out in specs/sources.toml
    specs/thing.json#/definitions/Thing/properties/names: the elements of a list of plain values are named by their .NET type, which no spec has
      hint: make the items a definition with an `x-dotnet-name`
    specs/thing.json#/definitions/Thing/properties/other: `Other` has no `x-dotnet-name`, so its element has no name
      hint: write the name that the page gives
    specs/thing.json#/definitions/Thing/properties/size: XML has no single form for this
      hint: give it a type, or leave `xml` out in specs/sources.toml
    ");
}

#[test]
fn a_page_whose_text_is_named_twice_or_not_at_all() {
    let twice = entry(&[("page_source", r#""docs at 0000000, a.md""#)]);
    let never = twice
        .replace("page_sha256 = \"\"\n", "")
        .replace("page_source", "# page_source");
    for manifest in [twice, never] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(problems(&repository(), &manifest), @"
            specs/sources.toml#/spec/0/page_sha256: the page's text is named twice or not at all
              hint: give its `page_sha256`, or the commit that keeps it as `page_source`
            ");
        }
    }
}

#[test]
fn a_document_that_is_not_told_in_full() {
    let sha256 = format!("\"{}\"", "0".repeat(64));
    let manifest = |changes: &[(&str, &str)]| entry(changes).replace("page_sha256 = \"\"\n", "");
    let document = ("document", r#""specification/thing.json""#);
    let operations = ("operations", r#"["Things_Get"]"#);
    let hash = ("document_sha256", &*sha256);
    let complete = [document, hash, operations];
    let repository_with_document = repository();
    repository_with_document.write("specs/sources.toml", &manifest(&complete));
    if let Err(error) = repository_with_document.codegen(Mode::DryRun, &[]) {
        panic!("{error}");
    }
    insta::assert_snapshot!(problems(&repository(), &manifest(&[document])), @"
    specs/sources.toml#/spec/0/document: the document has no `document_sha256`
      hint: `cargo xtask spec import` writes these keys
    specs/sources.toml#/spec/0/operations: the document is there without `operations`
      hint: `cargo xtask spec import` writes these keys
    ");
    insta::assert_snapshot!(problems(&repository(), &entry(&[hash, operations])), @"
    specs/sources.toml#/spec/0/document_sha256: there is a SHA-256, and no `document`
      hint: `cargo xtask spec import` writes these keys
    specs/sources.toml#/spec/0/operations: there is `operations`, and no `document`
      hint: `cargo xtask spec import` writes these keys
    ");
    let short = ("document_sha256", r#""ABC""#);
    let refers_to = (
        "refers_to",
        r#"[{ document = "types.json", sha256 = "0" }]"#,
    );
    insta::assert_snapshot!(
        problems(&repository(), &manifest(&[document, short, operations, refers_to])),
        @"
        specs/sources.toml#/spec/0/document_sha256: `ABC` is not a SHA-256
          hint: write 64 digits of lower-case hexadecimal
        specs/sources.toml#/spec/0/refers_to: `0` is not a SHA-256
          hint: write 64 digits of lower-case hexadecimal
        "
    );
}
