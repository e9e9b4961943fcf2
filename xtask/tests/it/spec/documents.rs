//! Reading Swagger and OpenAPI documents: one small document for each construct.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::outline::outline;
use xtask::spec::document::Documents;
use xtask::spec::document::fix_up::FixUp;
use xtask::spec::document::node::NodeKind;
use xtask::spec::read::document::{Reading, Request, read};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data/documents")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Writes a document into a folder of its own and reads it.
fn written(name: &str, text: &str, request: &Request) -> Result<Reading, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    read(&path, request).map_err(|errors| errors.to_string())
}

fn swagger(definitions: &str) -> String {
    format!(
        r##"{{"swagger":"2.0","paths":{{"/things":{{"get":{{"operationId":"Things_Get","responses":
        {{"200":{{"description":"OK","schema":{{"$ref":"#/definitions/Thing"}}}}}}}}}}}},
        "definitions":{definitions}}}"##
    )
}

#[test]
fn each_construct_is_read() {
    let mut paths = files(&folder());
    paths.push(folder().join("split/main.json"));
    for path in paths {
        let reading = read(&path, &Request::default());
        let reading = reading.unwrap_or_else(|errors| panic!("{}:\n{errors}", path.display()));
        let name = path.strip_prefix(folder()).unwrap().with_extension("");
        let name = name.to_string_lossy().replace('/', "-");
        insta::assert_snapshot!(format!("document-{name}"), outline(&reading));
    }
}

#[test]
fn what_is_not_understood_is_an_error_with_its_place() {
    let mut text = String::new();
    for path in files(&folder().join("errors")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let errors = read(&path, &Request::default());
        let errors = errors.err().unwrap_or_else(|| panic!("{name} is read"));
        writeln!(text, "{errors}\n").unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn only_what_the_operations_reach_is_read() {
    let request = Request {
        operations: vec!["Things_Delete".to_owned()],
        ..Request::default()
    };
    let reading = read(&folder().join("operations.yaml"), &request).unwrap();
    assert_eq!(reading.api.operations.len(), 1);
    assert!(reading.api.types.is_empty(), "{:#?}", reading.api.types);
}

#[test]
fn an_unknown_operation_is_named_with_the_nearest() {
    let request = Request {
        operations: vec!["Things_get".to_owned()],
        ..Request::default()
    };
    let errors = read(&folder().join("circles.yaml"), &request).unwrap_err();
    insta::assert_snapshot!(errors, @"
    circles.yaml:1: #: there is no operation `Things_get`
      hint: the document has 1; did you mean `Things_Get`?
    ");
}

#[test]
fn an_operation_without_id_is_named_by_method_and_path() {
    let request = Request {
        operations: vec!["POST /things".to_owned()],
        ..Request::default()
    };
    let reading = read(&folder().join("operations.yaml"), &request).unwrap();
    assert_eq!(reading.api.operations[0].path, "/things");
}

#[test]
fn an_ambiguous_id_is_told_apart_by_method_and_path() {
    let path = folder().join("errors/ambiguous.yaml");
    let request = |operation: &str| Request {
        operations: vec![operation.to_owned()],
        ..Request::default()
    };
    let errors = read(&path, &request("Things_Get")).unwrap_err();
    insta::assert_snapshot!(errors, @"
    ambiguous.yaml:8: #/paths/~1others/get: the id `Things_Get` is also that of line 4
      hint: name the operation by method and path: `GET /others`
    ");
    let reading = read(&path, &request("GET /others")).unwrap();
    assert_eq!(reading.api.operations[0].path, "/others");
}

#[test]
fn an_allowed_keyword_is_left_out_and_recorded() {
    let allow = |keyword: &str| Request {
        allow: BTreeSet::from([keyword.to_owned()]),
        ..Request::default()
    };
    let path = folder().join("errors/choice.yaml");
    let reading = read(&path, &allow("oneOf")).unwrap();
    assert_eq!(reading.omitted, BTreeSet::from(["oneOf".to_owned()]));
    let path = folder().join("circles.yaml");
    let errors = read(&path, &allow("oneOf")).unwrap_err();
    insta::assert_snapshot!(
        errors,
        @"circles.yaml:1: #: nothing that was read needs `oneOf` to be allowed"
    );
}

#[test]
fn a_fix_up_applies_to_the_bytes_it_names_only() {
    let path = folder().join("errors/choice.yaml");
    let (documents, _) = Documents::open(&path, Vec::new()).unwrap();
    let sha256 = documents.read_files().remove(0).sha256;
    let fixed = |sha256: &str, old: Option<&str>| {
        let fix_up = FixUp {
            sha256: sha256.to_owned(),
            pointer: "#/definitions/Thing/properties/either/oneOf/1/type".to_owned(),
            old: old.map(Into::into),
            new: Some("null".into()),
        };
        let request = Request {
            fix_ups: vec![fix_up],
            ..Request::default()
        };
        read(&path, &request)
            .map(|reading| outline(&reading))
            .map_err(|errors| errors.to_string())
    };
    insta::assert_snapshot!(fixed(&sha256, Some("integer")).unwrap());
    insta::assert_snapshot!(fixed(&sha256, Some("number")).unwrap_err());
    insta::assert_snapshot!(fixed(&sha256, None).unwrap_err());
    insta::assert_snapshot!(fixed(&"0".repeat(64), Some("integer")).unwrap_err());
}

#[test]
fn json_and_yaml_give_the_same_values_and_lines() {
    let json = "{\n  \"a\": [1,\n    {\"b\": null}],\n  \"c\": \"text\"\n}";
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Documents::open(&path, Vec::new()).unwrap().1
    };
    let (one, other) = (open("a.json", json), open("a.yaml", json));
    assert_eq!(one.node().to_value(), other.node().to_value());
    for root in [one, other] {
        let b = root
            .child("a")
            .unwrap()
            .child("1")
            .unwrap()
            .child("b")
            .unwrap();
        assert_eq!((b.place().line, b.pointer()), (3, "#/a/1/b"));
        assert_eq!(b.node().kind, NodeKind::Null);
        assert_eq!(root.child("c").unwrap().place().line, 4);
    }
}

#[test]
fn deep_nesting_is_refused_in_json_and_yaml() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for name in ["deep.json", "deep.yaml"] {
        let error = written(name, &deep, &Request::default()).unwrap_err();
        // The parser of YAML has a limit of its own.
        let reasons = [
            "values are nested deeper than 128",
            "recursion limit exceeded",
        ];
        assert!(
            reasons.iter().any(|reason| error.ends_with(reason)),
            "{error}"
        );
    }
}

#[test]
fn anchors_that_multiply_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{alias}]").unwrap();
    }
    let error = written("bomb.yaml", &text, &Request::default()).unwrap_err();
    assert!(
        error.ends_with("aliases make this more than 20000000 values"),
        "{error}"
    );
}

