//! An overlay adds words and marks; a key that does not apply is an error with its line.

use std::fs;

use xtask::codegen::problem::Problem;
use xtask::spec::api::{
    Api, Enum, EnumValue, Member, Object, Operation, Parameter, Shape, Type, TypeKind,
};
use xtask::spec::emit::emit;
use xtask::spec::overlay::{FixTarget, Overlay, drop_words, missing_words};

fn member(name: &str, shape: Shape) -> Member {
    Member {
        name: name.to_owned(),
        shape,
        ..Member::default()
    }
}

/// Returns a profile with an object that is defined at its member, and an enum.
fn api() -> Api {
    let string = || Shape::String(None);
    let named = |name: &str| Shape::Named(name.to_owned());
    let object = |members| {
        TypeKind::Object(Object {
            members,
            ..Object::default()
        })
    };
    let state = TypeKind::Enum(Enum {
        values: vec![EnumValue {
            value: "=on".to_owned(),
            ..EnumValue::default()
        }],
        open: true,
        shape: string(),
    });
    let mut name = member("name", string());
    name.description = Some("Words of the document.".to_owned());
    let profile = vec![name, member("properties", named("Inner"))];
    let inner = vec![member("email", string()), member("state", named("v.State"))];
    let types = [
        ("Inner", true, object(inner)),
        ("Profile", false, object(profile)),
        ("v.State", false, state),
    ];
    Api {
        title: "Profiles".to_owned(),
        operations: vec![Operation {
            id: "Profiles_Get".to_owned(),
            method: "GET".to_owned(),
            path: "/profiles".to_owned(),
            parameters: vec![Parameter {
                name: "expand".to_owned(),
                location: "query".to_owned(),
                shape: string(),
                ..Parameter::default()
            }],
            ..Operation::default()
        }],
        types: types
            .into_iter()
            .map(|(name, inline, kind)| {
                let of_type = Type {
                    name: name.to_owned(),
                    inline,
                    kind,
                    ..Type::default()
                };
                (name.to_owned(), of_type)
            })
            .collect(),
        ..Api::default()
    }
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn applied(text: &str) -> Result<Api, String> {
    let folder = tempfile::tempdir().unwrap();
    let spec = r##"{ "x-operation": { "parameters": [{ "name": "expand", "description": "What else." }] },
        "definitions": { "Old": { "properties": { "properties": { "title": "ProfileProperties", "properties": {
            "email": { "description": "An address." } } } } } } }"##;
    fs::write(folder.path().join("old.json"), spec).unwrap();
    let overlay = Overlay::parse(text, "profile.overlay.toml").map_err(|all| lines(&all))?;
    let mut api = api();
    overlay
        .apply(&mut api, folder.path())
        .map_err(|all| lines(&all))?;
    Ok(api)
}

#[test]
fn words_and_marks_are_added() {
    let api = applied(
        r#"
title = "Billing profiles"
words_of = "old.json"
[rename]
"v.State" = "State"
[titles]
"Profile.properties" = "ProfileProperties"
[words]
Profile = "A profile."
"Profile.properties.state" = "Its state."
[operations]
Profiles_Get = "Gets profiles."
[names]
"Profile.name" = "profileName"
"State.=on" = "On"
[openness]
State = "closed"
[read_only]
Profile = ["name"]
[personal]
Profile = ["properties.email"]
"#,
    )
    .unwrap();
    insta::assert_snapshot!(emit(&api, "profiles.json").unwrap());
}

#[test]
fn each_key_that_does_not_apply_is_an_error_with_its_line() {
    let told = applied(
        r#"
words_of = "old.json"
[rename]
Stat = "State"
Profile = "Inner"
[titles]
"Profile.name" = "Name"
[words]
"Profile.nam" = "A name."
"Profile.name" = "Other words."
Profil = "A profile."
"v.State" = ""
[operations]
Profiles_Put = "Puts profiles."
[parameters]
"api-version" = "The version."
[names]
"v.State.off" = "Off"
[openness]
Profile = "open"
"v.State" = "open"
[read_only]
Gone = ["name"]
Profile = ["name", "name"]
[personal]
Profile = ["email"]
"#,
    )
    .unwrap_err();
    insta::assert_snapshot!(told, @"
    profile.overlay.toml:4: there is no type `Stat`; did you mean `v.State`?
      hint: correct the name, or remove the key
    profile.overlay.toml:5: there is a type `Inner` already
      hint: correct the name, or remove the key
    profile.overlay.toml:7: `Profile.name` is not an object defined there
      hint: correct the name, or remove the key
    profile.overlay.toml:9: `Profile` has no member `nam`; did you mean `name`?
      hint: correct the name, or remove the key
    profile.overlay.toml:10: `Profile.name` has words already
      hint: correct the name, or remove the key
    profile.overlay.toml:11: there is no type `Profil`; did you mean `Profile`?
      hint: correct the name, or remove the key
    profile.overlay.toml:12: the text is empty
      hint: correct the name, or remove the key
    profile.overlay.toml:14: there is no operation `Profiles_Put`; did you mean `Profiles_Get`?
      hint: correct the name, or remove the key
    profile.overlay.toml:16: no operation has a parameter `api-version`
      hint: correct the name, or remove the key
    profile.overlay.toml:18: `v.State` has no value `off`
      hint: correct the name, or remove the key
    profile.overlay.toml:20: `Profile` is not an enum
      hint: correct the name, or remove the key
    profile.overlay.toml:21: `v.State` is open already
      hint: correct the name, or remove the key
    profile.overlay.toml:23: there is no type `Gone`
      hint: correct the name, or remove the key
    profile.overlay.toml:24: `Profile.name` is marked already
      hint: correct the name, or remove the key
    profile.overlay.toml:26: `Profile` has no member `email`
      hint: correct the name, or remove the key
    ");
    insta::assert_snapshot!(applied("words_of = \"gone.json\"").unwrap_err(), @"
    specs/gone.json: it cannot be read: No such file or directory (os error 2)
      hint: check that it exists and can be read
    ");
}

#[test]
fn type_of_another_spec_is_defined_there_only() {
    // `v.State` has another name there, and is not needed here any more.
    let inner = |state: &str| {
        format!(
            r##"{{ "definitions": {{
                "Inner": {{ "type": "object", "properties": {{
                    "email": {{ "type": "string" }}, "state": {{ "$ref": "#/definitions/State" }} }} }},
                "State": {{ "anyOf": [{{ "type": "string", "enum": ["{state}"] }}, {{ "type": "string" }}] }}
            }} }}"##
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let apply = |state: &str, file: &str| {
        fs::create_dir_all(folder.path().join("v1")).unwrap();
        fs::write(folder.path().join("v1/inner.json"), inner(state)).unwrap();
        let text = format!("types_of = \"{file}\"");
        let overlay = Overlay::parse(&text, "profile.overlay.toml").unwrap();
        let mut api = api();
        overlay.apply(&mut api, folder.path()).map(|()| api)
    };
    let api = apply("=on", "v1/inner.json").unwrap();
    assert_eq!(api.types.keys().collect::<Vec<_>>(), ["Profile"]);
    let spec = emit(&api, "v1/profile.json").unwrap();
    assert!(spec.contains(r##""$ref": "inner.json#/definitions/Inner""##));

    let told = |state, file| lines(&apply(state, file).unwrap_err());
    insta::assert_snapshot!(told("=off", "v1/inner.json"), @"
    profile.overlay.toml:1: `Inner` is another type in inner.json
      hint: correct the name, or remove the key
    ");
    insta::assert_snapshot!(told("=on", "v1/gone.json"), @"
    specs/v1/gone.json: it cannot be read: No such file or directory (os error 2)
      hint: check that it exists and can be read
    ");
}

#[test]
fn unknown_keys_and_broken_files_are_errors_with_their_line() {
    let told = |text| applied(text).unwrap_err();
    insta::assert_snapshot!(told("title = \"A\"\n[personel]\n"), @"
    profile.overlay.toml:2: unknown field `personel`, expected one of `title`, `words_of`, `types_of`, `body`, `kinds`, `rename`, `titles`, `words`, `operations`, `parameters`, `names`, `openness`, `read_only`, `personal`, `fix`
      hint: specs/README.md lists the keys of an overlay
    ");
    insta::assert_snapshot!(told("\ntitle = 5"), @"
    profile.overlay.toml:2: invalid type: integer `5`, expected a string
      hint: specs/README.md lists the keys of an overlay
    ");
    insta::assert_snapshot!(told("\n[words]\na = \"b\"\na = \"c\"\n"), @"
    profile.overlay.toml:4: duplicate key
      hint: specs/README.md lists the keys of an overlay
    ");
}

#[test]
fn a_fix_names_its_document_and_its_evidence() {
    let fix = "[[fix]]\nsha256 = \"00\"\nline = 7\nold = \"Lnk\"\nnew = \"Link\"\nevidence = \"Page of 2026-08.\"\n";
    let overlay = Overlay::parse(fix, "a.overlay.toml").unwrap();
    let fixes = overlay.fixes().unwrap();
    assert_eq!(fixes.len(), 1);
    assert_eq!(
        (fixes[0].line, &fixes[0].target, &*fixes[0].evidence),
        (2, &FixTarget::Line(7), "Page of 2026-08.")
    );

    let bad = "\n[[fix]]\nsha256 = \"00\"\nevidence = \"\"\n[[fix]]\nsha256 = \"00\"\nline = 7\nold = \"a\"\nnew = \"a\"\nevidence = \" \"\n";
    let problems = Overlay::parse(bad, "a.overlay.toml").unwrap_err();
    insta::assert_snapshot!(lines(&problems), @"
    a.overlay.toml:3: a fix has one place
      hint: give the `pointer` of a JSON document or the `line` of a page
    a.overlay.toml:6: the fix changes nothing
      hint: give what stands there as `old` and what should as `new`
    a.overlay.toml:6: the fix has no evidence
      hint: name the document or recording that shows the service's behaviour
    ");
}

#[test]
fn dropped_words_are_missing_until_an_overlay_has_them() {
    let mut api = api();
    drop_words(&mut api);
    // The object that is defined at its member needs no words of its own.
    assert_eq!(
        missing_words(&api),
        ["Inner.email", "Inner.state", "Profile.name"]
    );
}