#[test]
fn a_chain_of_many_types_is_read() {
    let mut definitions = String::from("{\"Thing\":{\"$ref\":\"#/definitions/T0\"}");
    for number in 0..5_000 {
        let next = number + 1;
        write!(
            definitions,
            ",\"T{number}\":{{\"properties\":{{\"next\":{{\"$ref\":\"#/definitions/T{next}\"}}}}}}"
        )
        .unwrap();
    }
    definitions.push_str(",\"T5000\":{\"type\":\"string\"}}");
    let reading = written("chain.json", &swagger(&definitions), &Request::default()).unwrap();
    assert_eq!(reading.api.types.len(), 5_002);
}

#[test]
fn references_that_lead_around_are_refused() {
    let refused = |definitions: &str| {
        written("circle.json", &swagger(definitions), &Request::default()).unwrap_err()
    };
    insta::assert_snapshot!(refused(r##"{"Thing": {"$ref": "#/definitions/Thing"}}"##), @"circle.json:3: #/definitions/Thing: `Thing` is its own base or another name of itself");
    insta::assert_snapshot!(
        refused(
            r##"{"Thing": {"allOf": [{"$ref": "#/definitions/A"}]},
                "A": {"allOf": [{"$ref": "#/definitions/Thing"}]}}"##
        ),
        @"circle.json:4: #/definitions/A: the reference leads back to itself"
    );
    insta::assert_snapshot!(
        refused(
            r##"{"Thing": {"properties": {}, "allOf": [{"$ref": "#/definitions/A"}]},
                "A": {"properties": {}, "allOf": [{"$ref": "#/definitions/Thing"}]}}"##
        ),
        @"
        circle.json:3: #/definitions/Thing: `Thing` is its own base or another name of itself
        circle.json:4: #/definitions/A: `A` is its own base or another name of itself
        "
    );
}

#[test]
fn files_around_a_specification_folder_can_be_reached() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("specification/service/v1");
    fs::create_dir_all(&deep).unwrap();
    fs::write(
        folder.path().join("specification/types.json"),
        r#"{"Thing": {"type": "string"}}"#,
    )
    .unwrap();
    fs::write(
        folder.path().join("secret.json"),
        r#"{"Thing": {"type": "string"}}"#,
    )
    .unwrap();
    let path = deep.join("main.json");
    let thing = |file: &str| swagger(&format!(r#"{{"Thing": {{"$ref": "{file}#/Thing"}}}}"#));
    fs::write(&path, thing("../../types.json")).unwrap();
    let reading = read(&path, &Request::default()).unwrap();
    let paths: Vec<_> = reading.files.iter().map(|file| &*file.path).collect();
    assert_eq!(
        paths,
        [
            "specification/types.json",
            "specification/service/v1/main.json"
        ]
    );
    fs::write(&path, thing("../../../secret.json")).unwrap();
    let error = read(&path, &Request::default()).unwrap_err().to_string();
    assert!(
        error.contains("outside the folder of the document"),
        "{error}"
    );
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_outside_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    fs::write(folder.path().join("secret.json"), r#"{"type": "string"}"#).unwrap();
    std::os::unix::fs::symlink("../secret.json", inside.join("link.json")).unwrap();
    let path = inside.join("main.json");
    fs::write(&path, swagger(r#"{"Thing": {"$ref": "link.json"}}"#)).unwrap();
    let error = read(&path, &Request::default()).unwrap_err().to_string();
    assert!(
        error.contains("outside the folder of the document"),
        "{error}"
    );
}
